/** Which rows a chart has: each VM one, as long as they are few; else the worst, and groups. */
import { inStartOrder, isShownAlone, isSlow, tookOf } from "../../report/extent.ts";
import type { RunFacts, VmFacts } from "../../report/facts.ts";

export type ChartRow =
  | { readonly is: "named-heading"; readonly named: number }
  | { readonly is: "others-heading"; readonly others: number }
  /** `message`: what EM says of it, of a few VMs; all are in the report. */
  | { readonly is: "vm"; readonly vm: VmFacts; readonly message?: string }
  /** With one mark, in start order. */
  | { readonly is: "group"; readonly vms: readonly VmFacts[] }
  | { readonly is: "session" };

/** Of more, groups are drawn. */
const MOST_ROWS = 24;
const MOST_NAMED = 10;
const SLOWEST = 3;
const MOST_MESSAGES = 6;
/** About so many groups, none of few VMs where there are more of them. */
const GROUPS = 6;
const LEAST_IN_GROUP = 12;

export function chartRows({ vms }: RunFacts): ChartRow[] {
  if (vms.length === 0) return [{ is: "session" }];
  const ordered = inStartOrder(vms);
  if (vms.length <= MOST_ROWS) return vmRows(ordered);
  const named = new Set(worstOf(vms));
  const others = ordered.filter((vm) => !named.has(vm));
  return [
    { is: "named-heading", named: named.size },
    ...vmRows(ordered.filter((vm) => named.has(vm))),
    { is: "others-heading", others: others.length },
    ...groupsOf(others).map((group): ChartRow => ({ is: "group", vms: group })),
  ];
}

function vmRows(vms: readonly VmFacts[]): ChartRow[] {
  const said = worstFirst(vms.filter(({ mark, message }) => mark !== "done" && message));
  const shown = new Set(said.slice(0, MOST_MESSAGES));
  return vms.map((vm) =>
    shown.has(vm) && vm.message !== undefined
      ? { is: "vm", vm, message: vm.message }
      : { is: "vm", vm },
  );
}

const worstFirst = (vms: readonly VmFacts[]): VmFacts[] =>
  vms.toSorted((one, other) => badness(other) - badness(one));

/** The worst, and the slowest that ended well. */
function worstOf(vms: readonly VmFacts[]): VmFacts[] {
  const bad = worstFirst(vms.filter((vm) => badness(vm) > 0));
  const slowest = vms
    .filter((vm) => tookOf(vm) !== undefined && !bad.includes(vm))
    .toSorted((one, other) => (tookOf(other) ?? 0) - (tookOf(one) ?? 0));
  return [...bad.slice(0, MOST_NAMED - SLOWEST), ...slowest.slice(0, SLOWEST)];
}

const badMarks: Readonly<Record<VmFacts["mark"], number>> = {
  failed: 7,
  stalled: 6,
  unknown: 5,
  running: 4,
  waiting: 3,
  warning: 2,
  done: 0,
};

function badness(vm: VmFacts): number {
  if (vm.evidence === "not-so") return 8;
  return isShownAlone(vm) ? 0 : Math.max(badMarks[vm.mark], isSlow(vm) ? 1 : 0);
}

/** Those of the worst mark first. */
function groupsOf(vms: readonly VmFacts[]): VmFacts[][] {
  const size = Math.max(LEAST_IN_GROUP, Math.ceil(vms.length / GROUPS));
  const byMark = [...Map.groupBy(vms, ({ mark }) => mark)];
  return byMark
    .toSorted(([one], [other]) => badMarks[other] - badMarks[one])
    .flatMap(([, group]) => chunks(group, size));
}

/** As even as can be. */
function chunks(vms: readonly VmFacts[], size: number): VmFacts[][] {
  const count = Math.max(1, Math.round(vms.length / size));
  return Array.from({ length: count }, (_, i) =>
    vms.slice(Math.round((i * vms.length) / count), Math.round(((i + 1) * vms.length) / count)),
  );
}
