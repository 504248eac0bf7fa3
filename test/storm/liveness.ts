/** Promises 5, 6 and 10: it moves on, answers, does not spin, and leaves nothing behind. */
import type { Chronicle, Delivery } from "./chronicle.ts";
import { isAcknowledged } from "./crowd.ts";
import type { Fault } from "./invariants.ts";

const MINUTE_MS = 60_000;
const MOST_QUESTIONS = 240;
/** Of each room, as its platform lets a bot do. */
const MOST_CALLS = 65;
/** What is refused is not asked for again at once. */
const MOST_REFUSED = 25;
/** The longest that EM may be waited for, some times over, and a store that fails. */
const ANSWERED_MS = 100_000;
/** The idle pause, a silence's back-off, and one request that ends by its time limit. */
const LOOKS_MS = 90_000;
/** The pauses of the loops, and a look at EM on its way. */
const MOST_WAITING = 12;
const ACKNOWLEDGED_MS = 1_000;

export async function liveness(chronicle: Chronicle): Promise<Fault[]> {
  return [
    ...spinning(chronicle),
    ...asleep(chronicle),
    ...unanswered(chronicle),
    ...unacknowledged(chronicle),
    ...untold(chronicle),
    ...(await leftOver(chronicle)),
  ];
}

/** The most within any minute. */
function busiest(times: readonly number[]): number {
  let from = 0;
  return times.reduce((most, at, i) => {
    while ((times[from] ?? at) < at - MINUTE_MS) from += 1;
    return Math.max(most, i - from + 1);
  }, 0);
}

function spinning({ em, rooms }: Chronicle): Fault[] {
  const asked = busiest(em.asked);
  const lanes = [...Map.groupBy(rooms.calls, ({ lane }) => lane)];
  return [
    ...(asked > MOST_QUESTIONS
      ? [{ promise: "no spinning", what: `EM was asked ${asked} times within a minute` }]
      : []),
    ...lanes.flatMap(([lane, calls]) => {
      const most = busiest(calls.map(({ at }) => at));
      const refused = busiest(calls.flatMap(({ at, failed }) => (failed ? [at] : [])));
      return most > MOST_CALLS || refused > MOST_REFUSED
        ? [
            {
              promise: "no spinning",
              what: `${lane} was called ${most} times within a minute, and refused ${refused} times`,
            },
          ]
        : [];
    }),
  ];
}

/** After the storm EM is looked at again and again. */
function asleep({ em, frozen, endAt, ...rest }: Chronicle): Fault[] {
  const calmAt = Math.max(rest.calmAt, ...frozen.map(({ to = 0 }) => to));
  const looks = [calmAt, ...em.asked.filter((at) => at >= calmAt), endAt];
  const longest = Math.max(...looks.map((at, i) => at - (looks[i - 1] ?? at)));
  return longest > LOOKS_MS
    ? [
        {
          promise: "it moves on",
          what: `EM was not asked for ${Math.round(longest / 1000)} s after the storm`,
        },
      ]
    : [];
}

/** What reached a bot that lived on was dealt with, and its writer read something. */
function unanswered(chronicle: Chronicle): Fault[] {
  return chronicle.deliveries.flatMap((delivery) => {
    const late = delivery.reached.filter((one) => isLate(one, chronicle));
    const silent =
      delivery.reached.length > 0 && late.length === 0 && isSilent(delivery, chronicle);
    const said = saidIn(delivery);
    return [
      ...(late.length > 0
        ? [{ promise: "everybody is answered", what: `"${said}" was not dealt with in time` }]
        : []),
      ...(silent
        ? [
            {
              promise: "everybody is answered",
              what: `"${said}" was dealt with, and nothing was said`,
            },
          ]
        : []),
    ];
  });
}

function isLate(
  { at, life, settledAt }: Delivery["reached"][number],
  { lives, frozen, endAt }: Chronicle,
) {
  const until = (settledAt ?? endAt) - frozenSince(frozen, at);
  const died = lives[life - 1]?.to !== undefined;
  return !died && until - at > ANSWERED_MS;
}

const frozenSince = (frozen: Chronicle["frozen"], at: number) =>
  frozen
    .filter(({ from, to = from }) => to >= at)
    .reduce((sum, { from, to = from }) => sum + to - Math.max(from, at), 0);

