import { command } from "../core/commands.ts";
import { unquoted } from "../core/parse.ts";
import { note } from "../messages/answers.ts";
import { topicId } from "../speech/topics.ts";
import type { AnyWatch } from "../watch/any.ts";
import { watchNamed } from "./watch.ts";

export const unwatch = command({
  name: "unwatch",
  usage: "[plan or id]",
  summary: "ends the messages about a run here; it stops nothing in EM",
  options: [{ name: "plan", summary: "the run", required: false, takes: "plan" }],
  details: [],
  permission: "read",
  parse: (rest) => ({ ok: true, args: unquoted(rest) }),
  run: async (typed, context) => {
    const here = (await context.store.all<AnyWatch>("watches"))
      .map(({ value }) => value)
      .filter(({ em, id, topics }) => em === context.emKey && topics.includes(topicId(id, context.place)));
    const named = typed === "" ? undefined : await watchNamed(typed, context);
    const meant = typed === "" ? here : here.filter(({ id }) => id === named?.id);
    const [first] = meant;
    if (first && meant.length === 1) return { is: "unwatch", watch: first };
    const title = meant.length > 1 ? "Several runs are watched here" : "Nothing of that is watched here";
    return { is: "reply", card: note(title, "The verb watches lists them with their ids."), refused: true };
  },
});
