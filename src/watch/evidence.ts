/**
 * Whether the replica points bear out what EM's session says. EM copies its data from the backup
 * servers every 15 minutes by default, so a point that disagrees may only be old; it contradicts
 * once EM is known to have newer data: a newer point of that server, or a collection from it that
 * began after the end. Likewise a point that agrees proves nothing where the VM
 * stood so before, as in every test, until EM is known to have newer data. Where another run of the
 * VM has begun since, its points say nothing of this one.
 */

import type { FailoverSession, ReplicaPoint } from "../em/types.ts";
import type {
  End,
  Remark,
  Unconfirmed,
  VmState,
  VmVerdict,
  VmView,
  Watch,
} from "../records/watch.ts";
import { expectedState } from "../records/watch.ts";
import type { Collected, Sighting } from "./sighting.ts";

export type Verdict =
  | { readonly is: "decided"; readonly how: End }
  /** Nothing to go by yet; `otherwise` is the end once the time for waiting is over. */
  | { readonly is: "open"; readonly otherwise: End };

/**
 * `so-before`: as it should be, but it may have been so already. `run-since`: as another run may
 * have made it.
 */
type Finding = VmState & {
  readonly says: "yes" | "no" | "other" | "nothing" | "so-before" | "run-since";
  /** What EM shows of it is newer than the end. */
  readonly isFresh: boolean;
};

/** How new EM's data is; `isNewer`: all of it is newer than the end. */
interface Dated {
  readonly isNewer: boolean;
  readonly collected?: Collected | undefined;
}

/** What is known of each VM, and of the whole. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly vms: readonly VmVerdict[];
}

export function judge(
  watch: Watch,
  sighting: Extract<Sighting, { is: "evidence" | "no-evidence" }>,
): Judgement {
  if (sighting.is === "no-evidence") return { verdict: verdict(watch, [], sighting), vms: [] };
  const { points, newestAt, collected } = sighting;
  const dated = { isNewer: isNewer(watch, newestAt), collected };
  const findings = subjectVms(watch).map((vm) =>
    ofThisRun(vm, sighting, watch, proven(watch, finding(vm, points, watch, dated))),
  );
  const vms = findings.map((found) => ({ vm: found.vm, state: found.state, is: known(found) }));
  return { verdict: verdict(watch, findings, sighting), vms };
}

function known({ says, isFresh }: Finding): VmVerdict["is"] {
  if (says === "yes") return "seen";
  if (says === "nothing") return "not-known";
  return says === "other" || (says === "no" && isFresh) ? "not-so" : "word";
}

function verdict(
  watch: Watch,
  findings: readonly Finding[],
  sighting: Extract<Sighting, { is: "evidence" | "no-evidence" }>,
): Verdict {
  const warnings = warningsOf(watch);
  const isClear = hasClearResult(watch);
  const reported = (why: Unconfirmed): End => ({
    is: "reported",
    why: isClear ? why : "no-result",
    warnings,
  });
  if (sighting.is === "no-evidence") return { is: "decided", how: reported("not-allowed") };
  if (findings.every(({ says }) => says === "nothing"))
    return { is: "open", otherwise: reported("no-points") };
  const disagreeing = findings.filter(({ says }) => says === "no");
  const undecided = findings.filter(
    ({ says }) => says === "nothing" || says === "so-before" || says === "run-since",
  );
  if (disagreeing.length === 0 && undecided.length === 0)
    return { is: "decided", how: confirmed(findings, warnings) };
  const isOvertaken = undecided.some(({ says }) => says === "run-since");
  if (isOvertaken && disagreeing.length === 0) return { is: "decided", how: reported("run-since") };
  if (!watch.order) return kindUnknown(findings, sighting, reported("kind-unknown"));
  const contradicting = disagreeing.filter(({ isFresh }) => isFresh);
  if (contradicting.length > 0)
    return {
      is: "decided",
      how: isClear ? { is: "contradicted", vms: states(contradicting) } : reported("no-result"),
    };
  const isAsBefore = findings.some(({ says }) => says === "so-before") && disagreeing.length === 0;
  if (isOvertaken) return { is: "open", otherwise: reported("run-since") };
  return { is: "open", otherwise: reported(isAsBefore ? "as-before" : "not-in-time") };
}

/** Once EM has collected what there is, to wait for more tells nothing of what it was. */
const kindUnknown = (
  findings: readonly Finding[],
  { collected }: Extract<Sighting, { is: "evidence" }>,
  how: End,
): Verdict =>
  collected !== undefined && findings.every(({ says, isFresh }) => says !== "nothing" && isFresh)
    ? { is: "decided", how }
    : { is: "open", otherwise: how };

type Subject = Pick<VmView, "name" | "point">;

function ofThisRun(
  vm: Subject,
  { points, since = [] }: Extract<Sighting, { is: "evidence" }>,
  watch: Watch,
  found: Finding,
): Finding {
  if (found.says === "nothing" || !since.some((session) => concerns(session, vm, points, watch)))
    return found;
  return { ...found, says: "run-since" };
}

/** A session that names no VM concerns those of its plan. */
function concerns(
  { name, vms }: FailoverSession,
  vm: Subject,
  points: readonly ReplicaPoint[],
  watch: Watch,
): boolean {
  if (vms.length === 0) return name === watch.subject.name;
  const own = ownPoints(vm, points, watch);
  const another = new Set(points.filter((point) => !own.includes(point)).map(({ id }) => id));
  return vms.some((one) => one.vm === vm.name && !another.has(one.point?.id ?? ""));
}

/**
 * What agrees counts where EM's data is newer than the end, or where the VM is known to have stood
 * otherwise before.
 */
