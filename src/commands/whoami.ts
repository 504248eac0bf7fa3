import { command, nothing } from "../core/commands.ts";
import { whoamiCard } from "../messages/answers.ts";

export const whoami = command({
  name: "whoami",
  usage: "",
  summary: "how the bot sees you",
  options: [],
  details: [],
  permission: "anyone",
  parse: nothing,
  run: async (_, { asker, human }) => ({ is: "reply", card: whoamiCard(asker, human), audience: "sender" }),
});
