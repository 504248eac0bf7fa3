/** The figures of a campaign against two instances. */
import { aligned } from "./table.ts";
import { type Struck, twoBlows } from "./two-blows.ts";
import type { TwoPlot, TwoTally } from "./two-story.ts";

type Told = TwoTally & Pick<TwoPlot, "platform" | "scenario">;

const sums = {
  runs: () => 1,
  blows: ({ struck }: Told) => struck.length,
  grants: ({ grants }: Told) => grants,
  confirmed: ({ confirmations }: Told) => confirmations,
  starts: ({ starts }: Told) => starts,
  ends: ({ ends }: Told) => ends,
  lines: ({ lines }: Told) => lines,
  "repeats, announced": ({ announcedRepeats }: Told) => announcedRepeats,
  epochs: ({ epochs }: Told) => epochs,
  "deposed wrote": ({ trespasses }: Told) => trespasses,
  "take-overs to tell": ({ takeOversDue }: Told) => takeOversDue,
  "absences told": ({ absencesTold }: Told) => absencesTold,
  faults: ({ faults }: Told) => faults.length,
} as const;

const row = (names: readonly string[], told: readonly Told[]) => [
  ...names,
  ...Object.values(sums).map((of) => String(told.reduce((sum, one) => sum + of(one), 0))),
];

const seconds = (ms: number | undefined) => (ms === undefined ? "-" : (ms / 1000).toFixed(1));

/** The smallest that is not below so many in a hundred; undefined of none. */
const percentile = (sorted: readonly number[], percent: number) =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];

const timesOf = (struck: readonly Struck[]) =>
  struck.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b);

function takeOverRow(name: string, struck: readonly Struck[]): string[] {
  const times = timesOf(struck);
  const [median, most, worst] = [50, 95, 100].map((percent) => percentile(times, percent));
  return [name, `${struck.length}`, `${times.length}`, ...[median, most, worst].map(seconds)];
}

export function tablesOfTwo(told: readonly Told[]): string {
  const platforms = [...Map.groupBy(told, ({ platform }) => platform)];
  const struck = told.flatMap((one) => one.struck);
  const table = aligned([
    ["platform", "EM", ...Object.keys(sums)],
    ...platforms.flatMap(([platform, own]) =>
      [...Map.groupBy(own, ({ scenario }) => scenario)].map(([scenario, runs]) =>
        row([platform, scenario], runs),
      ),
    ),
    row(["all", "all"], told),
  ]);
  const takeOvers = aligned(
    [
      ["blow", "times", "taken over", "p50, s", "p95", "worst"],
      ...twoBlows.map((blow) =>
        takeOverRow(
          blow,
          struck.filter((one) => one.blow === blow),
        ),
      ),
      takeOverRow("all", struck),
    ],
    1,
  );
  const without = struck.reduce((sum, { from, tookOver = from }) => sum + tookOver - from, 0);
  const lasted = told.reduce((sum, one) => sum + one.lastedMs, 0);
  return `${table}\n${takeOvers}\nwithout a leader: ${seconds(without)} s of ${seconds(lasted)} s\n`;
}

const TAKE_OVER_MS = 10_000;
const HAND_OVER_MS = 2_000;
const handsOver = ({ blow }: Struck) => blow === "leader stopped";
/** Of fewer, a single slow one would be too many. */
const FEWEST = 20;

/** Whether a leader is replaced as soon as it is promised, 95 times of a hundred. */
export function wrongWithTimes(struck: readonly Struck[]): string[] {
  const [handed, taken] = [struck.filter(handsOver), struck.filter((one) => !handsOver(one))];
  return [
    ...tooLong("a take-over", timesOf(taken), TAKE_OVER_MS),
    ...tooLong("a planned stop", timesOf(handed), HAND_OVER_MS),
  ];
}

function tooLong(what: string, times: readonly number[], limitMs: number): string[] {
  const most = percentile(times, 95) ?? 0;
  return times.length >= FEWEST && most > limitMs
    ? [`${what} took ${seconds(most)} s (p95), and ${seconds(limitMs)} s are promised`]
    : [];
}