function proven({ order }: Watch, found: Finding): Finding {
  if (found.says !== "yes" || found.isFresh) return found;
  const wasOver = order?.over.includes(found.vm);
  const hasChanged = found.state === "Failover" ? wasOver === false : wasOver === true;
  return hasChanged ? found : { ...found, says: "so-before" };
}

function confirmed(findings: readonly Finding[], warnings: readonly Remark[]): End {
  return {
    is: "confirmed",
    warnings,
    other: states(findings.filter(({ says }) => says === "other")),
  };
}

const states = (findings: readonly Finding[]): VmState[] =>
  findings.map(({ vm, state }) => ({ vm, state }));

const hasClearResult = ({ session }: Watch) =>
  session?.result === "Success" || session?.result === "Warning";

/**
 * The VMs whose state counts: those that the session names, and those of the plan besides, as far
 * as our order concerned them. Of a run that somebody else ordered only the session's, where it
 * names any: the plan may have been edited since.
 */
export function subjectVms({ vms, subject, order }: Watch): Subject[] {
  const named = vms.filter(({ mark }) => mark !== "waiting");
  const unnamed = subject.vms.filter((name) => !named.some((vm) => vm.name === name));
  if (named.length > 0 && !order) return named;
  const meant =
    named.length > 0 && order?.action === "undo"
      ? unnamed.filter((name) => order.over.includes(name))
      : unnamed;
  return [...named, ...meant.map((name) => ({ name }))];
}

/**
 * Which points belong to a VM: those of the replica that the session used; where the session names
 * no point, those of the replica that the order's question showed, or of its name, unless several
 * replicas bear that name.
 */
function ownPoints(
  { name, point }: Subject,
  points: readonly ReplicaPoint[],
  { order }: Watch,
): ReplicaPoint[] {
  const named = points.filter(({ vm }) => vm === name);
  const used = named.find(({ id }) => id === point?.id);
  const its = used ? used.replica?.id : order?.replicas?.[name];
  if (used || its !== undefined) return named.filter(({ replica }) => replica?.id === its);
  return new Set(named.map(({ replica }) => replica?.id)).size === 1 ? named : [];
}

function finding(
  vm: Subject,
  points: readonly ReplicaPoint[],
  watch: Watch,
  dated: Dated,
): Finding {
  const { name } = vm;
  const own = ownPoints(vm, points, watch);
  const isFresh = isDatedAfter(own, dated);
  if (own.length === 0) return { vm: name, state: "not shown", says: "nothing", isFresh };
  const states = own.map(({ state }) => state);
  const other = states.find((state) => state === "PermanentFailover" || state === "Failback");
  const state =
    states.find((one) => one === "Failover") ??
    other ??
    states.find((one) => one !== "Ready") ??
    "Ready";
  const says = state === expectedState(watch) ? "yes" : state === other ? "other" : "no";
  return { vm: name, state, says, isFresh };
}

const isDatedAfter = (own: readonly ReplicaPoint[], { isNewer, collected }: Dated) =>
  isNewer ||
  (collected !== undefined &&
    own.every(({ backupServer }) => backupServer?.id === collected.server));

/**
 * The end of an undo that has no session: every VM is Ready, and either was in state Failover
 * before, or EM's data is newer than the order. Ready alone proves nothing, as it may be how things
 * stood before.
 */
export function undoneAlready(
  watch: Watch,
  points: readonly ReplicaPoint[],
  newestAt?: number,
  collected?: Collected,
): End | undefined {
  const { order, subject } = watch;
  if (order?.action !== "undo") return undefined;
  const dated = { isNewer: newestAt !== undefined && newestAt > order.sentAt, collected };
  const all = subject.vms.map((name) => finding({ name }, points, watch, dated));
  const isFresh = all.every((found) => found.isFresh);
  const findings = all.filter(({ vm }) => isFresh || order.over.includes(vm));
  const isProven =
    findings.length > 0 && findings.every(({ says }) => says === "yes" || says === "other");
  return isProven ? confirmed(findings, []) : undefined;
}

function isNewer({ session }: Watch, newestAt: number | undefined): boolean {
  return newestAt !== undefined && session?.endedAt !== undefined && newestAt > session.endedAt;
}

function warningsOf(watch: Watch): Remark[] {
  const { vms, session } = watch;
  const own = vms.flatMap(vmWarning);
  const cut = vms
    .filter(({ mark }) => mark === "running" || mark === "stalled")
    .map(({ name: vm }): Remark => ({ is: "vm-cut-off", vm }));
  const isUnnamed = session?.result === "Warning" && own.length === 0;
  const said = session?.failureMessage;
  return [
    ...own,
    ...cut,
    ...leftOut(watch),
    ...(isUnnamed ? [{ is: "unnamed-warning" } as const] : []),
    ...(hasClearResult(watch) ? [] : [{ is: "session-unclear" } as const]),
    ...(said ? [{ is: "em-says", text: said } as const] : []),
  ];
}

function vmWarning({ name: vm, message, mark }: VmView): Remark[] {
  if (mark !== "warning" && mark !== "unknown") return [];
  if (message !== undefined) return [{ is: "em-says", vm, text: message }];
  return [{ is: mark === "warning" ? "vm-warning" : "vm-unclear", vm }];
}

/**
 * VMs of the plan that a session which names others says nothing about. An undo concerns only what
 * was failed over.
 */
function leftOut({ vms, order }: Watch): Remark[] {
  const unnamed = vms.filter(({ mark }) => mark === "waiting").map(({ name }) => name);
  if (unnamed.length === vms.length) return [];
  const meant =
    order?.action === "undo" ? unnamed.filter((name) => order.over.includes(name)) : unnamed;
  return meant.map((vm) => ({ is: "vm-left-out", vm }));
}
