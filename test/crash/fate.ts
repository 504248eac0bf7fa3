/** How a life ends, and how long nobody is there after it: by the dice. */
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Held } from "../../src/sandbox/wire/faults.ts";
import type { Life } from "../fakes/bot-child.ts";
import type { Dice } from "./dice.ts";
import type { Kill } from "./life.ts";
import type { Manner, Stage } from "./stage.ts";

export interface Fate {
  readonly death?: Life["death"];
  readonly kill?: Kill;
  /** To be done once the life is over. */
  readonly afterwards?: () => void;
}

/** Dies as soon as this is done, while the answer to it is on its way. */
const before = ({ arrived, release }: Held): Fate => ({
  kill: { at: "moment", come: arrived },
  afterwards: release,
});

/** `isSent`: EM has had its order already. */
export function fateFrom(dice: Dice, stage: Stage, { control }: Sandbox, isSent: boolean): Fate {
  const lot = dice.between(1, 100);
  if (lot <= 40) return { death: { commit: dice.between(1, 14), saved: dice.percent(50) } };
  if (lot <= 55) return { kill: { at: "time", afterMs: dice.between(50, 700) } };
  if (lot <= 70) return { kill: { at: "moment", come: stage.saidMore(dice.between(1, 6)) } };
  return before(isSent || lot <= 88 ? stage.holdNextPost() : control.holdNextAnswer());
}

/** Most often it is back at once, as under a supervisor. Of the story's time. */
export function absenceMs(dice: Dice): number {
  if (dice.percent(75)) return 0;
  return dice.percent(75) ? 20_000 : 300_000;
}

export const mannerFrom = (dice: Dice): Manner => ({
  asksByCommand: dice.percent(50),
  confirmsByButton: dice.percent(70),
});
