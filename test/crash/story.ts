/**
 * A failover told by a bot that is killed again and again, and what is counted of it. The sandbox lives on in this
 * process; its time stands still while no bot is there, but for the times when it was away for longer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import type { Life } from "../fakes/bot-child.ts";
import { count, PLAN, type Tally } from "./count.ts";
import type { Dice } from "./dice.ts";
import { type Kill, live, type Said } from "./life.ts";
import { confirmedOrders, placeWitness, readState, type State } from "./witness.ts";

/** Where EM fails so often that the question cannot be asked at once. */
const MOST_TRIES = 20;

export interface Plot {
  readonly scenario: ScenarioName;
  /** At most so many; a run may be over before. */
  readonly kills: number;
  /** How fast time goes by. */
  readonly speed: number;
  readonly dice: Dice;
  /** The first life ends at this commit, instead of where the dice say. */
  readonly death?: Life["death"];
  /** What befalls EM. */
  readonly prepare?: (sandbox: Sandbox) => void;
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

export async function tell({ scenario, kills, speed, dice, death, prepare }: Plot): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-crash-"));
  const statePath = join(folder, "state.db");
  const time = stopwatch(Date.UTC(2026, 10, 21, 6));
  const sandbox = await startSandbox({ scenario, speed, now: time.now });
  const { url, username, password } = sandbox;
  prepare?.(sandbox);
  await placeWitness(statePath);
  const said: Said[] = [];
  const complaints: string[] = [];
  let killed = 0;
  try {
    for (let lives = 1, over = false; !over; lives++) {
      const at = sandbox.estate.now();
      const lines = wordsOf(await readState(statePath, at), confirmedOrders(statePath), at);
      const fate = killed < kills ? fateFrom(dice, sandbox, death) : {};
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

function fateFrom(dice: Dice, { control }: Sandbox, death: Life["death"]): Fate {
  if (death) return { death: { death } };
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
