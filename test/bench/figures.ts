/** What is made of what was measured: pure. */

/** Of numbers in any order; not a number where there are none. `part`: 0.5 for the median. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const last = sorted.length - 1;
  return sorted[Math.min(last, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const median = (numbers: readonly number[]) => quantile(numbers, 0.5);

/** From each to the next. */
export const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? time));

export const mean = (numbers: readonly number[]) =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** A figure with as many digits as it is worth; a dash where nothing was measured. */
export function shown(figure: number): string {
  if (!Number.isFinite(figure)) return "–";
  const digits = Math.abs(figure) >= 100 ? 0 : Math.abs(figure) >= 10 ? 1 : 2;
  return figure.toFixed(digits);
}

/** How often the second goes into the first. */
export const times = (figure: number, baseline: number): string => `${shown(figure / baseline)} ×`;

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

interface Line {
  readonly at: number;
  /** Those it names. */
  readonly vms: readonly string[];
}

/**
 * From the answer that showed the last of its VMs as ended to each line that names any, in
 * milliseconds. A line is left out where it is not known which answer showed one of them (null).
 */
export function waitsOf(
  ended: ReadonlyMap<string, number | null>,
  lines: readonly Line[],
): number[] {
  return lines.flatMap(({ at, vms }) => {
    const shown = vms.map((vm) => ended.get(vm)).filter((one) => one !== undefined);
    const times = shown.filter((one) => one !== null);
    return times.length === 0 || times.length < shown.length ? [] : [at - Math.max(...times)];
  });
}

/** The text with what stands between two markers replaced. Throws where they are not there. */
export function between(text: string, name: string, inner: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`Cannot find the markers of "${name}"`);
  return `${text.slice(0, from + begin.length)}\n${inner}\n${text.slice(to)}`;
}
