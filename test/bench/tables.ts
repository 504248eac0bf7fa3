/** The tables, as Markdown. */
import { markdownTable, mean, quantile, shown, times } from "./figures.ts";
import type { Watched } from "./watching.ts";

const HEAD = [
  ...["watches", "EM", "platform", "limits", "CPU %", "block ms", "ack p50 ms", "ack p99 ms"],
  ...["p99 / bare", "lost", "line p50 ms", "line p95 ms", "beat s", "questions a look"],
  ...["commits a look", "messages a look", "written MB/min", "MB", "over bare MB"],
];

export const watchedTable = (all: readonly Watched[]): string =>
  markdownTable(HEAD, all.map(watchedRow));

function watchedRow(one: Watched): string[] {
  const { quiet, busy, ours, bare, looks, lines } = one;
  const p99 = quantile(ours.ms, 0.99);
  const cells = [
    (100 * quiet.cpuMs) / quiet.ms,
    Math.max(quiet.blockMs, busy.blockMs),
    quantile(ours.ms, 0.5),
    p99,
  ];
  const [perLook, more] = [(count: number) => shown(count / looks), busy.residentMb - one.bareMb];
  return [
    String(one.watches),
    one.still ? `${one.format}, still` : one.format,
    one.platform,
    one.limits ? "on" : "off",
    ...cells.map(shown),
    times(p99, quantile(bare.ms, 0.99)),
    `${ours.lost} of ${ours.lost + ours.ms.length}`,
    shown(quantile(lines, 0.5)),
    `${shown(quantile(lines, 0.95))} (${lines.length})`,
    shown(mean(one.beats) / 1000),
    perLook(one.questions),
    perLook(quiet.commits),
    perLook(one.messages),
    shown((quiet.writtenMb * 60_000) / quiet.ms),
    shown(busy.residentMb),
    shown(more),
  ];
}