/** An answer, or something new in any room at about that time. */
function isSilent({ id, reached }: Delivery, { rooms, lives }: Chronicle): boolean {
  const last = reached.findLast(({ settledAt }) => settledAt !== undefined);
  const isCutOff = reached.some(({ settledAt }) => settledAt === undefined);
  if (last?.settledAt === undefined || isCutOff || lives[last.life - 1]?.to !== undefined)
    return false;
  const [from, to] = [reached[0]?.at ?? 0, last.settledAt + 10 * MINUTE_MS];
  return !rooms.messages.some(
    ({ answers, versions }) =>
      answers === id || versions.some(({ at }) => answers === undefined && at >= from && at <= to),
  );
}

const saidIn = ({ act }: Delivery) => (act.is === "typed" ? act.text : act.token).slice(0, 80);

/** What the platform waits for to be acknowledged was so soon, or its bot died or was replaced. */
function unacknowledged(chronicle: Chronicle): Fault[] {
  const { deliveries, lives, frozen, endAt } = chronicle;
  return deliveries.filter(isAcknowledged).flatMap((delivery) =>
    delivery.reached
      .filter(
        ({ life, acknowledgedAt = endAt }) =>
          acknowledgedAt <= (lives[life - 1]?.to ?? Number.POSITIVE_INFINITY),
      )
      .filter(
        ({ at, acknowledgedAt = endAt }) =>
          acknowledgedAt - at - frozenSince(frozen, at) > ACKNOWLEDGED_MS,
      )
      .map(() => ({
        promise: "acknowledged at once",
        what: `"${saidIn(delivery)}" was not acknowledged within a second`,
      })),
  );
}

const ACTS = /^(start|test|undo|stop|watch|confirm|cancel|unwatch)\b/;
const BAD_DISK = ["disk-full", "disk-fails", "disk-slow"] as const;

/**
 * What was in hand when its bot ended, be it killed or stopped, is told to its writer by the next
 * one; or it was answered, or acted on before: then something new stands somewhere. A disk that takes
 * nothing keeps it from being saved.
 */
function untold(chronicle: Chronicle): Fault[] {
  if (BAD_DISK.some((kind) => chronicle.kinds.has(kind))) return [];
  return chronicle.deliveries
    .filter((delivery) => wasCutOff(delivery, chronicle) && !wasHeardOf(delivery, chronicle))
    .map((delivery) => ({
      promise: "everybody is answered",
      what: `"${saidIn(delivery)}" was in hand, and cut off without a word`,
    }));
}

/** It is saved at the moment at which the bot turns to it, before any time goes by. */
function wasCutOff({ reached }: Delivery, { lives }: Chronicle): boolean {
  const diedAt = (life: number) => lives[life - 1]?.to ?? Number.NEGATIVE_INFINITY;
  return (
    reached.every(({ settledAt }) => settledAt === undefined) &&
    reached.some(
      ({ at, life, acknowledgedAt }) => acknowledgedAt !== undefined || diedAt(life) > at,
    )
  );
}

/** What only asks to be shown something has an answer; the rest may have had its effect. */
function wasHeardOf(delivery: Delivery, { rooms }: Chronicle): boolean {
  const { id, place, reached } = delivery;
  const isEffect = ACTS.test(saidIn(delivery));
  const since = Math.min(...reached.map(({ at }) => at));
  return rooms.messages.some(
    ({ answers, key, versions }) =>
      answers === id ||
      key?.startsWith(`undone ${place.platform} ${id}:`) ||
      (isEffect && answers === undefined && versions.some(({ at }) => at >= since)),
  );
}

const QUEUES = ["received", "lines", "contents", "holds", "asks"] as const;

/** Where nothing is left to do, nothing waits, no queue holds anything, and nothing is in hand. */
async function leftOver({ waiting, isQuiet, inHand, store, kinds }: Chronicle): Promise<Fault[]> {
  if (!isQuiet) return [];
  const lengths = await Promise.all(QUEUES.map(async (name) => (await store.all(name)).length));
  const isUnsaved = BAD_DISK.some((kind) => kinds.has(kind));
  const left = QUEUES.flatMap((name, i) =>
    lengths[i] === 0 || (name === "received" && isUnsaved) ? [] : [`${lengths[i]} of "${name}"`],
  );
  return [
    ...left,
    ...(waiting > MOST_WAITING ? [`${waiting} things that wait for their time`] : []),
    ...(inHand > 0 ? [`${inHand} deliveries in hand`] : []),
  ].map((what) => ({ promise: "nothing is left behind", what: `in the end there are ${what}` }));
}
