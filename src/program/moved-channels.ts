/**
 * Rooms whose id the platform has changed. Within the bot a room keeps the id by which settings,
 * policy and records know it; what reaches the platform bears its newest.
 */
import type { ChatPort, Handlers, MessageRef, Place } from "../chat/port.ts";
import type { Services } from "../services.ts";
import type { Config } from "../settings/config.ts";
import type { Conditional } from "../store/store.ts";

export interface MovedChannels {
  /** Rejects where it cannot be saved. */
  readonly save: Handlers["moved"];
  /** As the platform calls it now. Never rejects. */
  newest(place: Place): Promise<Place>;
  /** By its first id, or the newest that the settings name. Never rejects. */
  known(place: Place): Promise<Place>;
}

/** From key to id. */
type Moves = ReadonlyMap<string, string>;

const keyOf = ({ platform, channel }: Place) => `${platform} ${channel}`;
/** As settings write it. */
const nameOf = ({ platform, channel }: Place) => `${platform}:${channel}`;

/** `named`: channels of the settings, like `slack:C012AB3CD`. */
export function createMovedChannels(
  { store, wakeups }: Pick<Services, "store" | "wakeups">,
  named: ReadonlySet<string>,
): MovedChannels {
  let moves: Moves = new Map();
  const read = async () => {
    // Where the state cannot be read, what was read last holds.
    const saved = await store.all("moved-channels").catch(() => undefined);
    if (saved) moves = new Map(saved.map(({ key, value }) => [key, value.to]));
    return moves;
  };
  return {
    save: async (from, to) => {
      await store.commit(movingTo(from, to, await read(), named));
      wakeups.wake("speech");
    },
    newest: async (place) => followed(place, forward(await read())),
    known: async (place) => followed(place, backward(await read(), named)),
  };
}

type Step = (place: Place) => string | undefined;

const forward =
  (moves: Moves): Step =>
  (place) =>
    moves.get(keyOf(place));

function backward(moves: Moves, named: ReadonlySet<string>): Step {
  const before = new Map<string, string>();
  for (const [key, to] of moves) {
    const [platform = "", channel = ""] = key.split(" ");
    before.set(`${platform} ${to}`, channel);
  }
  return (place) => (named.has(nameOf(place)) ? undefined : before.get(keyOf(place)));
}

/** Where it leads step by step; a circle is left before it closes. */
function* walk(from: Place, step: Step): Generator<Place> {
  const seen = new Set([from.channel]);
  for (let next = step(from); next !== undefined && !seen.has(next); ) {
    seen.add(next);
    const place = { ...from, channel: next };
    yield place;
    next = step(place);
  }
}

const followed = (place: Place, step: Step): Place => [...walk(place, step)].at(-1) ?? place;

/**
 * Where a room is back at an id that it has had before, its way there is forgotten; only an id that
 * the settings name goes on leading to it.
 */
function movingTo(from: Place, to: Place, moves: Moves, named: ReadonlySet<string>): Conditional[] {
  const put: Conditional = {
    put: "moved-channels",
    key: keyOf(from),
    value: { version: 1, to: to.channel },
  };
  const onward = [...walk(to, forward(moves))];
  if (onward.every(({ channel }) => channel !== from.channel)) return [put];
  const forgotten = [to, ...onward].map(
    (place): Conditional => ({ remove: "moved-channels", key: keyOf(place) }),
  );
  return named.has(nameOf(from)) ? [...forgotten, put] : forgotten;
}

/** Channels that the settings or the policy name by their id. */
export function namedChannels({ slack, announceIn, policy }: Config): ReadonlySet<string> {
  return new Set([
    ...(slack?.channels ?? []).map((id) => `slack:${id}`),
    ...announceIn.map(({ platform, id }) => `${platform}:${id}`),
    ...(policy?.rules ?? []).flatMap(({ where }) => where ?? []),
  ]);
}

/** A port to which rooms may be given by ids that they had before; it gives them back so, too. */
export const followingPort = (port: ChatPort, { newest }: MovedChannels): ChatPort => ({
  ...port,
  post: (to, card, key, again) =>
    "channel" in to
      ? atNewest(newest, to, (place) => port.post(place, card, key, again))
      : port.post(to, card, key, again),
  edit: (message, card) =>
    atNewest(newest, message.place, (place) => port.edit({ ...message, place }, card)),
  attach: async (to, file, key, again) => port.attach(await newest(to), file, key, again),
  threadUnder: async (message, title) => {
    const place = await newest(message.place);
    return calledAs(message.place, place, await port.threadUnder({ ...message, place }, title));
  },
  find: async (given, card, key) => {
    const now = await newest(given);
    const found = await port.find(now, card, key);
    return found.map((message) => ({ ...message, place: calledAs(given, now, message.place) }));
  },
  belongs: (person, place) => ({
    groups: async () => port.belongs(person, await newest(place)).groups(),
    membership: async () => port.belongs(person, await newest(place)).membership(),
  }),
});

async function atNewest(
  newest: MovedChannels["newest"],
  given: Place,
  say: (place: Place) => Promise<MessageRef>,
): Promise<MessageRef> {
  const now = await newest(given);
  const said = await say(now);
  return { ...said, place: calledAs(given, now, said.place) };
}

const calledAs = (given: Place, now: Place, place: Place): Place =>
  place.channel === now.channel ? { ...place, channel: given.channel } : place;

/**
 * What comes from a room that has moved is of the room as it is known; but nobody reads the state
 * before the acknowledgement.
 */
export const heardAsKnown = (
  bot: Omit<Handlers, "moved">,
  { save, known, newest }: MovedChannels,
): Handlers => ({
  ...bot,
  lastHeard: async (platform) => {
    const { threads, ...last } = await bot.lastHeard(platform);
    return { ...last, threads: await Promise.all(threads.map(newest)) };
  },
  moved: save,
  incoming: async (incoming) => bot.incoming({ ...incoming, place: await known(incoming.place) }),
});

/** Ids of Slack channels in the settings, as Slack calls them now. */
export async function newestIds(
  { newest }: MovedChannels,
  ids: readonly string[],
): Promise<string[]> {
  const places = await Promise.all(ids.map((channel) => newest({ platform: "slack", channel })));
  return places.map(({ channel }) => channel);
}
