/** The VMs on a question: each as it is decided on, or those of a large plan folded. */
import type { Row } from "../chat/port.ts";
import { sortedWorstFirst } from "../chat/signs.ts";
import { spansOf } from "../chat/spans.ts";
import type { ChosenPoint, Order } from "../records/order.ts";
import { typedPlanOf } from "./actions.ts";
import { age, at, count, list, plainWord, type } from "./words.ts";

/** So many rows stand on the question; of a larger plan all can be asked for. */
const MOST_ROWS = 5;
/** So many rows that say the same are folded. */
const ALIKE = 3;
const MOST_NAMED = 4;

export const isLong = ({ plan }: Order) => plan.vms.length > MOST_ROWS + 1;

export const inFailover = ({ points }: Order) =>
  points.filter(({ state, ambiguous }) => state === "Failover" && !ambiguous);

/** What could not be read is not told as "none shown". */
export const areUnread = ({ notes }: Order) => notes.some(({ is }) => is === "points-not-readable");

/** The oldest, and those with something wrong; the rest is counted. */
export function fewRows(order: Order, now: number): Row[] {
  if (!isLong(order)) return allRows(order, now);
  const groups = alike(sortedWorstFirst(briefRows(order, now)));
  const left = groups.slice(MOST_ROWS).flat().length;
  return [
    ...groups.slice(0, MOST_ROWS).flatMap(folded),
    { ...bare(left > 0 ? `and ${count(left, "other VM")}` : "All VMs"), detail: showsAll(order) },
  ];
}

const showsAll = (order: Order) => [type(`status ${typedPlanOf(order)}`), " shows each"];

/** Several rows that say the same are one group, the others each their own. */
function alike(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = Map.groupBy(rows, ({ mark, detail }) => JSON.stringify([mark, detail]));
  return [...groups.values()].flatMap((group) =>
    group.length < ALIKE ? group.map((row) => [row]) : [group],
  );
}

/** `12 VMs – 2 h old: srv01, srv02, srv03 and 9 more`. */
function folded(rows: readonly Row[]): readonly Row[] {
  const [first] = rows;
  if (first === undefined || rows.length === 1) return rows;
  const vms = rows.map(({ name }) => name);
  const said = first.detail.length > 0 ? [...spansOf(first.detail), ": "] : [];
  return [{ ...first, name: count(rows.length, "VM"), detail: [...said, list(vms, MOST_NAMED)] }];
}

const bare = (name: string): Row => ({ mark: "plain", name, detail: "" });

/** On a line of a phone each: the time of a point, and a VM's turn, stand where all VMs do. */
function briefRows(order: Order, now: number): Row[] {
  const { action, points, plan } = order;
  if (points.length === 0 || areUnread(order)) return plan.vms.map(({ name }) => bare(name));
  if (action === "undo") return points.map((point) => stateRow(point, point.vm));
  const shown = action === "test" ? points : points.toSorted(oldestFirst);
  return shown.map((point) => ageRow(asDecided(order, point), now));
}

function ageRow(point: ChosenPoint, now: number): Row {
  const { vm, createdAt } = point;
  if (createdAt === undefined || point.ambiguous) return pointRow(point, vm, "", now);
  return { mark: markOf(point), name: vm, detail: `${age(createdAt, now)} old${alreadyIn(point)}` };
}

/** Every VM, in the order in which they are decided on. */
export function allRows(order: Order, now: number): Row[] {
  const { action, points, plan } = order;
  if (points.length === 0 || areUnread(order))
    return plan.vms.map(({ name }, i) => bare(numbered(name, i)));
  if (action === "undo") return points.map((point, i) => stateRow(point, numbered(point.vm, i)));
  if (action === "test")
    return points.map((point, i) => pointRow(point, numbered(point.vm, i), "", now));
  const turnOf = (point: ChosenPoint) => ordinal(points.indexOf(point) + 1);
  return points
    .toSorted(oldestFirst)
    .map((point) =>
      pointRow(
        asDecided(order, point),
        point.vm,
        points.length > 1 ? `, starts ${turnOf(point)}` : "",
        now,
      ),
    );
}

/** Where all are failed over, the title says it of all. */
const asDecided = (order: Order, point: ChosenPoint): ChosenPoint =>
  order.action === "start" && inFailover(order).length === order.points.length
    ? { ...point, state: "Ready" }
    : point;

const numbered = (name: string, i: number) => `${i + 1}. ${name}`;

const ENDINGS: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd" };
const plural = new Intl.PluralRules("en", { type: "ordinal" });
const ordinal = (n: number) => `${n}${ENDINGS[plural.select(n)] ?? "th"}`;

/** What is not known stands before all that is. */
const oldestFirst = (one: ChosenPoint, other: ChosenPoint) =>
  (one.createdAt ?? 0) - (other.createdAt ?? 0);

/** For an undo the restore points do not matter. */
function stateRow({ state, ambiguous }: ChosenPoint, name: string): Row {
  if (ambiguous) return { mark: "unknown", name, detail: ambiguousWords };
  return {
    mark: "plain",
    name,
    detail: state === "not shown" ? "state not shown by EM" : `in state ${plainWord(state)}`,
  };
}

const ambiguousWords = "several replicas have this name; EM does not show which is the tenant's";

const isReady = ({ state }: ChosenPoint) => state === "Ready" || state === "not shown";
const markOf = (point: ChosenPoint) => (isReady(point) ? "plain" : "warning");
const alreadyIn = (point: ChosenPoint) =>
  isReady(point) ? "" : `; in state ${plainWord(point.state)} already`;

/** The age first: it is what is decided on. */
function pointRow(point: ChosenPoint, name: string, turn: string, now: number): Row {
  const { createdAt, ambiguous } = point;
  if (ambiguous) return { mark: "warning", name, detail: `${ambiguousWords}${turn}` };
  if (createdAt === undefined)
    return { mark: "warning", name, detail: `no restore point shown by EM${turn}` };
  return {
    mark: markOf(point),
    name,
    detail: [`${age(createdAt, now)} old, point of `, at(createdAt), `${turn}${alreadyIn(point)}`],
  };
}
