/**
 * Kills the bot some hundred times, with kill -9, in the midst of failovers that go well and badly,
 * in Slack, in Discord and at a terminal. Between the kills its process is frozen, its wall clock
 * moved, and its platform refuses what it says. Counts what became of its promises and prints
 * tables; ends with 1 if a promise was broken.
 *
 *     npm run crash               at least 200 kills in Slack and Discord, some more at a terminal
 *     npm run crash -- 500 7      at least 500 there, with seed 7
 *     npm run crash -- commits    a kill at every commit of a run, before it and after it, with
 *                                 each of three EMs, at a terminal; `commits slack` and
 *                                 `commits discord` there
 *     npm run crash -- two        two instances on a Postgres, at least 300 blows: see `two.ts`;
 *                                 `two 500 7`: at least 500, with seed 7; Ctrl-C ends it in order
 */
import type { Platform } from "../../src/chat/port.ts";
import { diceFrom } from "./dice.ts";
import { killAtEveryCommit } from "./every-commit.ts";
import { talkNonsenseOnceOrdered } from "./nonsense.ts";
import { type Plot, tell } from "./story.ts";
import { nemesisTableOf, type Told, tableOf } from "./table.ts";
import { killTwo } from "./two.ts";
import { hasMachineWall } from "./wall.ts";

interface Act extends Pick<Plot, "scenario" | "speed" | "prepare" | "wall"> {
  /** Where it is not the scenario's. */
  readonly name?: string;
}

/** Where evidence takes long, time goes by faster. */
const acts: readonly Act[] = [
  { scenario: "all-well", speed: 60 },
  { scenario: "vm-fails", speed: 60 },
  { scenario: "vm-warns", speed: 60 },
  { scenario: "answer-lost", speed: 60 },
  { scenario: "logons-drop", speed: 60 },
  { scenario: "em-restarts", speed: 60 },
  { scenario: "slow-and-flaky", speed: 30 },
  { scenario: "all-well", speed: 60, name: "nonsense", prepare: talkNonsenseOnceOrdered },
  { scenario: "session-fails", speed: 60 },
  { scenario: "task-fails", speed: 60 },
  { scenario: "contradicted", speed: 300 },
  { scenario: "points-lag", speed: 300 },
];
const on = (...platforms: readonly Platform[]) =>
  acts.flatMap((act) => platforms.map((platform) => ({ name: act.scenario, ...act, platform })));
const chatting = on("slack", "discord");
/** Where libfaketime is installed, the machine's own clock is moved as well. */
const byMachine = (["slack", "discord", "terminal"] as const).map((platform) => {
  const act = { name: "libfaketime", scenario: "all-well", speed: 60 } as const;
  return { ...act, wall: "by the machine", platform } as const;
});
/**
 * Every act is told on every platform; then more, on those with servers of their own, until it is
 * enough.
 */
const program = [...chatting, ...on("terminal"), ...(hasMachineWall ? byMachine : [])];
const KILLS_PER_RUN = 12;
/** The machine has two cores, and each run waits as much as it works. */
const AT_ONCE = 3;
const MOST_FAULTS = 50;

const [first, second, third] = process.argv.slice(2);
if (first === "commits")
  process.exit(
    await killAtEveryCommit(
      program.find(({ platform }) => platform === second)?.platform ?? "terminal",
    ),
  );
if (first === "two") {
  const stopped = new AbortController();
  process.once("SIGINT", () => stopped.abort());
  process.exit(
    await killTwo({
      signal: stopped.signal,
      wanted: Number(second ?? 300),
      seed: Number(third ?? 1),
      write: (text) => process.stdout.write(text),
    }),
  );
}
const [wanted = 200, seed = 1] = [first, second].flatMap((figure) =>
  figure ? [Number(figure)] : [],
);

const told: Told[] = [];
const kills = (of: readonly Told[] = told) => of.reduce((sum, one) => sum + one.kills, 0);
const onServers = () => told.filter(({ platform }) => platform !== "terminal");
const faults = () => told.reduce((sum, one) => sum + one.faults.length, 0);
/** A bot that cannot be started is never killed. */
const isHopeless = () => faults() > MOST_FAULTS;
let run = 0;

async function runOneAfterTheOther(): Promise<void> {
  while (!isHopeless() && (kills(onServers()) < wanted || run < program.length)) {
    const turn = run++;
    const act = program[turn] ?? chatting[turn % chatting.length];
    if (!act) return;
    const own = seed * 1000 + turn;
    const tally = await tell({ ...act, kills: KILLS_PER_RUN, dice: diceFrom(own), isHunted: true });
    told[turn] = { ...tally, platform: act.platform, act: act.name };
    for (const fault of tally.faults)
      process.stdout.write(`${act.platform}, ${act.name}, seed ${own}: ${fault}\n`);
  }
}

const beganAt = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, runOneAfterTheOther));
const seconds = Math.round((performance.now() - beganAt) / 1000);
process.stdout.write(`${tableOf(told)}\n${nemesisTableOf(told)}\n`);
const dealt = told.reduce((sum, one) => sum + one.dealt.length, 0);
process.stdout.write(
  `${kills()} kills and ${dealt} nemeses in ${told.length} runs with seed ${seed}, ${faults()} faults, ${seconds} s\n`,
);
process.exitCode = faults() === 0 ? 0 : 1;
