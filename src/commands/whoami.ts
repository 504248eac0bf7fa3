import { whoamiCard } from "../messages/help.ts";
import { command, nothing } from "./command.ts";

export const whoami = command({
  name: "whoami",
  usage: "",
  summary: "how the bot sees you",
  options: [],
  details: [],
  section: "keep",
  permission: "anyone",
  parse: nothing,
  run: async (_, { asker, human }) => ({ is: "reply", card: whoamiCard(asker, human), audience: "sender" }),
});
