/**
 * A failover told by two instances that are killed, frozen and cut off from their Postgres in turn,
 * and what is counted of it. All of it in real time.
 */
import { systemClock } from "../../src/clock.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import type { Face } from "../fakes/bot-child.ts";
import { type PostgresServer, startPostgres } from "../fakes/postgres-server.ts";
import { expectedOf } from "./alarms.ts";
import { count, type Tally } from "./count.ts";
import type { Dice } from "./dice.ts";
import { openDiscord } from "./discord-stage.ts";
import { mannerFrom } from "./fate.ts";
import { cameToBe, createPair, type Pair } from "./pair.ts";
import { insist } from "./person.ts";
import { openSlack } from "./slack-stage.ts";
import type { Stage } from "./stage.ts";
import { dueIn, wrongWithTakeOvers } from "./take-overs.ts";
import { type Struck, stands, strike, type TwoBlow } from "./two-blows.ts";
import { placeWitnessIn, type Seen, seenIn } from "./two-witness.ts";
import { isVoid } from "./witness.ts";

export interface TwoPlot {
  readonly platform: "slack" | "discord";
  readonly scenario: ScenarioName;
  readonly dice: Dice;
  /** At most so many; a run may be over before. */
  readonly blows: number;
  readonly kinds: readonly TwoBlow[];
  /** Once it aborts, the run goes on in peace. */
  readonly signal: AbortSignal;
}

export interface TwoTally extends Tally {
  readonly struck: readonly Struck[];
  readonly grants: number;
  readonly epochs: number;
  /** Commits of somebody who did not lead, and got through. */
  readonly trespasses: number;
  /** Take-overs that are to be told, each in each run that was open then. */
  readonly takeOversDue: number;
  readonly absencesTold: number;
  /** From the first leader to the end. */
  readonly lastedMs: number;
}

const stages = { slack: openSlack, discord: openDiscord } as const;

function environment(face: Face, { url, username, password }: Sandbox): Record<string, string> {
  // As long it is looked for an order of which EM never heard, too; in real time.
  const waits = { EVIDENCE_WAIT_MS: "60000" };
  const em = { EM_URL: url, EM_USERNAME: username, EM_PASSWORD: password, ...waits };
  if (face.is === "slack" && "appToken" in face.slack.mode)
    return {
      ...em,
      SLACK_BOT_TOKEN: face.slack.botToken,
      SLACK_APP_TOKEN: face.slack.mode.appToken,
      SLACK_CHANNELS: face.slack.channels.join(),
      SLACK_API_URL: face.slack.apiUrl ?? "",
    };
  if (face.is !== "discord") throw new Error(`There are not two instances at a ${face.is}`);
  const { token, channels, apiUrl = "" } = face.discord;
  return {
    ...em,
    DISCORD_TOKEN: token,
    DISCORD_CHANNELS: channels.join(),
    DISCORD_API_URL: apiUrl,
  };
}

interface Scene {
  readonly plot: TwoPlot;
  readonly server: PostgresServer;
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly stage: Stage;
  readonly pair: Pair;
}

/** Each story has a Postgres of its own, since some kill it. */
export async function tellByTwo(plot: TwoPlot, programs: string): Promise<TwoTally> {
  const server = await startPostgres(programs, ["shared_buffers=16MB", "max_connections=40"]);
  const sandbox = await startSandbox({ scenario: plot.scenario });
  const stage = await stages[plot.platform]({ now: Date.now, speed: 1 });
  const url = server.url(await server.schema("crash"));
  await placeWitnessIn(url);
  const env = environment(stage.face, sandbox);
  const pair = await createPair({ server, url, env, serves: stage.listening });
  try {
    return await play({ plot, server, url, sandbox, stage, pair });
  } finally {
    await pair.close();
    await stage.close();
    await sandbox.close();
    await server.end();
  }
}

const STARTS_WITHIN_MS = 60_000;
const QUIET_WITHIN_MS = 180_000;
const GLANCE_MS = 500;

async function play(scene: Scene): Promise<TwoTally> {
  const { pair, url } = scene;
  for (const { bot } of pair.members) bot.begin();
  const begun = await cameToBe(() => stands(pair), STARTS_WITHIN_MS);
  const beganAt = Date.now();
  const over = new AbortController();
  const asking = keepAsking(scene, over.signal);
  const struck = await strikeOn(scene);
  const isQuiet = await becameQuiet(url);
  over.abort();
  await asking;
  const lastedMs = Date.now() - beganAt;
  await stop(pair);
  return tallyOf(scene, await seenIn(url), {
    struck,
    lastedMs,
    complaints: [
      ...(begun ? [] : ["they did not begin"]),
      ...(isQuiet ? [] : ["it did not come to an end"]),
      ...struck.flatMap(({ fault }) => fault ?? []),
      ...pair.members.flatMap(({ bot }) => bot.complaints),
    ],
  });
}

