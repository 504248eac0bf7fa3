import { watchesCard } from "../messages/lists.ts";
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
    const open = (await store.all("watches"))
      .map(({ value }) => value)
      .filter(({ em }) => em === emKey);
    return { is: "reply", card: watchesCard(open) };
  },
});
