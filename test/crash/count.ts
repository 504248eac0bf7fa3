/** What is counted of a run that was killed again and again, and which promises were broken. */
import { plainCard } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Watch } from "../../src/watch/watch.ts";
import type { Said } from "./life.ts";
import { confirmedOrders, type Line, queuedLines, type State } from "./witness.ts";

export const PLAN = "ABC Company Failover Plan";

export interface Tally {
  readonly kills: number;
  readonly confirmations: number;
  readonly starts: number;
  /** Ends of runs, as the state file has them. */
  readonly ends: number;
  /** Lines that the bot committed itself to say. */
  readonly lines: number;
  /** Lines and cards that were posted twice, and said so. */
  readonly announcedRepeats: number;
  /** Sentences; none where all promises were kept. */
  readonly faults: readonly string[];
}

interface Told {
  readonly sandbox: Sandbox;
  readonly state: State;
  readonly said: readonly Said[];
  readonly complaints: readonly string[];
  readonly kills: number;
  readonly statePath: string;
}

export function count({ sandbox, state, said, complaints, kills, statePath }: Told): Tally {
  const plan = sandbox.estate.plans().find(({ name }) => name === PLAN);
  const starts = sandbox.estate.startsOf(plan?.id ?? "").length;
  const confirmations = confirmedOrders(statePath).length;
  const lines = queuedLines(statePath);
  const posts = said.filter(({ kind }) => kind === "post" || kind === "thread");
  const ours = state.ended.filter(({ order }) => order !== undefined).length;
  const ends = ours + state.pastOrders.filter(wasNotSent).length;
  const finals = lines.filter(({ card }) => card.alsoInChannel);
  const faults = [
    ...(starts > confirmations ? [`${starts} starts for ${confirmations} confirmations`] : []),
    ...(starts > ours ? [`${starts} starts, but only ${ours} runs that the bot knows to be its own`] : []),
    ...(ours === state.ended.length ? [] : ["a run of its own was taken for somebody else's"]),
    ...(ends === confirmations ? [] : [`${ends} ends of ${confirmations} runs`]),
    ...(finals.length === ends ? [] : [`${finals.length} ends told of ${ends}`]),
    ...(state.unsaid === 0 ? [] : [`${state.unsaid} things were left unsaid`]),
    ...lines.flatMap((line) => wrongWith(line.key, firstWords(line.card), posts)),
    ...rootsOf(lines).flatMap((topic) => wrongWith(topic, "the root card", posts)),
    ...finals.flatMap(({ topic }) => wrongWithRoot(topic, said)),
    ...state.ended.flatMap((watch) => wrongWithVms(watch, lines)),
    ...complaints,
  ];
  const announcedRepeats = repeatsIn(posts);
  return { kills, confirmations, starts, ends, lines: lines.length, announcedRepeats, faults };
}

const wasNotSent = ({ phase }: State["pastOrders"][number]) =>
  phase.is === "closed" && phase.how.is === "not-sent";

const plain = (card: Card) => plainCard(card, { now: 0, timeZone: "UTC" });
const firstWords = (card: Card) => `"${plain(card).split("\n")[0]}"`;
const isAnnounced = ({ card }: Said) => plain(card).includes("(Perhaps posted twice)");
const rootsOf = (lines: readonly Line[]) => [...new Set(lines.map(({ topic }) => topic))];

/** Said at least once, and not twice as if it were the first time. */
function wrongWith(key: string, what: string, posts: readonly Said[]): string[] {
  const own = posts.filter((post) => post.key === key);
  const unannounced = own.filter((post) => !isAnnounced(post)).length;
  return [
    ...(own.length === 0 ? [`lost: ${what}`] : []),
    ...(unannounced > 1 ? [`said ${unannounced} times as if new: ${what}`] : []),
  ];
}

function repeatsIn(posts: readonly Said[]): number {
  const keys = new Set(posts.map(({ key }) => key));
  return posts.length - keys.size;
}

function wrongWithRoot(topic: string, said: readonly Said[]): string[] {
  const roots = new Set(said.filter(({ key }) => key === topic).map(({ id }) => id));
  const last = said.filter(({ id }) => roots.has(id)).at(-1)?.card;
  const isLeft = !last || last.tone === "question" || last.tone === "running";
  return isLeft ? [`the root card stayed at "${last?.title}"`] : [];
}

/**
 * Each VM's end is told in one line of the thread. Only that all is well with it may be left out, where it was seen in
 * the same look as the end of the run.
 */
function wrongWithVms({ vms, phase, topics }: Watch, lines: readonly Line[]): string[] {
  const told = lines
    .filter(({ topic }) => topics.includes(topic))
    .flatMap(({ card }) => plain(card).split("\n"));
  const ends = told.filter((line) => /^(?:\[\w+\] )?(?:Started|Failed)[\w ]*: .*ended\)/.test(line));
  const ended = vms.filter(({ mark }) => ["done", "warning", "failed"].includes(mark));
  return ended.flatMap(({ name, mark, changedAt }) => {
    const times = ends.filter((line) => line.split(/[:,() ]+/).includes(name)).length;
    const atTheEnd = mark === "done" && phase.is === "ended" && phase.at === changedAt;
    return times === 1 || (times === 0 && atTheEnd) ? [] : [`the end of ${name} was told ${times} times`];
  });
}
