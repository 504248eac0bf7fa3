/**
 * A failover told by a bot that is killed again and again, and what is counted of it. Enterprise
 * Manager and the chat platform live on in this process; their time stands still while no bot is
 * there, but for the times when it was away for longer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Platform } from "../../src/chat/port.ts";
import { isOpen } from "../../src/records/watch.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import type { Life } from "../fakes/bot-child.ts";
import { expectedOf } from "./alarms.ts";
import type { Absence } from "./away.ts";
import { count, type Tally } from "./count.ts";
import type { Dice } from "./dice.ts";
import { openDiscord } from "./discord-stage.ts";
import { absenceMs, type Fate, fateFrom, mannerFrom } from "./fate.ts";
import { type Lived, live } from "./life.ts";
import { blowsFrom, type Nemesis } from "./nemeses.ts";
import { insist } from "./person.ts";
import { openSlack } from "./slack-stage.ts";
import type { Ground, Stage } from "./stage.ts";
import { openTerminal } from "./terminal-stage.ts";
import { byMachine, byMessage } from "./wall.ts";
import { confirmedOrders, isVoid, placeWitness, queuedLines, readState } from "./witness.ts";

/** Where EM fails so often that the question cannot be asked at once. */
const MOST_TRIES = 20;

export interface Plot {
  readonly platform: Platform;
  readonly scenario: ScenarioName;
  /** At most so many; a run may be over before. */
  readonly kills: number;
  /** How fast time goes by. */
  readonly speed: number;
  readonly dice: Dice;
  /** The first life ends at this commit, instead of where the dice say. */
  readonly death?: Life["death"];
  /** Whether more befalls it than kills. Default: no. */
  readonly isHunted?: boolean;
  /** How its wall clock is moved. Default: by message. */
  readonly wall?: "by message" | "by the machine";
  /** What befalls EM. */
  readonly prepare?: (sandbox: Sandbox) => void;
}

const stages: Readonly<Record<Platform, (ground: Ground) => Promise<Stage>>> = {
  slack: openSlack,
  discord: openDiscord,
  terminal: openTerminal,
};

/** A clock that can stand still. */
function stopwatch(begin: number) {
  let passed = 0;
  let runningSince: number | undefined;
  const now = () => begin + passed + (runningSince === undefined ? 0 : Date.now() - runningSince);
  return {
    now,
    /** It has been running since this time of the machine. */
    run: (since: number) => {
      runningSince = since;
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

interface Scene {
  readonly plot: Plot;
  readonly folder: string;
  readonly statePath: string;
  readonly time: ReturnType<typeof stopwatch>;
  readonly sandbox: Sandbox;
  readonly stage: Stage;
}

export async function tell(plot: Plot): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-crash-"));
  const statePath = join(folder, "state.db");
  const { scenario, speed } = plot;
  const time = stopwatch(Date.UTC(2026, 10, 21, 6));
  const sandbox = await startSandbox({ scenario, speed, now: time.now });
  const stage = await stages[plot.platform]({ now: sandbox.estate.now, speed });
  try {
    plot.prepare?.(sandbox);
    await placeWitness(statePath);
    return await play({ plot, folder, statePath, time, sandbox, stage });
  } finally {
    await stage.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
}

async function play({ plot, ...scene }: Scene): Promise<Tally> {
  const { statePath, sandbox, stage, time } = scene;
  const absences: Absence[] = [];
  const complaints: string[] = [];
  const [dealt, delays]: [Nemesis[], Absence[]] = [[], []];
  let kills = 0;
  let diedAt: number | undefined;
  for (let lives = 1; ; lives++) {
    const bornAt = sandbox.estate.now();
    const isWatching = (await readState(statePath, bornAt)).watches.some(isOpen);
    if (diedAt !== undefined && isWatching) absences.push({ from: diedAt, to: bornAt });
    const lived = await liveOnce({ plot, ...scene }, kills);
    if (lived.complaints !== "") complaints.push(lived.complaints);
    dealt.push(...lived.dealt);
    delays.push(...lived.delays);
    diedAt = sandbox.estate.now();
    if (lived.killed) time.skip(absenceMs(plot.dice) / plot.speed);
    if (lived.killed) kills += 1;
    const begun = await isOrdered(statePath, diedAt);
    if (!lived.killed && (begun || complaints.length > 0 || lives > plot.kills + MOST_TRIES)) break;
  }
  const state = await readState(statePath, sandbox.estate.now());
  const moves = dealt.filter((nemesis) => nemesis.startsWith("clock moved")).length;
  const expected = expectedOf(plot.scenario, plot.prepare !== undefined, { moves, kills });
  return count({
    ...{ sandbox, stage, state, absences, complaints, kills },
    ...{ dealt, delays, expected },
    ...{ confirmed: confirmedOrders(statePath), lines: queuedLines(statePath) },
  });
}

/** Whoever confirmed something that was no longer there asks again. */
async function isOrdered(statePath: string, now: number): Promise<boolean> {
  const { pastOrders } = await readState(statePath, now);
  const voids = pastOrders.filter(isVoid).map(({ id }) => id);
  return confirmedOrders(statePath).some((id) => !voids.includes(id));
}

async function liveOnce(
  { plot, folder, statePath, time, sandbox, stage }: Scene,
  kills: number,
): Promise<Lived> {
  const { dice, speed } = plot;
  const { url, username, password } = sandbox;
  const begun = await isOrdered(statePath, sandbox.estate.now());
  const manner = mannerFrom(dice);
  const fate = kills < plot.kills ? fateOf(plot, stage, sandbox, begun) : {};
  const around = { stage, control: sandbox.control, speed, isSent: begun };
  const blows = plot.isHunted ? blowsFrom(dice, around) : [];
  const at = sandbox.estate.now();
  const em = { url, username, password };
  const life: Life = {
    em,
    face: stage.face,
    statePath,
    at,
    speed,
    ...(fate.death ? { death: fate.death } : {}),
  };
  const lived = await live(life, {
    stage,
    kill: fate.kill,
    blows,
    wall: plot.wall === "by the machine" ? byMachine(folder) : byMessage,
    born: time.run,
    meet: async (over) => {
      stage.listening();
      if (!begun) await insist(stage, manner, over);
    },
  });
  fate.afterwards?.();
  time.stop();
  return lived;
}

const fateOf = ({ death, dice }: Plot, stage: Stage, sandbox: Sandbox, begun: boolean): Fate =>
  death ? { death } : fateFrom(dice, stage, sandbox, begun);
