import { notOneWatchedCard } from "../messages/watch-answers.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { topicAt } from "../speech/locate.ts";
import { openWatches } from "../store/in-hand.ts";
import { unquoted } from "../typed/line.ts";
import { type Context, command } from "./command.ts";
import { watchNamed } from "./watch.ts";

export const unwatch = command({
  name: "unwatch",
  usage: "[plan or id]",
  summary: "ends the messages about a run here; it stops nothing in EM",
  options: [{ name: "plan", summary: "the run", required: false, takes: "plan" }],
  details: [],
  section: "look",
  permission: "read",
  parse: (rest) => ({ ok: true, args: unquoted(rest) }),
  run: async (typed, context) => {
    const here = await watchedHere(context);
    const named = typed === "" ? undefined : await watchNamed(typed, context);
    const meant = typed === "" ? here : here.filter(({ id }) => id === named?.id);
    const [first] = meant;
    if (first && meant.length === 1) return { is: "unwatch", watch: first };
    return { is: "reply", card: notOneWatchedCard(meant.length), refused: true };
  },
});

async function watchedHere({ store, emKey, place }: Context): Promise<AnyWatch[]> {
  const open = await openWatches(store, emKey);
  const shown = await Promise.all(open.map(({ topics }) => topicAt(store, topics, place)));
  return open.filter((_, i) => shown[i] !== undefined);
}
