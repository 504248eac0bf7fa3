/** Promises 5, 6 and 10: it moves on, answers, does not spin, and leaves nothing behind. */
import type { Chronicle, Delivery } from "./chronicle.ts";
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
const MOST_WAITING = 40;

export function liveness(chronicle: Chronicle): Fault[] {
  return [
    ...spinning(chronicle),
    ...asleep(chronicle),
    ...unanswered(chronicle),
    ...leftOver(chronicle),
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
    const said = delivery.act.is === "typed" ? delivery.act.text : delivery.act.token;
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

function leftOver({ waiting }: Chronicle): Fault[] {
  return waiting > MOST_WAITING
    ? [
        {
          promise: "nothing is left behind",
          what: `${waiting} things wait for their time in the end`,
        },
      ]
    : [];
}
