/** Two instances on one Postgres, hit again and again: stories, and the tables of them. */
import { postgresPrograms } from "../fakes/postgres-server.ts";
import { diceFrom } from "./dice.ts";
import { type TwoBlow, twoBlows } from "./two-blows.ts";
import { type TwoPlot, type TwoTally, tellByTwo } from "./two-story.ts";
import { tablesOfTwo, wrongWithTimes } from "./two-table.ts";

const scenarios = [
  "all-well",
  "vm-fails",
  "answer-lost",
  "logons-drop",
  "em-restarts",
  "slow-and-flaky",
  "vm-warns",
  "session-fails",
  "task-fails",
] as const;
type Act = Pick<TwoPlot, "platform" | "scenario">;
const allActs: readonly Act[] = scenarios.flatMap((scenario) =>
  (["slack", "discord"] as const).map((platform) => ({ scenario, platform })),
);
const BLOWS_PER_RUN = 12;
/** The machine has two cores, and each run mostly waits. */
const AT_ONCE = 6;
const MOST_FAULTS = 30;

export interface TwoOptions {
  readonly wanted: number;
  readonly seed: number;
  /** Default: all kinds, and all of what befalls EM. */
  readonly kinds?: readonly TwoBlow[];
  readonly acts?: readonly Act[];
  /** Once it aborts, no further blow is dealt. */
  readonly signal?: AbortSignal;
  write(text: string): void;
}

/** Gives the exit code: 1 where a promise was broken. */
export async function killTwo({
  wanted,
  seed,
  kinds = twoBlows,
  acts = allActs,
  signal = new AbortController().signal,
  write,
}: TwoOptions): Promise<number> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error("There is no Postgres here");
  const told: (TwoTally & Act)[] = [];
  const dealt = () => told.reduce((sum, { struck }) => sum + struck.length, 0);
  const faults = () => told.reduce((sum, one) => sum + one.faults.length, 0);
  let turn = 0;
  const oneAfterTheOther = async () => {
    while (!signal.aborted && dealt() < wanted && faults() < MOST_FAULTS) {
      const own = seed * 1000 + turn;
      const act = acts[turn++ % acts.length];
      if (!act) return;
      const plot = {
        ...act,
        kinds,
        signal,
        dice: diceFrom(own),
        blows: Math.min(BLOWS_PER_RUN, wanted - dealt()),
      };
      const tally = await tellByTwo(plot, programs);
      told.push({ ...act, ...tally });
      for (const fault of tally.faults)
        write(`${act.platform}, ${act.scenario}, seed ${own}: ${fault}\n`);
    }
  };
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted) }, oneAfterTheOther));
  const seconds = Math.round((performance.now() - beganAt) / 1000);
  write(tablesOfTwo(told));
  const slow = wrongWithTimes(told.flatMap(({ struck }) => struck));
  for (const fault of slow) write(`${fault}\n`);
  write(
    `${dealt()} blows in ${told.length} runs with seed ${seed}, ${faults()} faults, ${seconds} s\n`,
  );
  return faults() + slow.length === 0 ? 0 : 1;
}
