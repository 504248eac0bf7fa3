/** One run, from its seed to its chronicle. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawFrom } from "../../src/chance.ts";
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import type { Config } from "../../src/settings/config.ts";
import { openFile } from "../../src/store/file.ts";
import { storeOver } from "../../src/store/sqlite.ts";
import { beBorn, takeOverFrom } from "./bot.ts";
import type { Chronicle } from "./chronicle.ts";
import { schedulePeople } from "./crowd.ts";
import { askDiscord } from "./discord-platform.ts";
import { account, enterpriseManager } from "./enterprise-manager.ts";
import { type Ask, takeOver } from "./machine.ts";
import { movedClock } from "./moved-clock.ts";
import { clearUp, scheduleNemeses } from "./nemeses.ts";
import { announcements, cast, membership, policyOf } from "./people.ts";
import { openRooms } from "./rooms.ts";
import { askSlack, isSlack } from "./slack-platform.ts";
import { virtualTime } from "./virtual-time.ts";
import { type Kind, oneOf, type Weather, weatherOf } from "./weather.ts";
import { BORN_AT, STORM_MS, type World, wallOf } from "./world.ts";

/** What a run shall be without, to find what it fails by. */
export interface Without {
  readonly kinds: ReadonlySet<Kind>;
  /** Acts of people, by their number. */
  readonly acts: ReadonlySet<number>;
}

export const withNothingLess: Without = { kinds: new Set(), acts: new Set() };

const scenarios = [
  "all-well",
  "all-well",
  "all-well",
  "vm-fails",
  "vm-warns",
  "vm-stalls",
  "contradicted",
  "points-lag",
  "task-fails",
  "session-fails",
] as const satisfies readonly ScenarioName[];

/** State files are made durable at each commit; in memory that costs nothing. */
const scratch = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** All that was open when the storm ended is over so long after it. */
const CALM_MS = 15 * 60_000;
const LOOK_MS = 30_000;
/** What was begun before the first of them is ended by its time limit at the last. */
const QUIET_LOOKS = 3;

/** Gives the chronicle to `read` while its store is open. */
export async function play<Result>(
  seed: number,
  read: (chronicle: Chronicle) => Promise<Result>,
  without: Without = withNothingLess,
): Promise<Result> {
  const weather = weatherOf(seed, without.kinds);
  const folder = mkdtempSync(join(scratch, "failover-bot-storm-"));
  const scenario = oneOf(weather.dice("world"), scenarios);
  const approvals = oneOf(weather.dice("world"), [0, 0, 1, 2]);
  const world = worldOf(weather, join(folder, "state.db"), scenario, approvals);
  drawFrom(chanceOf(weather));
  const giveBack = takeOver({ time: world.time, wall: () => wallOf(world), ask: askOf(world) });
  try {
    world.takeOver = takeOverFrom(world);
    await beBorn(world);
    const moments = schedulePeople(world, without.acts);
    scheduleNemeses(world, moments);
    await world.time.passTo(STORM_MS);
    clearUp(world);
    const isQuiet = await untilQuiet(world);
    return await read(chronicleOf(world, { seed, scenario, approvals, isQuiet }));
  } finally {
    drawFrom();
    giveBack();
    if (world.now) world.now.life.isOver = true;
    await world.store.close();
    rmSync(folder, { recursive: true });
  }
}

const askOf =
  ({ rooms }: World): Ask =>
  async (url, asked) =>
    isSlack(url) ? askSlack(rooms, url, asked) : askDiscord(rooms, url, asked);

function chanceOf(weather: Weather) {
  const dice = weather.dice("chance");
  return {
    fraction: () => dice.between(0, 999_999) / 1_000_000,
    bytes: (count: number) => Uint8Array.from({ length: count }, () => dice.between(0, 255)),
  };
}

function worldOf(
  weather: Weather,
  statePath: string,
  scenario: ScenarioName,
  approvals: number,
): World {
  const time = virtualTime();
  const wall = movedClock(time.elapsed, BORN_AT);
  const steady = { now: () => Math.floor(BORN_AT + time.elapsed() + wall.aheadMs) };
  const by = oneOf(weather.dice("world"), ["press", "type"]);
  const confirmMs = oneOf(weather.dice("world"), [90_000, 180_000]);
  return {
    time,
    weather,
    em: enterpriseManager(time, weather, BORN_AT, scenario),
    rooms: openRooms(time, weather, BORN_AT),
    store: storeOver(openFile(statePath, () => steady.now())),
    people: membership(),
    config: { ...settings, confirmMs, statePath, policy: policyOf(approvals, by) },
    deliveries: [],
    removed: [],
    logged: [],
    lives: [],
    frozen: [],
    story: [],
    unheard: [],
    wall,
    steady,
    disk: { fullTo: 0 },
    now: undefined,
    takeOver: () => undefined,
  };
}

/** Waits are short, so that a run is. */
const settings: Config = {
  em: { kind: "real", url: "https://em.storm.example:9398", ...account, format: "xml" },
  pollMs: 5_000,
  collects: true,
  timeZone: "UTC",
  stallMs: 60_000,
  evidenceWaitMs: 90_000,
  watchLimitMs: 480_000,
  confirmMs: 90_000,
  reportDays: 400,
  statePath: "",
  announceIn: [{ platform: announcements.platform, id: announcements.channel }],
  onCall: [{ platform: "slack", id: cast.ben.id }],
  json: false,
  colour: false,
  dumb: false,
  secrets: [account.password],
  warnings: [],
  help: false,
  version: false,
  exportAudit: false,
};

/**
 * There is no need to look on where the bot has nothing left to do, and had not at some looks before;
 * says whether it is so.
 */
async function untilQuiet({ time, store }: World): Promise<boolean> {
  const open = ["orders", "watches", "topics", "lines"] as const;
  let quiet = 0;
  for (let at = STORM_MS + LOOK_MS; at <= STORM_MS + CALM_MS; at += LOOK_MS) {
    await time.passTo(at);
    const left = await Promise.all(open.map((name) => store.all(name)));
    quiet = left.every(({ length }) => length === 0) ? quiet + 1 : 0;
    if (quiet === QUIET_LOOKS) return true;
  }
  return false;
}

function chronicleOf(
  world: World,
  run: Pick<Chronicle, "seed" | "scenario" | "approvals" | "isQuiet">,
): Chronicle {
  const { em, rooms, deliveries, removed, logged, lives, frozen, store, story, time, wall } = world;
  const waiting = time.waiting();
  const inHand = world.now?.handling.size ?? 0;
  const [calmAt, endAt] = [STORM_MS, time.elapsed()];
  const records = { em, rooms, deliveries, removed, logged, lives, frozen, store, story, wall };
  const { kinds } = world.weather;
  return { ...run, ...records, kinds, waiting, inHand, calmAt, endAt, bornAt: BORN_AT };
}
