/**
 * `npm run storm`: many runs, on all processors; what breaks is told as a seed, the least that still
 * breaks, and a story. `-- <runs> <seed>`: so many, from that seed on. `-- seed <seed>`: that one
 * again. `-- mutants [name [seed …]]`: whether deliberate mistakes are found, from these seeds on.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { hunt, tryMutants } from "./hunt.ts";
import { shortest, type Trial, tryOut } from "./trial.ts";

const RUNS = 2_000;
const MOST_TOLD = 5;

/** What a process that takes a share is told. */
interface Share {
  readonly from: number;
  readonly step: number;
  readonly until: number;
}

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function campaign(runs: number, seed: number): Promise<number> {
  const began = performance.now();
  const workers = Math.max(1, Math.min(availableParallelism(), runs));
  say(`${runs} runs from seed ${seed} on, in ${workers} processes`);
  const shares = Array.from({ length: workers }, (_, i) =>
    share({ from: seed + i, step: workers, until: seed + runs }),
  );
  const trials = (await Promise.all(shares)).flat().sort((a, b) => a.seed - b.seed);
  const broken = trials.filter(({ faults }) => faults.length > 0);
  for (const trial of broken.slice(0, MOST_TOLD)) await tellBroken(trial);
  tellSum(trials, (performance.now() - began) / 1000);
  return broken.length === 0 ? 0 : 1;
}

/** Seeds taken by a process of its own; it sends each trial as it ends. */
async function share(own: Share): Promise<Trial[]> {
  const trials: Trial[] = [];
  const child = fork(import.meta.filename, ["share", JSON.stringify(own)]);
  child.on("message", (trial: Trial) => void trials.push(trial));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`A share of the storm ended with ${code}`);
  return trials;
}

async function takeShare({ from, step, until }: Share): Promise<void> {
  for (let seed = from; seed < until; seed += step) {
    const trial = await tryOut(seed);
    await new Promise<void>((resolve) => {
      process.send?.(trial, undefined, {}, () => resolve());
    });
  }
  process.exit(0);
}

async function tellBroken(trial: Trial): Promise<void> {
  const least = await shortest(trial);
  say(`\nseed ${trial.seed} breaks a promise`);
  for (const { promise, what } of least.faults) say(`  ${promise}: ${what}`);
  say(
    `  the least that breaks it: ${least.kinds.join(", ") || "no fault at all"}; people's acts ${least.acts.join(", ")}`,
  );
  for (const line of least.story) say(`  ${line}`);
  say(`  again: npm run storm -- seed ${trial.seed}`);
}

function tellSum(trials: readonly Trial[], seconds: number): void {
  const sum = (of: (trial: Trial) => number) => trials.reduce((total, one) => total + of(one), 0);
  const hours = sum(({ simulatedMs }) => simulatedMs) / 3_600_000;
  say(
    `\n${trials.length} runs: ${hours.toFixed(1)} simulated hours in ${seconds.toFixed(1)} s, ${sum(({ lives }) => lives)} lives, ${sum(({ orders }) => orders)} orders to EM`,
  );
  tellTable("broken promises", trials, ({ faults }) => faults);
  tellTable("known faults", trials, ({ known }) => known);
}

function tellTable(
  name: string,
  trials: readonly Trial[],
  of: (trial: Trial) => Trial["faults"],
): void {
  const all = trials.flatMap((trial) =>
    [...new Set(of(trial).map(({ promise }) => promise))].map((promise) => ({
      promise,
      seed: trial.seed,
    })),
  );
  say(`${name}: ${all.length === 0 ? "none" : ""}`);
  for (const [promise, runs] of Map.groupBy(all, (one) => one.promise))
    say(`  ${promise}: ${runs.length} runs, as seed ${runs[0]?.seed}`);
}

async function again(seed: number): Promise<number> {
  const trial = await tryOut(seed);
  for (const { promise, what } of trial.known) say(`known: ${promise}: ${what}`);
  if (trial.faults.length > 0) await tellBroken(trial);
  else for (const line of trial.story) say(line);
  return trial.faults.length === 0 ? 0 : 1;
}

/** From seed 1 on where none is named. */
const firstsOf = (named: readonly string[]): number[] =>
  named.length === 0 ? [1] : named.map(Number);

async function main(argv: readonly string[]): Promise<number> {
  const [first, second, third] = argv;
  switch (first) {
    case "share":
      await takeShare(JSON.parse(second ?? "{}"));
      return 0;
    case "seed":
      return again(Number(second));
    case "hunt":
      return hunt(second ?? "", Number(third ?? 1), say);
    case "mutants":
      return tryMutants(second, firstsOf(argv.slice(2)), say);
    default: {
      const seed = second === undefined ? Math.floor(Date.now() / 1000) : Number(second);
      return campaign(first === undefined ? RUNS : Number(first), seed);
    }
  }
}

process.exit(await main(process.argv.slice(2)));
