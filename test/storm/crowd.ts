/** What people do, when, and how it reaches the bot: late, twice, in another order, or never. */
import type { Belongs } from "../../src/chat/belongs.ts";
import {
  type Card,
  ChatError,
  type Handlers,
  type Incoming,
  type Person,
} from "../../src/chat/port.ts";
import type { Dice } from "../crash/dice.ts";
import type { Delivery } from "./chronicle.ts";
import { isForTwo } from "./lead.ts";
import { actOf, cast, type Intent, intents, roomFor } from "./people.ts";
import { answer, platformNow } from "./rooms.ts";
import { oneOf } from "./weather.ts";
import { STORM_MS, tell, type World, wallOf } from "./world.ts";

const actors = [
  cast.anna,
  cast.anna,
  cast.annaElsewhere,
  cast.ben,
  cast.cleo,
  cast.dan,
  cast.gus,
  cast.otto,
] as const;

interface Planned {
  readonly at: number;
  readonly intent: Intent;
  readonly from: Delivery["from"];
}

/** What people do before a question. */
const decisions = [
  "confirm",
  "confirm",
  "confirm",
  "press",
  "press",
  "press",
  "confirm-old",
  "press-wrongly",
] as const satisfies readonly Intent[];

const MOST_SCENES = 4;
const CONFIRMS = [1, 1, 2, 2, 3, 4] as const;
const MOST_ASIDES = 8;
/** The first of them begins early, so that the storm can go on long after it. */
const FIRST_BY = 50_000;
/** When the last of them begins, so that its confirmation falls into the storm. */
const LAST_AT = STORM_MS - 30_000;

/** Gives when their scenes begin. */
export function schedulePeople(world: World, without: ReadonlySet<number>): number[] {
  const { weather, time } = world;
  const dice = weather.dice("people");
  const planned = [
    ...scene(dice, FIRST_BY),
    ...Array.from({ length: dice.between(0, MOST_SCENES - 1) }, () => scene(dice, LAST_AT)).flat(),
    ...Array.from({ length: dice.between(0, MOST_ASIDES) }, () => aside(dice)),
  ];
  for (const [i, { at, intent, from }] of planned.entries())
    if (!without.has(i)) time.after(at, () => act(world, i, intent, from));
  return planned.flatMap(({ at, intent }) => (intent === "ask" ? [at] : []));
}

/** Somebody asks, and soon after others confirm, several at once or one after the other. */
function scene(dice: Dice, until: number): Planned[] {
  const askAt = dice.between(1_000, until);
  let at = askAt + dice.between(2_000, 6_000);
  const confirms = Array.from({ length: oneOf(dice, CONFIRMS) }, (): Planned => {
    const planned = { at, intent: oneOf(dice, decisions), from: oneOf(dice, actors) };
    at += dice.percent(25) ? 0 : dice.between(2_000, 15_000);
    return planned;
  });
  return [{ at: askAt, intent: "ask", from: oneOf(dice, actors) }, ...confirms];
}

const aside = (dice: Dice): Planned => ({
  at: dice.between(1_000, LAST_AT),
  intent: oneOf(dice, intents),
  from: oneOf(dice, actors),
});

function act(world: World, i: number, intent: Intent, from: Delivery["from"]): void {
  const { rooms, weather, time, deliveries } = world;
  const place = roomFor(from);
  const done = actOf(intent, place, rooms, weather.dice(`act ${i}`));
  if (!done) return;
  const doneAt = time.elapsed();
  const datedAt = platformNow(rooms, place.platform);
  const delivery: Delivery = { id: `d${i}`, from, place, act: done, doneAt, datedAt, reached: [] };
  deliveries.push(delivery);
  const what = done.is === "typed" ? `types: ${done.text}` : `presses ${done.token}`;
  tell(world, `${i}: ${from.name} ${what}`);
  send(world, delivery);
}

function send(world: World, delivery: Delivery): void {
  const { weather, time } = world;
  if (delivery.place.platform === "terminal")
    return void time.after(1, () => hear(world, delivery));
  const way = weather.strikes("delayed", 40)
    ? delayFrom(weather.dice("delayed"))
    : weather.dice("delivery").between(20, 400);
  time.after(way, () => hear(world, delivery));
  if (weather.strikes("doubled", 50))
    time.after(way + weather.dice("doubled").between(0, 30_000), () => hear(world, delivery));
}

/** A little, or so long that it may no longer be meant. */
const delayFrom = (dice: Dice) =>
  dice.percent(50) ? dice.between(1_000, 30_000) : dice.between(55_000, 85_000);

const LOOK_MS = 1_000;

/** While nobody is there, it is lost, or waits for the next life. */
export function hear(world: World, delivery: Delivery): void {
  const { now, time, people, weather, unheard } = world;
  const handlers = now?.ears.get(delivery.place.platform);
  if (!now || !handlers) {
    if (!weather.strikes("lost-while-down", 100)) unheard.push(delivery);
    return;
  }
  const waitMs = now.life.frozenTo - time.elapsed();
  if (waitMs > 0) {
    const lookMs = isForTwo(world) ? Math.min(waitMs, LOOK_MS) : waitMs;
    return void time.after(lookMs, () => hear(world, delivery));
  }
  const mayOrder = people.mayOrder(delivery.from);
  const reached: Delivery["reached"][number] = {
    at: time.elapsed(),
    life: now.life.number,
    mayOrder,
  };
  delivery.reached.push(reached);
  const handled = handle(world, handlers, delivery, reached).then(() => {
    reached.settledAt = time.elapsed();
    now.handling.delete(handled);
  });
  now.handling.add(handled);
}

/** What a platform wants to have acknowledged is so before anything else happens. */
async function handle(
  world: World,
  handlers: Handlers,
  delivery: Delivery,
  reached: Delivery["reached"][number],
): Promise<void> {
  const incoming = incomingOf(world, delivery);
  if (isAcknowledged(delivery)) {
    await handlers.arriving(incoming);
    reached.acknowledgedAt = world.time.elapsed();
  }
  await handlers.incoming(incoming);
}

/** Mentions in Discord and lines at a terminal are not. */
export const isAcknowledged = ({ act: { is }, place: { platform } }: Delivery) =>
  platform === "slack" || (platform === "discord" && is === "pressed");

/** What the platforms say of somebody now. */
export const belongingOf = ({ people, weather, time }: World, person: Person): Belongs => ({
  groups: async () => {
    if (people.unreadableTo > time.elapsed() || weather.strikes("groups-unreadable", 10))
      throw new ChatError({ kind: "moment" }, "The groups cannot be read");
    return people.groupsOf(person);
  },
  membership: async () => ({ is: "member" }),
});

/** The adapters say by our clock how long ago it was by the platform's. */
function incomingOf(
  world: World,
  { id, from, place, act: done, doneAt, datedAt }: Delivery,
): Incoming {
  const { rooms, time } = world;
  const arrived = {
    delivery: id,
    at: wallOf(world) - Math.round(time.elapsed() - doneAt),
    datedAt,
    from,
    place,
    ...belongingOf(world, from),
    reply: async (card: Card, audience?: string) =>
      answer(rooms, place, card, id, audience === "sender" ? from : undefined),
  };
  return done.is === "typed"
    ? { ...arrived, kind: "typed", text: done.text }
    : {
        ...arrived,
        kind: "pressed",
        token: done.token,
        ...(done.text === undefined ? {} : { text: done.text }),
      };
}
