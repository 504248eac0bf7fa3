/** What befalls two instances and their Postgres, by the dice; how long nobody led then. */
import { systemClock } from "../../src/clock.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Held } from "../../src/sandbox/wire/faults.ts";
import type { PostgresServer } from "../fakes/postgres-server.ts";
import type { Dice } from "./dice.ts";
import { cameToBe, type Member, type Pair } from "./pair.ts";
import type { Stage } from "./stage.ts";

/** In the order of the table. */
export const twoBlows = [
  "leader killed",
  "leader frozen",
  "leader stopped",
  "leader's connections cut",
  "leader cut off",
  "leader's connections stalled",
  "leader's answers lost",
  "standby killed",
  "standby frozen",
  "both killed",
  "Postgres killed and started",
] as const;
export type TwoBlow = (typeof twoBlows)[number];

export interface Scene {
  readonly pair: Pair;
  readonly server: Pick<PostgresServer, "stop" | "start">;
  readonly stage: Stage;
  readonly control: Pick<Sandbox["control"], "holdNextAnswer">;
  readonly dice: Dice;
}

/** Times are the machine's, in milliseconds since 1970. */
export interface Struck {
  readonly blow: TwoBlow;
  readonly from: number;
  /** When what was done to them was over. */
  readonly lifted: number;
  /** When another one served, or the same one anew; absent where the leader stayed the leader. */
  readonly tookOver?: number;
  /** How long that took, in milliseconds: from the blow, or from when there was something to lead. */
  readonly tookMs?: number;
  /** When all stood again: one serves, the other stands by. */
  readonly settled: number;
  /** A sentence where they did not come to that. */
  readonly fault?: string;
}

/** Does it; gives how to end it, once it has lasted. */
type Deed = (scene: Scene, leader: Member) => Promise<() => Promise<void> | void>;

const again = (member: Member | undefined) => () => member?.bot.begin();

const deeds: Readonly<Record<TwoBlow, Deed>> = {
  "leader killed": async (_, leader) => {
    await leader.bot.end("SIGKILL");
    return again(leader);
  },
  "leader frozen": async (_, { bot }) => {
    bot.freeze();
    return bot.thaw;
  },
  "leader stopped": async (_, leader) => {
    await leader.bot.end("SIGTERM");
    return again(leader);
  },
  "leader's connections cut": async (_, { way }) => {
    way.cut();
    return () => undefined;
  },
  "leader cut off": async (_, { way }) => {
    way.refuse();
    return way.resume;
  },
  "leader's connections stalled": async (_, { way }) => {
    way.stall();
    return way.resume;
  },
  // What it commits is done, and it does not know; the answers never come.
  "leader's answers lost": async (_, { way }) => {
    way.mute();
    return way.resume;
  },
  "standby killed": async ({ pair }) => {
    const standby = pair.standby();
    await standby?.bot.end("SIGKILL");
    return again(standby);
  },
  "standby frozen": async ({ pair }) => {
    const standby = pair.standby();
    standby?.bot.freeze();
    return () => standby?.bot.thaw();
  },
  "both killed": async ({ pair: { members } }) => {
    await Promise.all(members.map(({ bot }) => bot.end("SIGKILL")));
    return () => {
      for (const { bot } of members) bot.begin();
    };
  },
  "Postgres killed and started": async ({ server }) => {
    await server.stop("immediate");
    return server.start;
  },
};

/** Of real time: how long each lasts, and so some outlive the eight seconds of silence. */
const LASTS_MS = [0, 200, 1000, 4000, 9000, 13_000] as const;
/** A leader writes every two seconds that it is there, and learns then what has become of it. */
const BEAT_MS = 2500;
const SETTLES_WITHIN_MS = 60_000;
const LONGEST_MOMENT_MS = 3000;

/** One strikes once the leader is at something: the order, a post, an edit that comes late. */
async function moment({ dice, stage, control }: Scene): Promise<() => void> {
  const lot = dice.between(1, 100);
  const longest = systemClock.sleep(LONGEST_MOMENT_MS);
  if (lot <= 40) await systemClock.sleep(dice.between(0, LONGEST_MOMENT_MS));
  else if (lot <= 60) await Promise.race([stage.saidMore(dice.between(1, 4)), longest]);
  else {
    const held = holding({ stage, control }, lot);
    await Promise.race([held.arrived, longest]);
    return held.release;
  }
  return () => undefined;
}

function holding({ stage, control }: Pick<Scene, "stage" | "control">, lot: number): Held {
  if (lot <= 72) return stage.holdNextPost();
  return lot <= 84
    ? control.holdNextAnswer()
    : (stage.holdBackNextEdit?.() ?? stage.holdNextPost());
}

export async function strike(scene: Scene, blow: TwoBlow): Promise<Struck | undefined> {
  const { pair, dice } = scene;
  const release = await moment(scene);
  const leader = pair.leader();
  if (!leader) return void release();
  // What is in hand keeps it from its end, and is let go of.
  if (blow === "leader stopped") release();
  const [from, before] = [Date.now(), pair.epoch()];
  const lift = await deeds[blow](scene, leader);
  await systemClock.sleep(LASTS_MS[dice.between(0, LASTS_MS.length - 1)] ?? 0);
  release();
  await lift();
  const lifted = Date.now();
  await systemClock.sleep(BEAT_MS);
  const isWell = await cameToBe(() => stands(pair), SETTLES_WITHIN_MS);
  const taken = pair.turns.find(({ part }) => part.is === "serves" && part.epoch > before);
  return {
    ...{ blow, from, lifted, settled: Date.now() },
    ...(taken ? { tookOver: taken.at, tookMs: taken.at - (isVain(blow) ? lifted : from) } : {}),
    ...(isWell ? {} : { fault: `${blow}: ${partsOf(pair)} a minute after it was over` }),
  };
}

/** Before it is over nobody can lead. */
const isVain = (blow: TwoBlow) => blow === "both killed" || blow === "Postgres killed and started";

export const stands = (pair: Pair): boolean =>
  pair.leader() !== undefined && pair.standby()?.bot.part.is === "stands by";

const partsOf = ({ members }: Pair) =>
  members.map(({ bot }) => `${bot.name} ${bot.part.is}`).join(", ");
