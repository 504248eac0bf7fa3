/**
 * A failover told by a bot that is killed again and again, and what is counted of it. The sandbox lives on in this
 * process; its time stands still while no bot is there, but for the times when it was away for longer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainCard } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import type { Life } from "../fakes/bot-child.ts";
import type { Dice } from "./dice.ts";
import { type Kill, live, type Said } from "./life.ts";
import { confirmedOrders, type Line, placeWitness, queuedLines, readState, type State } from "./witness.ts";

const PLAN = "ABC Company Failover Plan";
/** Where EM fails so often that the question cannot be asked at once. */
const MOST_TRIES = 20;

export interface Plot {
  readonly scenario: ScenarioName;
  /** At most so many; a run may be over before. */
  readonly kills: number;
  /** How fast time goes by. */
  readonly speed: number;
  readonly dice: Dice;
}

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

/** A clock that can stand still. */
function stopwatch(begin: number) {
  let passed = 0;
  let runningSince: number | undefined;
  const now = () => begin + passed + (runningSince === undefined ? 0 : Date.now() - runningSince);
  return {
    now,
    run: () => {
      runningSince = Date.now();
    },
    stop: () => {
      passed = now() - begin;
      runningSince = undefined;
    },
    skip: (ms: number) => {
      passed += ms;
    },
  };
}

export async function tell({ scenario, kills, speed, dice }: Plot): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-crash-"));
  const statePath = join(folder, "state.db");
  const time = stopwatch(Date.UTC(2026, 10, 21, 6));
  const sandbox = await startSandbox({ scenario, speed, now: time.now });
  const { url, username, password } = sandbox;
  await placeWitness(statePath);
  const said: Said[] = [];
  const complaints: string[] = [];
  let killed = 0;
  try {
    for (let lives = 1, over = false; !over; lives++) {
      const at = sandbox.estate.now();
      const lines = wordsOf(await readState(statePath, at), confirmedOrders(statePath), at);
      const fate = killed < kills ? fateFrom(dice, sandbox) : {};
      const life: Life = { em: { url, username, password }, statePath, at, speed, ...fate.death };
      const lived = await live(life, lines, fate.kill, time.run);
      fate.afterwards?.();
      time.stop();
      said.push(...lived.said);
      if (lived.complaints !== "") complaints.push(lived.complaints);
      if (lived.killed) killed += 1;
      if (lived.killed) time.skip(absenceMs(dice) / speed);
      const begun = confirmedOrders(statePath).length > 0;
      over = !lived.killed && (begun || complaints.length > 0 || lives > kills + MOST_TRIES);
    }
    const state = await readState(statePath, sandbox.estate.now());
    return count({ sandbox, state, said, complaints, kills: killed, statePath });
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
}

/** What a person says who finds the bot back: asks again where nothing was begun, confirms what is still asked. */
function wordsOf({ orders }: State, confirmed: readonly string[], now: number): string[] {
  if (confirmed.length > 0) return [];
  const asked = orders.some(({ phase, expiresAt }) => phase.is === "asked" && now < expiresAt);
  return [...(asked ? [] : [`start "${PLAN}"`]), `confirm ${PLAN}`];
}

interface Fate {
  readonly death?: Pick<Life, "death">;
  readonly kill?: Kill;
  readonly afterwards?: () => void;
}

function fateFrom(dice: Dice, { control }: Sandbox): Fate {
  if (dice.percent(50)) return { death: { death: { commit: dice.between(1, 14), saved: dice.percent(50) } } };
  if (dice.percent(35)) return { kill: { at: "time", afterMs: dice.between(0, 500) } };
  if (dice.percent(50)) return { kill: { at: "line", lines: dice.between(1, 8) } };
  // EM has carried the order out, and its answer is on its way.
  const { arrived, release } = control.holdNextAnswer();
  return { kill: { at: "moment", come: arrived }, afterwards: release };
}

/** Most often it is back at once, as under a supervisor. Of sandbox time. */
function absenceMs(dice: Dice): number {
  if (dice.percent(75)) return 0;
  return dice.percent(75) ? 20_000 : 300_000;
}

interface Told {
  readonly sandbox: Sandbox;
  readonly state: State;
  readonly said: readonly Said[];
  readonly complaints: readonly string[];
  readonly kills: number;
  readonly statePath: string;
}

function count({ sandbox, state, said, complaints, kills, statePath }: Told): Tally {
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
    ...finals.flatMap(({ topic }) => wrongInThread(topic, lines, said)),
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

/** The root card shows the end last, and each VM's end was told in one line. */
function wrongInThread(topic: string, lines: readonly Line[], said: readonly Said[]): string[] {
  const roots = new Set(said.filter(({ key }) => key === topic).map(({ id }) => id));
  const last = said.filter(({ id }) => roots.has(id)).at(-1)?.card;
  if (!last || last.tone === "question" || last.tone === "running")
    return [`the root card stayed at "${last?.title}"`];
  const told = lines.filter((line) => line.topic === topic).flatMap(({ card }) => plain(card).split("\n"));
  const ends = told.filter((line) => /^(?:\[\w+\] )?(?:Started|Failed)[\w ]*: .*ended\)/.test(line));
  const ended = (last.rows ?? []).filter(({ mark }) => ["done", "warning", "failed"].includes(mark));
  return ended.flatMap(({ name }) => {
    const times = ends.filter((line) => line.split(/[:,() ]+/).includes(name)).length;
    return times === 1 ? [] : [`the end of ${name} was told ${times} times`];
  });
}