async function stop(pair: Pair): Promise<void> {
  await pair.standby()?.bot.end("SIGTERM");
  await pair.leader()?.bot.end("SIGTERM");
}

/** Until a run is over, or all has been dealt. */
async function strikeOn({ plot, ...scene }: Scene): Promise<Struck[]> {
  const { dice, blows, kinds, signal } = plot;
  const struck: Struck[] = [];
  const { pair, server, stage, sandbox } = scene;
  const around = { pair, server, stage, control: sandbox.control, dice };
  while (!signal.aborted && struck.length < blows && !(await isOver(scene.url, isTold))) {
    const kind = kinds[dice.between(0, kinds.length - 1)] ?? "leader killed";
    const one = await strike(around, kind);
    if (!one) break;
    struck.push(one);
    if (one.fault !== undefined) break;
  }
  return struck;
}

const isOrdered = ({ confirmed, state }: Seen) => {
  const voids = state.pastOrders.filter(isVoid).map(({ id }) => id);
  return confirmed.some((id) => !voids.includes(id));
};

const isOver = async (url: string, to: (seen: Seen) => boolean) => {
  const seen = await seenIn(url).catch(() => undefined);
  return seen !== undefined && isOrdered(seen) && to(seen);
};

const isSaid = ({ state: { orders, watches, unsaid } }: Seen) =>
  orders.length + watches.length + unsaid === 0;

/** Nothing follows, but that cards are drawn once more. */
const isTold = ({ state: { orders, watches, linesUnsaid } }: Seen) =>
  orders.length + watches.length + linesUnsaid === 0;

async function becameQuiet(url: string): Promise<boolean> {
  const since = Date.now();
  while (!(await isOver(url, isSaid))) {
    if (Date.now() - since > QUIET_WITHIN_MS) return false;
    await systemClock.sleep(GLANCE_MS);
  }
  return true;
}

/** Whoever confirmed something that was no longer there asks again. */
async function keepAsking({ plot, url, stage }: Scene, over: AbortSignal): Promise<void> {
  const manner = mannerFrom(plot.dice);
  while (!over.aborted) {
    await insist(stage, manner, over);
    const seen = await seenIn(url).catch(() => undefined);
    if (seen && isOrdered(seen)) return;
    await systemClock.sleep(GLANCE_MS);
  }
}

interface Played {
  readonly struck: readonly Struck[];
  readonly lastedMs: number;
  readonly complaints: readonly string[];
}

/** What was held up says so of the time around it. */
const AROUND_MS = 15_000;

function tallyOf(scene: Scene, seen: Seen, { struck, lastedMs, complaints }: Played): TwoTally {
  const { plot, sandbox, stage } = scene;
  const { state, lines, confirmed, epochs, trespasses } = seen;
  const kills = struck.length;
  const delays = struck.map(({ from, settled }) => ({
    from: from - AROUND_MS,
    to: settled + AROUND_MS,
  }));
  const tally = count({
    ...{ sandbox, stage, state, lines, confirmed, kills, delays },
    absences: [],
    complaints: [
      ...complaints,
      ...trespasses,
      ...wrongWithEpochs(epochs),
      ...wrongWithGrants(seen),
      ...wrongWithTakeOvers(seen.takeOvers, state.ended),
    ],
    dealt: [],
    expected: expectedOf(plot.scenario, false, { moves: 0, kills }),
  });
  return {
    ...tally,
    struck,
    lastedMs,
    grants: seen.grants,
    epochs: epochs.length,
    trespasses: trespasses.length,
    takeOversDue: dueIn(seen.takeOvers, state.ended).length,
    absencesTold: lines.filter(({ card }) => /^I (?:was away|took over)/.test(card.title)).length,
  };
}

const wrongWithGrants = ({ confirmed, grants }: Seen) =>
  grants === confirmed.length ? [] : [`${grants} grants of ${confirmed.length} orders`];

/** Each is one higher than the last. */
const wrongWithEpochs = (epochs: Seen["epochs"]) =>
  epochs.flatMap(({ epoch, self }, i) =>
    epoch === i + 1 ? [] : [`${self} began epoch ${epoch}, after ${i}`],
  );
