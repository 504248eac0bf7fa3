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
  run: async (_, { actor, identity }) => ({
    is: "reply",
    card: whoamiCard(actor, identity),
    audience: "sender",
  }),
});
