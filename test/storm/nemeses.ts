/** What befalls a world at its hours, as far as its run has it. */
import type { Place, Platform } from "../../src/chat/port.ts";
import type { Dice } from "../crash/dice.ts";
import { silent } from "./lead.ts";
import { announcements, cast, rooms } from "./people.ts";
import { type Rooms, roomOf } from "./rooms.ts";
import { type Kind, kinds, oneOf } from "./weather.ts";
import { STORM_MS, tell, type World } from "./world.ts";

/** Does it, and says what it was. */
type Nemesis = (world: World, dice: Dice) => string | undefined;

const MINUTE_MS = 60_000;
const MOST_TIMES = 3;

/** Those that are not here befall single calls and deliveries. */
const nemeses: Readonly<Partial<Record<Kind, Nemesis>>> = {
  kill: ({ now }, dice) => {
    if (!now) return undefined;
    const awaits = oneOf(dice, ["order", "message", undefined]);
    const touches = dice.between(1, awaits === "message" ? 2 : awaits ? 4 : 40);
    now.life.death = { touches, before: dice.percent(50), awaits };
    return `the bot will be killed ${awaits ? `at its next ${awaits}` : "soon"}`;
  },
  stop: ({ now }) => {
    if (!now?.stop) return undefined;
    void now.stop();
    return "the bot is told to stop";
  },
  freeze: (world, dice) => {
    const { now, time, frozen } = world;
    const ms = oneOf(dice, [3_000, 20_000, 70_000, 150_000]);
    if (!now) return undefined;
    now.life.frozenTo = time.elapsed() + ms;
    frozen.push({ from: time.elapsed(), to: time.elapsed() + ms });
    silent(world, now.life, ms);
    return `the bot is frozen for ${ms / 1000} s`;
  },
  "take-over": (world, dice) => {
    const { now, time } = world;
    const how = oneOf(dice, ["kill", "stop", "freeze", "freeze", "cut off", "cut off"]);
    if (!now) return undefined;
    if (how !== "cut off") return nemeses[how]?.(world, dice);
    const ms = oneOf(dice, [3_000, 15_000, 40_000, 120_000]);
    now.life.cutOffTo = time.elapsed() + ms;
    silent(world, now.life, ms);
    return `the bot is cut off from its state for ${ms / 1000} s`;
  },
  "bot-clock": ({ wall }, dice) => {
    const ms = jump(dice);
    wall.aheadMs += ms;
    return `the bot's wall clock jumps by ${ms / 1000} s`;
  },
  "em-clock": ({ em }, dice) => {
    const ms = jump(dice);
    em.moveClock(ms);
    return `EM's clock jumps by ${ms / 1000} s`;
  },
  "bot-drift": (world, dice) => {
    drift(world, dice, (ms) => {
      world.wall.aheadMs += ms;
    });
    return "the bot's wall clock drifts";
  },
  "bot-strobe": (world, dice) => {
    strobe(world, dice, (ms) => {
      world.wall.aheadMs += ms;
    });
    return "the bot's wall clock strobes";
  },
  "em-drift": (world, dice) => {
    drift(world, dice, world.em.moveClock);
    return "EM's clock drifts";
  },
  "em-strobe": (world, dice) => {
    strobe(world, dice, world.em.moveClock);
    return "EM's clock strobes";
  },
  "chat-clock": ({ rooms: chats }, dice) => {
    const platform = oneOf(dice, ["slack", "discord"]);
    const ms = jump(dice);
    setAhead(chats, platform, ms);
    return `the clock of ${platform} jumps by ${ms / 1000} s`;
  },
  "chat-drift": (world, dice) => {
    const platform = oneOf(dice, ["slack", "discord"]);
    drift(world, dice, (ms) => setAhead(world.rooms, platform, ms));
    return `the clock of ${platform} drifts`;
  },
  "em-restart": ({ em, time }, dice) => {
    em.awayTo = time.elapsed() + dice.between(5_000, MINUTE_MS);
    em.control.restart();
    return "EM restarts";
  },
  "em-away": ({ em, time }, dice) => {
    const ms = oneOf(dice, [2_000, 20_000, 70_000, 200_000]);
    em.awayTo = time.elapsed() + ms;
    return `EM answers nobody for ${Math.round(ms / 1000)} s`;
  },
  "logons-dropped": ({ em }) => {
    em.control.dropLogons();
    return "EM forgets all logons";
  },
  "plan-edited": ({ em }, dice) => {
    const plan = em.world.plans("cloud").find(({ name }) => name.startsWith("Standard"));
    if (!plan) return undefined;
    const vms = oneOf<readonly string[]>(dice, [
      ["filesrv03"],
      ["filesrv04", "filesrv03"],
      ["filesrv03", "srv38"],
    ]);
    em.editPlan(plan.id, vms);
    return `somebody edits a plan at EM's console: ${vms.join(", ")}`;
  },
  "console-order": ({ em }, dice) => {
    const plan = em.world.plans("cloud")[oneOf(dice, [0, 3])];
    const action = oneOf(dice, ["start", "test", "undo"]);
    if (plan) em.orderAtConsole(plan.id, action);
    return `somebody orders ${action} at EM's console`;
  },
  "member-removed": ({ people, removed, time, deliveries }, dice) => {
    /** At the terminal nobody is in a group. */
    const last = deliveries.findLast(({ from }) => from.platform !== "terminal")?.from;
    const person = last && dice.percent(50) ? last : oneOf(dice, [cast.dan, cast.ben, cast.anna]);
    people.remove(person);
    removed.push({ person, at: time.elapsed() });
    return `${person.name} is removed from the group`;
  },
  "groups-unreadable": ({ people, time }, dice) => {
    const ms = oneOf(dice, [5_000, 30_000, 2 * MINUTE_MS]);
    people.unreadableTo = time.elapsed() + ms;
    return `groups cannot be read for ${ms / 1000} s`;
  },
  "room-gone": (world, dice) => shut(world, dice, "gone"),
  "room-closed": (world, dice) => shut(world, dice, "closed"),
  "chat-down": ({ rooms: { down }, time }, dice) => {
    const platform = oneOf(dice, ["slack", "discord"]);
    const ms = dice.between(2_000, 2 * MINUTE_MS);
    down.set(platform, time.elapsed() + ms);
    return `${platform} is down for ${Math.round(ms / 1000)} s`;
  },
  "token-revoked": ({ rooms: { revoked }, time }, dice) => {
    const platform = oneOf(dice, ["slack", "discord"]);
    const ms = dice.between(2_000, 2 * MINUTE_MS);
    revoked.set(platform, time.elapsed() + ms);
    return `${platform} does not take the bot's token for ${Math.round(ms / 1000)} s`;
  },
  "message-deleted": ({ rooms: { messages }, time }, dice) => {
    const last = messages.filter(({ key }) => key !== undefined).at(-dice.between(1, 3));
    if (last) last.deletedAt = time.elapsed();
    return `somebody deletes message ${last?.id}`;
  },
  "disk-full": ({ disk, time }, dice) => {
    const ms = dice.between(1_000, MINUTE_MS);
    disk.fullTo = time.elapsed() + ms;
    return `the disk is full for ${Math.round(ms / 1000)} s`;
  },
};

