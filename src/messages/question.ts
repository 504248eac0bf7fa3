/** The card that asks whether an order shall go out. */
import { roughly } from "../chat/duration.ts";
import type { Button, Card, Form, Line, MessageRef, Span } from "../chat/port.ts";
import { type ChosenPoint, lineCode, type Order } from "../records/order.ts";
import { aboutOrder } from "./about.ts";
import { actionWords } from "./actions.ts";
import { orderNoteWords } from "./blockers.ts";
import { whoWords } from "./denials.ts";
import { allRows, areUnread, fewRows, inFailover, isLong } from "./question-rows.ts";
import { age, at, clipped, count, people, quoted, sentence, type, who } from "./words.ts";

export function questionCard(order: Order, now: number): Card {
  const notes = order.notes.map(orderNoteWords);
  const isAgain = isFailedOver(order);
  const [strong, others] = halves(actionWords[order.action].consequences(order));
  return {
    about: aboutOrder(order),
    tone: isAgain ? "warning" : "question",
    title: titleOf(order),
    lead: [...(isAgain ? notes : []), ...loss(order, now), ...strong],
    lines: [...others, ...(isAgain ? [] : notes), what(order), asked(order)],
    rows: fewRows(order, now),
    next: next(order),
    ...footerOf(order),
    buttons: buttonsOf(order),
  };
}

/** A start would fail over again what is failed over. */
const isFailedOver = (order: Order) => order.action === "start" && inFailover(order).length > 0;

function titleOf(order: Order): string {
  const { plan, points, action } = order;
  const name = quoted(plan.name);
  if (!isFailedOver(order)) return `${actionWords[action].ask} ${name}?`;
  const over = inFailover(order).length;
  return over === points.length
    ? `Failover plan ${name} is failed over already: start it again?`
    : `Failover plan ${name}: ${over} of ${count(points.length, "VM")} failed over already, start it again?`;
}

/** The first of what it does is read even where boxes are hidden; the others stand below. */
const halves = (lines: readonly Line[]): [Line[], Line[]] => [lines.slice(0, 1), lines.slice(1)];

/** How to decide: after what is decided on, right before the buttons. */
const next = (order: Order): Line => [
  `To ${order.needs.approvals > 0 ? "approve" : "go on"}, type `,
  type(confirmLine(order)),
  "; to drop it, ",
  type("cancel"),
  ".",
  ...approvalWords(order),
  " The question closes ",
  at(order.expiresAt),
  ". Nothing has been sent.",
  ...whoMayWords(order),
];

/** Every VM of a long question, for whoever asks for it. */
export const allPointsCard = (order: Order, now: number): Card => ({
  tone: "plain",
  title: `All ${count(order.plan.vms.length, "VM")} of ${quoted(order.plan.name)}, the oldest first`,
  lines: [],
  rows: allRows(order, now),
  whole: true,
  footer: ["Read from EM ", at(order.askedAt)],
});

/**
 * What was read from EM is as old as this says; of a stop and an ordinary plan nothing was that
 * decides.
 */
function footerOf({ action, plan, askedAt, usual, tookMs = [] }: Order): Pick<Card, "footer"> {
  if (action === "stop" || plan.kind === "ordinary") return {};
  const bySessions = action === "undo" ? "" : tookWords(tookMs);
  const took =
    usual?.machineMs === undefined ? bySessions : usualWords(usual.runs, usual.machineMs);
  return {
    footer: [
      "Read from Enterprise Manager (EM) ",
      at(askedAt),
      ` · EM's data is up to 15 min older by default${took}`,
    ],
  };
}

/** By runs of the same kind that were ordered here. */
const usualWords = (runs: number, machineMs: number) =>
  ` · usually takes EM ${roughly(machineMs)} (median of ${runs} runs)`;

/** How long the plan took before, so that people know what to expect. */
function tookWords(tookMs: readonly number[]): string {
  const said = [...tookMs].sort((a, b) => a - b).map(roughly);
  const [first, longest] = [said[0], said.at(-1)];
  if (first === undefined) return "";
  const range = first === longest ? `about ${first}` : `${first} to ${longest}`;
  return ` · earlier sessions that ended well took ${range}`;
}

function buttonsOf(order: Order): Button[] {
  const { id, needs, confirmation, plan, action } = order;
  const words = actionWords[action];
  const code = confirmation.by === "code" ? confirmation.code : undefined;
  const vms = count(plan.vms.length, "VM");
  const form: Form = {
    title: words.submit,
    label: `${code === undefined ? "Type the plan's name" : `Type the code ${code}`} (${vms})`,
    hint: code === undefined ? plan.name : `${code} is for plan ${quoted(plan.name)}`,
    submit: words.submit,
  };
  const label = needs.approvals > 0 ? "Approve" : "Confirm";
  return [
    needs.by === "press"
      ? { label, token: `confirm:${id}`, style: "danger" }
      : { label: `${label} …`, token: `confirm:${id}`, style: "danger", asks: form },
    { label: "Cancel", token: `cancel:${id}`, style: "plain" },
    ...(isLong(order)
      ? [{ label: "Show all VMs", token: `vms:${id}`, style: "plain" as const }]
      : []),
  ];
}

