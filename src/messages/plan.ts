/** One plan as it stands: its VMs, how old their points are, and its last session. */
import type { Card, Line, Row } from "../chat/port.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint } from "../em/types.ts";
import { sessionWords } from "./lists.ts";
import { age, at, count, quoted, type } from "./words.ts";

/** `words`: what is typed to mean this plan. */
export function planCard(
  plan: FailoverPlan,
  sessions: readonly FailoverSession[] | undefined,
  points: readonly ReplicaPoint[] | undefined,
  now: number,
  words = quoted(plan.name),
): Card {
  const vms = plan.vms.map(({ name }): PlanVm => vmOf(name, points ?? []));
  const open = sessions?.find(({ state }) => state !== "Stopped");
  return {
    tone: open ? "running" : "plain",
    title: `Failover plan ${quoted(plan.name)}${standing(open, vms)}`,
    lines: [
      `${plan.tenant ? `Tenant ${plan.tenant.name}, ` : ""}${plan.kind === "cloud" ? "cloud plan" : "ordinary plan"}, ${count(plan.vms.length, "VM")}.`,
      ...(plan.description ? [plan.description] : []),
      ...planSessions(sessions),
    ],
    rows: vms.map((vm, i) => vmRow(vm, i, now)),
    next: planNext(open, vms, words),
    footer: `Plan id ${plan.id}`,
  };
}

interface PlanVm {
  readonly name: string;
  readonly newestAt?: number;
  /** Absent where its replica is ready, or nothing is known. */
  readonly state?: "Failover" | "Failback" | "PermanentFailover";
}

function vmOf(name: string, points: readonly ReplicaPoint[]): PlanVm {
  const own = points.filter(({ vm }) => vm === name);
  const state = (["PermanentFailover", "Failback", "Failover"] as const).find((one) =>
    own.some((point) => point.state === one),
  );
  return {
    name,
    ...(own.length > 0 ? { newestAt: Math.max(...own.map(({ createdAt }) => createdAt)) } : {}),
    ...(state ? { state } : {}),
  };
}

const overIn = (vms: readonly PlanVm[]) => vms.filter(({ state }) => state === "Failover");

function standing(open: FailoverSession | undefined, vms: readonly PlanVm[]): string {
  const over = overIn(vms).length;
  if (open) return ": a session runs";
  if (over === 0) return "";
  return over === vms.length
    ? ": failed over"
    : `: ${over} of ${count(vms.length, "VM")} failed over`;
}

function planNext(open: FailoverSession | undefined, vms: readonly PlanVm[], words: string): Line {
  if (open) return [type(`watch ${words}`), " follows it."];
  return overIn(vms).length > 0
    ? [type(`undo ${words}`), " asks whether to take it back."]
    : [type(`start ${words}`), " asks before anything happens."];
}

function planSessions(sessions: readonly FailoverSession[] | undefined): Line[] {
  if (!sessions) return ["Its sessions cannot be read with this EM account."];
  const [last] = sessions;
  if (!last) return ["No failover session in the last 30 days."];
  return [[last.state === "Stopped" ? "Last session: " : "Runs now: ", ...sessionWords(last)]];
}

const stateWords = {
  Failover: "failed over; newest point ",
  Failback: "in failback; newest point ",
  PermanentFailover: "failed over for good; newest point ",
} as const;

/** The age first: it is what a failover is decided on. */
function vmRow({ name, newestAt, state }: PlanVm, i: number, now: number): Row {
  const row = { name: `${i + 1}. ${name}` };
  if (newestAt === undefined) return { ...row, mark: "warning", detail: "no restore point shown" };
  const old = `${age(newestAt, now)} old`;
  return state
    ? {
        ...row,
        mark: state === "Failover" ? "plain" : "warning",
        detail: `${stateWords[state]}${old}`,
      }
    : { ...row, mark: "plain", detail: [`${old}, point of `, at(newestAt)] };
}
