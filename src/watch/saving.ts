/** How a watch that moved on is saved. */
import { endedWords } from "../messages/audit-words.ts";
import { auditLine, type ThreadLine } from "../messages/events.ts";
import { lineOf } from "../messages/watch-card.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { havingCalled } from "../records/calls.ts";
import type { Event } from "../records/event.ts";
import type { Moment } from "../records/moment.ts";
import type { Topic } from "../records/topic.ts";
import { isOpen } from "../records/watch.ts";
import { endOfRun } from "../report/ending.ts";
import { factsOf } from "../report/run-facts.ts";
import { putTopic, queueLine, queueReport } from "../speech/topics.ts";
import type { Amendment } from "../store/amend.ts";
import { audited, auditHead } from "../store/audit.ts";
import { happened } from "../store/moments.ts";
import type { Conditional, Store } from "../store/store.ts";
import { happenedIn } from "./happened.ts";
import { archiveWatch, isEndsOnly, watchTopic } from "./records.ts";

/** A card on which nothing but the time of the last look would change is drawn anew this often. */
const REDRAW_MS = 15_000;

/** The watch, with the cards and lines that it causes and what is saved besides, for one commit. */
export async function withItsWords(
  store: Store,
  moved: AnyWatch,
  say: readonly Event[],
  now: number,
  besides: readonly Conditional[] = [],
): Promise<Amendment<AnyWatch, never>> {
  const ended = !isOpen(moved);
  const topics = await topicsOf(store, moved);
  const head = ended ? await auditHead(store) : undefined;
  const { watch, lines, moments } = withLines(moved, say, now, head);
  const end = await endOfRun(store, watch, moments);
  const report = end && factsOf(end.record);
  const also = [
    ...besides,
    ...(ended ? archiveWatch(watch) : moments.map(happened)),
    ...(end?.kept ?? []),
    ...topics
      .filter((topic) => ended || !isEndsOnly(watch, topic.id))
      .map((topic) => ({ topic, drawn: watchTopic(watch, topic.id, topic.place, now, ended) }))
      .filter(({ topic, drawn }) => ended || say.length > 0 || isNews(topic, drawn))
      .map(({ drawn }) => putTopic(drawn)),
    ...topics.flatMap(({ id }) =>
      lines
        .filter(({ urgent }) => urgent || !isEndsOnly(watch, id))
        .map(({ card, urgent }) => queueLine(id, card, urgent, now)),
    ),
    ...topics.flatMap(({ id }) =>
      report && !isEndsOnly(watch, id) ? queueReport(id, report, now) : [],
    ),
    ...(ended
      ? [
          audited({
            at: now,
            deed: "ended",
            run: watch.id,
            what: endedWords(watch),
          }),
        ]
      : []),
  ];
  return ended ? { is: "removed", also } : { is: "put", value: watch, also };
}

/** The cards of a watch that show an older state than the last look did, or were drawn long ago. */
export async function staleTopics(
  store: Store,
  watch: AnyWatch,
  now: number,
  wentOn: boolean,
): Promise<Topic[]> {
  return (await topicsOf(store, watch)).filter(
    ({ id, updatedAt }) => !isEndsOnly(watch, id) && (wentOn || now - updatedAt >= REDRAW_MS),
  );
}

interface Told<W> {
  /** It remembers what people were called for. */
  readonly watch: W;
  readonly lines: readonly ThreadLine[];
  readonly moments: readonly Moment[];
}

/** What is said of these events, and what is kept of them. `head`: of the audit log. */
export function withLines<W extends AnyWatch>(
  moved: W,
  say: readonly Event[],
  now: number,
  head?: string,
): Told<W> {
  let watch = moved;
  const moments: Moment[] = [];
  const lines = say.flatMap((event) => {
    const line = lineOf(watch, event);
    moments.push(...happenedIn(watch, event, now));
    watch = havingCalled(watch, event);
    return event.is === "ended" && head !== undefined ? [line, auditLine(head)] : [line];
  });
  return { watch, lines, moments };
}

async function topicsOf(store: Store, { topics }: AnyWatch): Promise<Topic[]> {
  const found = await Promise.all(topics.map((id) => store.get("topics", id)));
  return found.filter((topic) => topic !== undefined);
}

/** Whether the card shows something new besides the time of the last look, or is old. */
function isNews(before: Topic, drawn: Topic): boolean {
  const news = ({ card: { title, percent, rows, tone } }: Topic) =>
    JSON.stringify([title, percent, rows, tone]);
  return news(drawn) !== news(before) || drawn.updatedAt - before.updatedAt >= REDRAW_MS;
}