/**
 * How to confirm, for those who have not read the card: a code stands there alone, so that whoever
 * types it has read it.
 */
export const howToConfirm = (order: Order, ref?: MessageRef): Span[] =>
  lineCode(order) === undefined
    ? ["type ", type(confirmLine(order))]
    : [
        "type ",
        type("confirm"),
        " and the code that stands on its card",
        ...(ref?.link ? [": ", { link: ref.link, text: "open it" }] : []),
      ];

/** Exactly what is typed to confirm; of what is no start, what that does. */
export function confirmLine(order: Order): string {
  const { action, plan, shared } = order;
  const confirm = action === "start" ? "confirm" : `confirm ${action}`;
  const code = lineCode(order);
  if (code !== undefined) return `${confirm} ${code}`;
  return `${confirm} ${plan.name}${shared && plan.tenant ? ` @ ${plan.tenant.name}` : ""}`;
}

/** Who must confirm, where that is not simply anybody who may. */
export function approvalWords({ needs, approvals }: Order): Span[] {
  if (needs.approvals === 0) return [];
  const given = approvals.map(({ person }) => person);
  return [
    ` ${count(needs.approvals, "person", "people")} other than the requester must approve it.`,
    ...(given.length > 0
      ? [` ${given.length} of ${needs.approvals} approved so far: `, ...people(given), "."]
      : []),
  ];
}

/** Nothing where everybody may. */
function whoMayWords({ needs, mayConfirm = [] }: Order): Span[] {
  if (mayConfirm.length === 0 || mayConfirm.includes("everyone")) return [];
  return [` Who may ${needs.approvals > 0 ? "approve" : "confirm"} it: ${whoWords(mayConfirm)}.`];
}

export function asked({ by, reason }: Order): Line {
  return ["Asked by ", who(by), reason ? ` because: ${sentence(clipped(reason))}` : "."];
}

/** What is asked for, and no more of how EM does it than these VMs will show. */
function what(order: Order): Line {
  const { plan, shared, action } = order;
  const whose = plan.tenant ? ` of tenant ${plan.tenant.name}` : "";
  const twin = shared ? " Another plan has the same name; this is the one of this tenant." : "";
  return [
    `${count(plan.vms.length, "VM")}${whose}`,
    ...pointsWords(order),
    `.${pace(order)}${twin}${action === "start" ? commandWords(plan) : ""}`,
  ];
}

/** Which restore points a start takes; a test says it in its consequences, an undo takes none. */
function pointsWords({ action, from }: Order): Span[] {
  if (action !== "start") return [];
  return from.points === "before"
    ? [", each to its newest restore point before ", at(from.at)]
    : [", each to its newest restore point"];
}

function pace({ action, plan: { vms } }: Order): string {
  if (action === "start" && vms.length > 10) return " EM starts at most 10 at once.";
  if (action === "undo" && vms.length > 5) return " EM undoes them in groups of 5.";
  return action === "test" && vms.length > 1 ? " EM tests them in this order." : "";
}

function commandWords({ commandBefore, commandAfter }: Order["plan"]): string {
  const commands = [
    ...(commandBefore ? ["a command runs before"] : []),
    ...(commandAfter ? ["a command runs after"] : []),
  ];
  return commands.length > 0 ? ` On the provider's server ${commands.join(" and ")}.` : "";
}

/**
 * What would be lost: all that was written after a VM's point; the oldest says how much that is at
 * most.
 */
function loss(order: Order, now: number): Line[] {
  const { action, from, points, plan } = order;
  if (action !== "start") return [];
  if (plan.kind === "ordinary") return [ordinaryLoss(from)];
  const known = points.filter(hasTime).sort((a, b) => a.createdAt - b.createdAt);
  const [oldest] = known;
  const unknown = points.length - known.length;
  if (!oldest)
    return [
      [
        { strong: "How much data going ahead loses is not known" },
        areUnread(order) ? "." : ": EM shows no point surely of these VMs.",
      ],
    ];
  const lost = `${age(oldest.createdAt, now)} of data`;
  return unknown === 0
    ? [
        [
          { strong: `Going ahead loses up to ${lost}` },
          points.length > 1 ? ` (most on ${oldest.vm}).` : ".",
        ],
      ]
    : [
        [
          { strong: `Going ahead loses ${lost} or more` },
          ` (${oldest.vm}): the restore points of ${count(unknown, "VM")} are not known.`,
        ],
      ];
}

const ordinaryLoss = (from: Order["from"]): Line => [
  "Going ahead loses what was written after ",
  ...(from.points === "before"
    ? ["each VM's newest restore point before ", at(from.at)]
    : ["EM's latest restore points"]),
  "; its API does not show their age.",
];

const hasTime = (point: ChosenPoint): point is ChosenPoint & { createdAt: number } =>
  point.createdAt !== undefined && !point.ambiguous;
