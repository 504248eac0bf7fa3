import { watchesCard } from "../messages/lists.ts";
import { openWatches } from "../store/in-hand.ts";
import { command, nothing } from "./command.ts";

export const watches = command({
  name: "watches",
  usage: "",
  summary: "what is being watched now",
  options: [],
  details: [],
  section: "look",
  permission: "read",
  parse: nothing,
  run: async (_, { store, emKey }) => {
    return { is: "reply", card: watchesCard(await openWatches(store, emKey)) };
  },
});
