/**
 * What befalls a bot that lives: its process is frozen, its wall clock is moved, its platform refuses
 * what it says. By the dice.
 */
import { once } from "node:events";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Dice } from "./dice.ts";
import { type PlatformTrouble, platformTroubles, type Stage, type Troubles } from "./stage.ts";

export type Nemesis =
  | "frozen"
  | "frozen with a question to EM"
  | "clock moved forward"
  | "clock moved back"
  | PlatformTrouble;

/** In the order of the table. */
export const nemeses: readonly Nemesis[] = [
  "frozen",
  "frozen with a question to EM",
  "clock moved forward",
  "clock moved back",
  ...platformTroubles,
];

/** The process, as it is treated from outside. */
export interface Victim {
  /** SIGSTOP, and SIGCONT after so much real time. */
  freeze(forMs: number): void;
  /** Until the end of this life: in the next one the wall clock is right again. */
  moveClock(byMs: number): void;
}

export interface Blow {
  readonly nemesis: Nemesis;
  /** Of real time, from when the bot listens. */
  readonly afterMs: number;
  /** Whether it came about before the life was over. */
  strike(victim: Victim, over: AbortSignal): Promise<boolean>;
}

export interface Surroundings {
  readonly stage: Stage;
  readonly control: Pick<Sandbox["control"], "holdNextAnswer">;
  readonly speed: number;
  /** EM has had its order already: nobody has to ask and to confirm first. */
  readonly isSent: boolean;
}

/** Of real time: what it takes to ask, to confirm and to watch a run; and to watch alone. */
const RUN_MS = 4000;
const WATCH_MS = 1500;

/** Some lives are left in peace. */
export function blowsFrom(dice: Dice, around: Surroundings): Blow[] {
  const count = dice.percent(80) ? dice.between(1, 3) : 0;
  return Array.from({ length: count }, () => blowFrom(dice, around));
}

function blowFrom(dice: Dice, around: Surroundings): Blow {
  const afterMs = dice.between(0, around.isSent ? WATCH_MS : RUN_MS);
  const lot = dice.between(1, 100);
  if (lot <= 10) return { afterMs, ...freeze(dice, around) };
  if (lot <= 25) return { afterMs, ...freezeWithQuestion(dice, around) };
  const { troubles } = around.stage;
  if (lot <= 40 || !troubles) return { afterMs, ...move(dice) };
  return { afterMs, ...trouble(dice, troubles, around) };
}

type Struck = Omit<Blow, "afterMs">;

/** From seconds to a minute of the story's time. */
function freeze(dice: Dice, { speed }: Surroundings): Struck {
  const forMs = dice.between(3000, 60_000) / speed;
  return {
    nemesis: "frozen",
    strike: async (victim) => {
      victim.freeze(forMs);
      return true;
    },
  };
}

/** Longer than the bot waits for an answer, which is counted in real time. */
const BEYOND_PATIENCE_MS = [1100, 1600] as const;
const isQuestion = ({ method }: { readonly method: string }) => method === "GET";

/** Of real time, after the freeze: what is on its way comes late as well. */
const LATE_MS = 150;

/** When the bot wakes, its patience is at an end, and the answer is not there yet. */
function freezeWithQuestion(dice: Dice, { control }: Surroundings): Struck {
  const forMs = dice.between(...BEYOND_PATIENCE_MS);
  return {
    nemesis: "frozen with a question to EM",
    strike: async (victim, over) => {
      const { arrived, release } = control.holdNextAnswer(isQuestion);
      await Promise.race([arrived, untilOver(over)]);
      if (!over.aborted) victim.freeze(forMs);
      setTimeout(release, over.aborted ? 0 : forMs + LATE_MS);
      return !over.aborted;
    },
  };
}

async function untilOver(over: AbortSignal): Promise<void> {
  if (!over.aborted) await once(over, "abort");
}

const MOVES_MS = [90_000, 3_600_000, 86_400_000] as const;

function move(dice: Dice): Struck {
  const byMs = MOVES_MS[dice.between(0, MOVES_MS.length - 1)] ?? 0;
  const isForward = dice.percent(50);
  return {
    nemesis: isForward ? "clock moved forward" : "clock moved back",
    strike: async (victim) => {
      victim.moveClock(isForward ? byMs : -byMs);
      return true;
    },
  };
}

/** Of the story's time; the platform knows nothing of the bot's lives. */
const LASTS_MS: Readonly<Partial<Record<PlatformTrouble, number>>> = {
  "token refused": 30_000,
  "room closed": 16_000,
};

function trouble(dice: Dice, troubles: Troubles, { speed }: Surroundings): Struck {
  const nemesis = platformTroubles[dice.between(0, platformTroubles.length - 1)] ?? "server error";
  return {
    nemesis,
    strike: async () => {
      setTimeout(troubles[nemesis](), (LASTS_MS[nemesis] ?? 0) / speed);
      return true;
    },
  };
}