const jump = (dice: Dice) =>
  oneOf(dice, [-7_200_000, -150_000, -40_000, 40_000, 150_000, 7_200_000]);

const setAhead = ({ clocks }: Rooms, platform: Platform, ms: number) =>
  void clocks.set(platform, (clocks.get(platform) ?? 0) + ms);

const SECOND_MS = 1_000;

/** Up to a twentieth too fast or too slow from now on, until the storm is over. */
function drift({ time }: World, dice: Dice, add: (ms: number) => void): void {
  const each = dice.between(1, 50) * (dice.percent(50) ? 1 : -1);
  const go = () => {
    add(each);
    if (time.elapsed() < STORM_MS) time.after(SECOND_MS, go);
  };
  go();
}

/** There and back again, some times a second, for up to half a minute. */
function strobe({ time }: World, dice: Dice, add: (ms: number) => void): void {
  const swing = oneOf(dice, [700, 5_000, 90_000, 3_600_000]);
  const beatMs = dice.between(100, 2_500);
  let left = 2 * dice.between(1, 12);
  const go = () => {
    add(left % 2 === 0 ? swing : -swing);
    left -= 1;
    if (left > 0) time.after(beatMs, go);
  };
  go();
}

/** It can be written again after a while, or never. */
function shut({ rooms: { closed }, time }: World, dice: Dice, how: "gone" | "closed"): string {
  const room = roomOf(oneOf<Place>(dice, rooms));
  closed.set(room, how);
  const isBack = dice.percent(60);
  if (isBack) time.after(dice.between(5_000, 90_000), () => void closed.delete(room));
  return `${room} is ${how}${isBack ? " for a while" : ""}`;
}

/** Soon after people have begun something, or at any time. */
function hourOf(dice: Dice, moments: readonly number[]): number {
  const begun = dice.percent(60) ? moments[dice.between(0, moments.length - 1)] : undefined;
  return begun === undefined
    ? dice.between(1_000, LAST_MS)
    : Math.min(begun + dice.between(0, 10_000), LAST_MS);
}

const LAST_MS = STORM_MS - 1_000;

/** `moments`: when people begin something. */
export function scheduleNemeses(world: World, moments: readonly number[]): void {
  const { weather, time } = world;
  for (const kind of kinds) {
    const nemesis = nemeses[kind];
    if (!nemesis || !weather.kinds.has(kind)) continue;
    const dice = weather.dice(`${kind} at`);
    for (let times = dice.between(1, MOST_TIMES); times > 0; times--)
      time.after(hourOf(dice, moments), () => {
        const what = nemesis(world, dice);
        if (what !== undefined) tell(world, what);
      });
  }
}

/** The last nemesis stops. A room that is gone stays so; there is always one left. */
export function clearUp(world: World): void {
  const {
    weather,
    em,
    rooms: { down, revoked, closed, lives },
    disk,
    people,
    now,
    time,
  } = world;
  weather.calm();
  em.awayTo = 0;
  down.clear();
  revoked.clear();
  closed.delete(roomOf(announcements));
  disk.fullTo = 0;
  people.unreadableTo = 0;
  for (const life of lives.values()) {
    life.frozenTo = Math.min(life.frozenTo, time.elapsed());
    life.cutOffTo = 0;
  }
  if (now) now.life.death = undefined;
  tell(world, "it is calm");
}
