/** The tables, as Markdown. */
import type { Decoded } from "./decode-child.ts";
import { markdownTable, mean, quantile, shown, times } from "./figures.ts";
import type { Acks } from "./room.ts";
import type { Stalled } from "./stalled.ts";
import type { AtRest, Starts } from "./starts.ts";
import type { Watched } from "./watching.ts";

const HEAD = [
  ...["watches", "EM", "platform", "limits", "CPU %", "block ms", "ack p50 ms", "ack p99 ms"],
  ...["p99 / bare", "lost", "line p50 ms", "line p95 ms", "beat s", "questions a look"],
  ...["commits a look", "messages a look", "written MB/min", "MB (most)", "over bare MB"],
];

export const watchedTable = (all: readonly Watched[]): string =>
  markdownTable(HEAD, all.map(watchedRow));

const watchedRow = (one: Watched): string[] => [
  String(one.watches),
  one.still ? `${one.format}, still` : one.format,
  one.platform,
  one.limits ? "on" : "off",
  ...usedCells(one),
  ...ackCells(one),
  shown(quantile(one.lines, 0.5)),
  `${shown(quantile(one.lines, 0.95))} (${one.lines.length})`,
  shown(mean(one.beats) / 1000),
  ...lookCells(one),
  `${shown(one.busy.residentMb)} (${shown(one.busy.peakMb)})`,
  shown(one.busy.residentMb - one.bareMb),
];

const usedCells = ({ quiet, busy }: Watched): string[] =>
  [(100 * quiet.cpuMs) / quiet.ms, Math.max(quiet.blockMs, busy.blockMs)].map(shown);

function ackCells({ ours, bare }: { readonly ours: Acks; readonly bare: Acks }): string[] {
  const [p99, its] = [quantile(ours.ms, 0.99), quantile(bare.ms, 0.99)];
  const lost = `${ours.lost} of ${ours.lost + ours.ms.length}`;
  return [shown(quantile(ours.ms, 0.5)), shown(p99), times(p99, its), lost];
}

const lookCells = ({ quiet, looks, questions, messages }: Watched): string[] => [
  ...[questions, quiet.commits, messages].map((count) => shown(count / looks)),
  shown((quiet.writtenMb * 60_000) / quiet.ms),
];

const STALLED_HEAD = ["EM stalled", "ack p50 ms", "ack p99 ms", "p99 / bare", "lost"];

export const stalledTable = (all: readonly Stalled[]): string =>
  markdownTable(
    STALLED_HEAD,
    all.map((one) => [one.platform, ...ackCells(one)]),
  );

export function startsTable({ bareMs, emptyMs, plainMs, fullMs, past, watches }: Starts): string {
  const row = (what: string, ms: number, beside: number) => [what, shown(ms), times(ms, beside)];
  return markdownTable(
    ["start to ready", "ms", "ratio"],
    [
      ["bare Bolt", shown(bareMs), ""],
      row("the bot, as `npm start` does it, beside bare Bolt", emptyMs, bareMs),
      row("`node src/main.ts`, beside bare Bolt", plainMs, bareMs),
      row(`${past} past records and ${watches} watches, beside none`, fullMs, emptyMs),
    ],
  );
}

export const atRestTable = ({ bareMb, botMb }: AtRest): string =>
  markdownTable(
    ["at rest", "MB", "over bare MB"],
    [
      ["bare Bolt and discord.js", shown(bareMb), ""],
      ["the bot in Slack and Discord", shown(botMb), shown(botMb - bareMb)],
    ],
  );

export const decodedTable = (all: readonly (readonly [format: string, Decoded])[]): string =>
  markdownTable(
    [
      ...["one answer", "VM tasks", "MB", "bare parser ms", "all new ms", "bare / all new"],
      ...["1 of 12 changed ms", "none changed ms", "all new / none changed"],
    ],
    all.map(([format, one]) => [
      format,
      String(one.vmTasks),
      ...[one.megabytes, one.bareMs, one.newMs].map(shown),
      times(one.bareMs, one.newMs),
      ...[one.fewChangedMs, one.sameMs].map(shown),
      times(one.newMs, one.sameMs),
    ]),
  );
