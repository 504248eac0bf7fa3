/**
 * The VMs of a run as a table for spreadsheets (RFC 4180, UTF-8 with its mark, as Excel wants it).
 * Nothing in it is taken for a formula.
 */
import { cleanText } from "../chat/clean.ts";
import { evidenceWord, vmOutcome } from "../messages/report-vms.ts";
import { tookOf } from "../report/extent.ts";
import type { RunFacts, VmFacts } from "../report/facts.ts";
import { isoTime, type ReadBy } from "./shown.ts";

type Clocked = Pick<ReadBy, "shown">;

/** Times are UTC, durations whole seconds; what is not known is empty. */
const columns: readonly (readonly [
  name: string,
  cell: (vm: VmFacts, facts: RunFacts, by: Clocked) => string,
])[] = [
  ["plan", (_, { plan }) => words(plan.name)],
  ["run", (_, { run }) => words(run)],
  ["vm", ({ name }) => words(name)],
  ["outcome", (vm, facts) => words(vmOutcome(vm, facts))],
  ["evidence", (vm) => words(evidenceWord(vm))],
  ["began", ({ began }, _, by) => time(began?.at, by)],
  ["ended", ({ ended }, _, by) => time(ended?.at, by)],
  ["took_s", (vm) => seconds(tookOf(vm))],
  ["usual_s", ({ usualMs }) => seconds(usualMs)],
  ["restore_point", ({ point }) => words(point?.name ?? "")],
  ["restore_point_made", ({ point }, _, by) => time(point?.madeAt, by)],
  ["restore_point_age_s", ({ point }) => seconds(point?.ageMs)],
  ["promised_age_s", ({ point }) => seconds(point?.promisedMs)],
  ["em_says", ({ message }) => words(message ?? "")],
];

const BYTE_ORDER_MARK = "\ufeff";

export const vmsCsv = (facts: RunFacts, by: Clocked): string => [...csvLines(facts, by)].join("");

/** Each with its line break, drawn as it is asked for. */
export function* csvLines(facts: RunFacts, by: Clocked): Iterable<string> {
  const line = (cells: readonly string[]) => `${cells.join(",")}\r\n`;
  yield BYTE_ORDER_MARK + line(columns.map(([name]) => name));
  for (const vm of facts.vms) yield line(columns.map(([, cell]) => cell(vm, facts, by)));
}

/**
 * What begins a formula, in narrow and wide letters, at the begin of a cell or after what another
 * program may take for the begin of one.
 */
const FORMULA = /(^|[,;|"'])(\s*)(?=[=+\-@＝＋－＠])/g;

/** An apostrophe says that text follows. A cell is one line. */
const words = (text: string): string =>
  `"${cleanText(text).replace(FORMULA, "$1$2'").replaceAll('"', '""')}"`;

const time = (at: number | undefined, by: Clocked): string =>
  at === undefined ? "" : (isoTime(by, at) ?? "");

/** Never rounded up, as `duration` is not: the table says what the report says. */
const seconds = (ms: number | undefined): string =>
  ms === undefined ? "" : String(Math.floor(ms / 1000));
