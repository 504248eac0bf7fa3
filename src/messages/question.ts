/** The card that asks whether an order shall go out. */
import { duration } from "../chat/duration.ts";
import type { Button, Card, Form, Line, Row } from "../chat/port.ts";
import type { ChosenPoint, Order } from "../core/orders.ts";
import { actionWords } from "./actions.ts";
import { age, ago, at, count, people, quoted, sentence, type, who } from "./words.ts";

export function questionCard(order: Order, now: number): Card {
  const { plan } = order;
  const words = actionWords[order.action];
  return {
    tone: "question",
    title: `${words.ask} ${quoted(plan.name)}?`,
    lines: [
      asked(order),
      what(order),
      ...words.consequences(order),
      ...choice(order),
      ...loss(order, now),
      ...tookLines(order),
      ...approvalLines(order),
      ...order.notes,
    ],
    rows: rowsOf(order, now),
    next: [
      "To go on, type ",
      type(confirmLine(order)),
      "; to drop it, ",
      type("cancel"),
      ". Nothing has been sent. The question closes ",
      ago(order.expiresAt),
      ".",
    ],
    footer: [
      "Read from EM ",
      at(order.askedAt),
      "; EM copies its data from the backup servers, by default every 15 min",
    ],
    buttons: buttonsOf(order),
  };
}

function buttonsOf(order: Order): Button[] {
  const { id, needs, confirmation, plan, action } = order;
  const words = actionWords[action];
  const code = confirmation.by === "code" ? confirmation.code : undefined;
  const form: Form = {
    title: words.submit,
    label: code === undefined ? "Type the plan's name" : `Type the code ${code}`,
    hint: code ?? plan.name,
    submit: words.submit,
  };
  const label = needs.approvals > 0 ? "Approve" : "Confirm";
  return [
    needs.by === "press"
      ? { label, token: `confirm:${id}`, style: "danger" }
      : { label: `${label} …`, token: `confirm:${id}`, style: "danger", asks: form },
    { label: "Cancel", token: `cancel:${id}`, style: "plain" },
  ];
}

/** Exactly what is typed to confirm. */
export function confirmLine({
  confirmation,
  plan,
  shared,
}: Pick<Order, "confirmation" | "plan" | "shared">): string {
  if (confirmation.by === "code") return `confirm ${confirmation.code}`;
  return `confirm ${plan.name}${shared && plan.tenant ? ` @ ${plan.tenant.name}` : ""}`;
}

/** Who must confirm, where that is not simply anybody who may. */
function approvalLines({ needs, approvals }: Order): Line[] {
  if (needs.approvals === 0) return [];
  const given: Line[] =
    approvals.length > 0
      ? [["Approved so far by ", ...people(approvals.map(({ person }) => person)), "."]]
      : [];
  return [
    `${count(needs.approvals, "person", "people")} other than the requester must approve it.`,
    ...given,
  ];
}

export function asked({ by, reason }: Order): Line {
  return ["Asked by ", who(by), reason ? ` because: ${sentence(clipped(reason))}` : "."];
}

/** A card has room for so much of a reason; the audit log has all of it. */
const LONGEST_REASON = 300;

function clipped(reason: string): string {
  const characters = [...reason];
  if (characters.length <= LONGEST_REASON) return reason;
  return `${characters.slice(0, LONGEST_REASON - 1).join("")}…`;
}

/** How EM goes through the VMs. */
const pace: Readonly<Record<Order["action"], string>> = {
  start: ", started in the order below, at most 10 at once",
  test: ", tested in the order below",
  undo: ", undone in groups of 5",
  stop: " in the plan",
};

/** The rows of a start stand by age, not in the plan's order. */
const paceOf = ({ action, points }: Order) =>
  action === "start" && points.length > 0
    ? ", started by their numbers below, at most 10 at once"
    : pace[action];

