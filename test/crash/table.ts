/**
 * The figures of a campaign as tables: by platform and act, by platform, and in all; then what was
 * dealt besides kills.
 */
import type { Tally } from "./count.ts";
import { nemeses } from "./nemeses.ts";

export interface Told extends Tally {
  readonly platform: string;
  /** What befalls EM. */
  readonly act: string;
}

interface Column {
  readonly heading: string;
  of(told: Told): number;
}

const columns: readonly Column[] = [
  { heading: "runs", of: () => 1 },
  { heading: "kills", of: ({ kills }) => kills },
  { heading: "confirmed", of: ({ confirmations }) => confirmations },
  { heading: "starts", of: ({ starts }) => starts },
  { heading: "ends", of: ({ ends }) => ends },
  { heading: "lines", of: ({ lines }) => lines },
  { heading: "files", of: ({ files }) => files },
  { heading: "absences", of: ({ absences }) => absences },
  { heading: "repeats, announced", of: ({ announcedRepeats }) => announcedRepeats },
  { heading: "faults", of: ({ faults }) => faults.length },
];

const sum = (told: readonly Told[], { of }: Column) =>
  told.reduce((total, one) => total + of(one), 0);

const row = (platform: string, act: string, told: readonly Told[]) => [
  platform,
  act,
  ...columns.map((column) => String(sum(told, column))),
];

const grouped = (told: readonly Told[], name: (one: Told) => string) => Map.groupBy(told, name);

export function tableOf(told: readonly Told[]): string {
  const platforms = [...grouped(told, ({ platform }) => platform)];
  return aligned([
    ["platform", "EM", ...columns.map(({ heading }) => heading)],
    ...platforms.flatMap(([platform, own]) =>
      [...grouped(own, ({ act }) => act)].map(([act, runs]) => row(platform, act, runs)),
    ),
    ...platforms.map(([platform, own]) => row(platform, "all", own)),
    row("all", "all", told),
  ]);
}

/** How often each nemesis was dealt, by platform. */
export function nemesisTableOf(told: readonly Told[]): string {
  const platforms = [...grouped(told, ({ platform }) => platform)];
  const times = (nemesis: string, runs: readonly Told[]) =>
    String(runs.flatMap(({ dealt }) => dealt).filter((one) => one === nemesis).length);
  return aligned(
    [
      ["nemesis", ...platforms.map(([platform]) => platform), "all"],
      ...nemeses.map((nemesis) => [
        nemesis,
        ...platforms.map(([, own]) => times(nemesis, own)),
        times(nemesis, told),
      ]),
    ],
    1,
  );
}

/** Words to the left, in so many columns; figures to the right. */
export function aligned(rows: readonly (readonly string[])[], words = 2): string {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((cells) => cells[i]?.length ?? 0)),
  );
  const cell = (text: string, i: number) =>
    i < words ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  return rows.map((cells) => `${cells.map(cell).join("  ")}\n`).join("");
}
