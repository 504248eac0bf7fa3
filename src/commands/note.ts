import { isRunId } from "../ids.ts";
import { notOneRunCard } from "../messages/notes.ts";
import { noRunCard } from "../messages/report-answers.ts";
import { pastRunAt, topicAt } from "../speech/locate.ts";
import { openFailovers, ordersInHand } from "../store/in-hand.ts";
import type { Store } from "../store/store.ts";
import { type Context, command } from "./command.ts";
import { readable } from "./may-read.ts";

/** In characters; what is more is cut off. */
const LONGEST_NOTE = 1000;

export const takeNote = command({
  name: "note",
  usage: "<text>",
  summary: "adds a line of your own to the timeline of a run, in its thread",
  options: [{ name: "text", summary: "what shall stand there", required: true, takes: "text" }],
  details: [
    "While it runs, and afterwards as long as its report is kept. It stands in the audit log, too.",
    "Up to 1,000 characters are kept, and 500 notes on one run.",
    "Elsewhere than in the run's thread, name the run by its id before the text.",
  ],
  section: "look",
  whole: true,
  permission: "read",
  parse: (rest) =>
    rest === ""
      ? { ok: false, why: "Say what shall be noted." }
      : { ok: true, args: [...rest].slice(0, LONGEST_NOTE).join("") },
  run: async (typed, context) => {
    const named = runNamed(typed);
    if (named && (await emOf(context.store, named.run)) !== context.emKey)
      return { is: "reply", card: noRunCard(named.run, "note"), refused: true };
    if (named) return readable({ is: "note", ...named }, context);
    const [here, ...others] = await runsHere(context);
    if (here && others.length === 0)
      return readable({ is: "note", run: here.id, text: typed }, context);
    const past = here ? undefined : await pastRunAt(context.store, context.place, context.now);
    if (past !== undefined) return readable({ is: "note", run: past, text: typed }, context);
    const all = here ? [here, ...others] : [];
    return { is: "reply", card: notOneRunCard(all), refused: true };
  },
});

/** By the id before the text. */
function runNamed(typed: string) {
  const [first = "", ...rest] = typed.split(" ");
  const text = rest.join(" ").trim();
  return isRunId(first) && text !== "" ? { run: first.toLowerCase(), text } : undefined;
}

/** Of the EM that a failover run or the question about it belongs to. */
async function emOf(store: Store, run: string): Promise<string | undefined> {
  const watch = (await store.get("watches", run)) ?? (await store.get("past-watches", run));
  if (watch) return watch.of === "failover" ? watch.em : undefined;
  return ((await store.get("orders", run)) ?? (await store.get("reports", run))?.watch)?.em;
}

/** What goes on and is shown where this was typed: runs, and questions about them. */
async function runsHere({ store, emKey, place }: Context) {
  const orders = await ordersInHand(store, emKey);
  const open = [
    ...orders
      .filter(({ action }) => action !== "stop")
      .map(({ id, plan, topic }) => ({ id, name: plan.name, topics: [topic] })),
    ...(await openFailovers(store, emKey)).map(({ id, subject, topics }) => ({
      ...{ id, name: subject.name, topics },
    })),
  ];
  const shown = await Promise.all(open.map(({ topics }) => topicAt(store, topics, place)));
  return open.filter((_, i) => shown[i] !== undefined);
}