function what(order: Order): Line {
  const { action, plan, shared } = order;
  const tenant = plan.tenant ? `Tenant ${plan.tenant.name}. ` : "";
  const twin = shared ? "Another plan has the same name; this is the one of this tenant. " : "";
  const commands = [
    plan.commandBefore ? "a command runs before" : "",
    plan.commandAfter ? "a command runs after" : "",
  ].filter(Boolean);
  const script =
    action === "start" && commands.length > 0 ? ` On the provider's server ${commands.join(" and ")}.` : "";
  return `${tenant}${twin}${count(plan.vms.length, "VM")}${paceOf(order)}.${script}`;
}

function choice({ action, from, plan }: Order): Line[] {
  if (action !== "start") return [];
  if (from.points === "before")
    return [["Each VM goes to its newest restore point before ", at(from.at), "."]];
  return plan.kind === "cloud"
    ? ["Each VM goes to its latest restore point."]
    : ["EM takes the latest restore points."];
}

/** What would be lost: all that was written after the oldest of the points; the rows below show each VM's. */
function loss({ action, points }: Order, now: number): Line[] {
  if (action !== "start") return [];
  const [oldest] = points
    .filter(({ createdAt }) => createdAt !== undefined)
    .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
  if (oldest?.createdAt === undefined) return [];
  return [
    [
      `What was written after a VM's restore point is lost. The oldest is that of ${oldest.vm}, ${age(oldest.createdAt, now)} old; oldest first below.`,
    ],
  ];
}

/** How long the plan took before, so that people know what to expect. */
function tookLines({ action, tookMs = [] }: Order): Line[] {
  const [first, ...others] = [...tookMs].sort((a, b) => a - b);
  if (action === "undo" || first === undefined) return [];
  const longest = others.at(-1);
  const range = longest === undefined ? duration(first) : `${duration(first)} to ${duration(longest)}`;
  return [
    `Earlier sessions of this plan that ended well took ${range} (${count(tookMs.length, "session")}).`,
  ];
}

function rowsOf({ action, points, plan }: Order, now: number): Row[] {
  if (action === "start" && points.length > 0)
    return points
      .map((point, i) => ({ point, i }))
      .sort(oldestFirst)
      .map(({ point, i }) => pointRow(point, i, now));
  if (points.length > 0)
    return points.map((point, i) => (action === "undo" ? stateRow(point, i) : pointRow(point, i, now)));
  return plan.vms.map(({ name }, i) => ({ mark: "waiting", name: `${i + 1}. ${name}`, detail: "" }));
}

/** What is not known stands before all that is. */
const oldestFirst = (a: { point: ChosenPoint }, b: { point: ChosenPoint }) =>
  (a.point.createdAt ?? 0) - (b.point.createdAt ?? 0);

/** For an undo the restore points do not matter. */
function stateRow({ vm, state, ambiguous }: ChosenPoint, i: number): Row {
  const name = `${i + 1}. ${vm}`;
  if (ambiguous) return { mark: "unknown", name, detail: ambiguousWords };
  return {
    mark: "waiting",
    name,
    detail: state === "not shown" ? "state not shown by EM" : `in state ${state}`,
  };
}

const ambiguousWords = "several replicas have this name; EM does not show which is the tenant's";

function pointRow({ vm, createdAt, state, ambiguous }: ChosenPoint, i: number, now: number): Row {
  const number = `${i + 1}. `;
  const name = `${number}${vm}`;
  if (ambiguous)
    return {
      mark: "warning",
      name,
      detail: ambiguousWords,
    };
  if (createdAt === undefined) return { mark: "warning", name, detail: "no restore point shown by EM" };
  const already = state === "Ready" || state === "not shown" ? "" : `; in state ${state}`;
  return {
    mark: already === "" ? "waiting" : "warning",
    name,
    detail: ["restore point of ", at(createdAt), `, ${age(createdAt, now)} old${already}`],
  };
}
