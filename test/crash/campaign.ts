/**
 * Kills the bot some hundred times, with kill -9, in the midst of failovers that go well and badly, and counts what
 * became of its promises. Prints a table; ends with 1 if a promise was broken.
 *
 *     npm run crash                 at least 200 kills
 *     npm run crash -- 500 7        at least 500 kills, with seed 7
 *     npm run crash -- commits      a kill at every commit of a run, before it and after it, with each of three EMs
 */
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import type { Tally } from "./count.ts";
import { diceFrom } from "./dice.ts";
import { killAtEveryCommit } from "./every-commit.ts";
import { tell } from "./story.ts";

/** Where evidence takes long, time goes by faster. */
const acts: readonly { readonly scenario: ScenarioName; readonly speed: number }[] = [
  { scenario: "all-well", speed: 60 },
  { scenario: "vm-fails", speed: 60 },
  { scenario: "vm-warns", speed: 60 },
  { scenario: "answer-lost", speed: 60 },
  { scenario: "logons-drop", speed: 60 },
  { scenario: "em-restarts", speed: 60 },
  { scenario: "slow-and-flaky", speed: 30 },
  { scenario: "garbage", speed: 60 },
  { scenario: "session-fails", speed: 60 },
  { scenario: "task-fails", speed: 60 },
  { scenario: "contradicted", speed: 300 },
  { scenario: "points-lag", speed: 300 },
];
const KILLS_PER_RUN = 12;
/** The machine has two cores, and each run waits as much as it works. */
const AT_ONCE = 3;
const MOST_FAULTS = 100;

const [first, second] = process.argv.slice(2);
if (first === "commits") process.exit(await killAtEveryCommit());
const [wanted = 200, seed = 1] = [first, second].flatMap((figure) => (figure ? [Number(figure)] : []));

interface Row extends Tally {
  readonly scenario: string;
  readonly runs: number;
}

const rows = new Map<string, Row>();
const total = (figure: (row: Row) => number) => [...rows.values()].reduce((sum, row) => sum + figure(row), 0);

function add(scenario: string, tally: Tally): void {
  const before = rows.get(scenario);
  const sum = (figure: keyof Omit<Tally, "faults">) => tally[figure] + (before?.[figure] ?? 0);
  rows.set(scenario, {
    scenario,
    runs: 1 + (before?.runs ?? 0),
    kills: sum("kills"),
    confirmations: sum("confirmations"),
    starts: sum("starts"),
    ends: sum("ends"),
    lines: sum("lines"),
    announcedRepeats: sum("announcedRepeats"),
    faults: [...(before?.faults ?? []), ...tally.faults],
  });
}

let run = 0;
/** A bot that cannot be started is never killed. */
const isHopeless = () => total((row) => row.faults.length) > MOST_FAULTS;

async function runOneAfterTheOther(): Promise<void> {
  while ((total(({ kills }) => kills) < wanted && !isHopeless()) || run < acts.length) {
    const act = acts[run % acts.length];
    run += 1;
    if (!act) return;
    const own = seed * 1000 + run;
    const tally = await tell({ ...act, kills: KILLS_PER_RUN, dice: diceFrom(own) });
    add(act.scenario, tally);
    for (const fault of tally.faults) process.stdout.write(`${act.scenario}, seed ${own}: ${fault}\n`);
  }
}

const beganAt = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, runOneAfterTheOther));

const headings = [
  "scenario",
  "runs",
  "kills",
  "confirmed",
  "starts",
  "ends",
  "lines",
  "repeats, announced",
  "faults",
];
const cells = (row: Row) => [
  row.scenario,
  row.runs,
  row.kills,
  row.confirmations,
  row.starts,
  row.ends,
  row.lines,
  row.announcedRepeats,
  row.faults.length,
];
const table = [headings, ...[...rows.values()].map(cells)].map((line) => line.map(String));
const widths = headings.map((_, i) => Math.max(...table.map((line) => line[i]?.length ?? 0)));
for (const line of table)
  process.stdout.write(
    `${line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}\n`,
  );

const faults = total((row) => row.faults.length);
const seconds = Math.round((performance.now() - beganAt) / 1000);
process.stdout.write(
  `${total(({ kills }) => kills)} kills in ${total(({ runs }) => runs)} runs, ${faults} faults, ${seconds} s\n`,
);
process.exitCode = faults === 0 ? 0 : 1;
