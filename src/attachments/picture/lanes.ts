/** Signs above a chart, each at its moment; those that would overlap become one. */

export interface LaneItem {
  readonly x: number;
  readonly text: string;
}

/** `texts`: in order, of as many items. */
export interface LaneGroup {
  readonly x: number;
  readonly width: number;
  readonly text: string;
}

interface Open {
  items: LaneItem[];
  text: string;
  width: number;
  x: number;
}

/**
 * `widthOf`: of a sign with that text. Signs keep their order and stay between `left` and `right`;
 * where these have no room for all, the last ones are one.
 */
export function spacedSigns(
  items: readonly LaneItem[],
  widthOf: (text: string) => number,
  left: number,
  right: number,
): LaneGroup[] {
  const groups: Open[] = [];
  for (const item of items.toSorted((one, other) => one.x - other.x)) {
    let group = placed([item], widthOf, left, right);
    for (let last = groups.at(-1); last && overlap(last, group); last = groups.at(-1)) {
      groups.pop();
      group = placed([...last.items, ...group.items], widthOf, left, right);
    }
    groups.push(group);
  }
  return groups;
}

const APART = 4;

const overlap = (one: Open, other: Open) =>
  one.x + one.width / 2 + APART > other.x - other.width / 2;

function placed(
  items: LaneItem[],
  widthOf: (text: string) => number,
  left: number,
  right: number,
): Open {
  const text = joined(items.map((item) => item.text));
  const width = widthOf(text);
  const middle = items.reduce((sum, { x }) => sum + x, 0) / items.length;
  const x = Math.max(left + width / 2, Math.min(right - width / 2, middle));
  return { items, text, width, x };
}

/** `3`, `3, 4`, and `3–6` of more. */
function joined(texts: readonly string[]): string {
  const [first = ""] = texts;
  const last = texts.at(-1) ?? "";
  if (texts.length <= 1) return first;
  return texts.length === 2 ? `${first}, ${last}` : `${first}–${last}`;
}
