/**
 * The question's card once nothing can be decided on it any more, until a watch (if one follows)
 * takes it over.
 */
import type { Card, Line, Person, Tone } from "../chat/port.ts";
import type { Closed, NotSent, Order, OrderPhase, PlanChange } from "../records/order.ts";
import { aboutOrder } from "./about.ts";
import { actionWords, orderName, typedPlanOf } from "./actions.ts";
import { unreadableOfWords } from "./denials.ts";
import { changeWords, notSentWords, STOP_NOT_KNOWN } from "./not-sent.ts";
import { asked } from "./question.ts";
import { capital } from "./usage.ts";
import { at, count, note, people, quoted, sentence, type, who } from "./words.ts";

export const decidedCard = (order: Order): Card => ({
  about: aboutOrder(order),
  ...drawn(order),
});

function drawn(order: Order): Card {
  const { plan, phase, action } = order;
  const words = actionWords[action];
  const name = quoted(plan.name);
  switch (phase.is) {
    case "approved":
      return { ...takenCard(order, phase), ...waitingPart(order, phase) };
    case "sending":
    case "sent":
      return takenCard(order, phase);
    case "closed":
      return closedCard(order, phase.how, phase.at);
    case "asked":
      return { tone: "question", title: `${words.ask} ${name}?`, lines: [asked(order)] };
    default:
      return phase satisfies never;
  }
}

type Taken = Extract<OrderPhase, { by: readonly Person[] }>;

const takenCard = (order: Order, phase: Taken): Card => ({
  tone: "running",
  title: `Approved, being sent to EM: ${orderName(order)}`,
  lines: [
    asked(order),
    ["Approved by ", ...people(phase.by), ...("at" in phase ? [" ", at(phase.at)] : []), "."],
  ],
  next: "The bot sends the order once and follows it here.",
});

type Approved = Extract<OrderPhase, { is: "approved" }>;
type Waits = NonNullable<Approved["waits"]>;

/** Nothing was sent yet, since EM or the platform cannot be asked. */
function waitingPart(order: Order, { waits }: Approved): Partial<Card> {
  if (!waits) return {};
  return {
    tone: "warning",
    title: `Approved, not sent yet: ${orderName(order)}`,
    next: [waitsWords(waits), " I try until ", at(waits.until), "."],
  };
}

const waitsWords = ({ why, of }: Waits) =>
  of ? sentence(unreadableOfWords(of, why)) : `EM cannot be asked: ${sentence(why)}`;

function closedCard(order: Order, how: Closed, when: number): Card {
  const { tone, short, line } = closedWords(how, actionWords[order.action].undone);
  const done = how.is === "stopped" || how.is === "not-known";
  return {
    tone,
    title: `${capital(short)}: ${orderName(order)}`,
    lines: [asked(order), ...(how.is === "not-sent" ? approvedBy(order) : []), line],
    next: done ? "The run's own card shows how it goes on." : askAgain(order),
    footer: ["Closed ", at(when)],
  };
}

/** All that was typed, so that another time or plan is not asked for unawares. */
export function askAgain(order: Order): Line {
  const { action, from, reason } = order;
  const before =
    action === "start" && from.points === "before" ? ` before ${exactly(from.at)}` : "";
  const because = reason === undefined ? "" : ` because ${reason}`;
  return ["To ask again, type ", type(`${action} ${typedPlanOf(order)}${before}${because}`), "."];
}

/** As it can be typed in any time zone, such as `2026-11-21T05:00Z`. */
const exactly = (at: number): string => new Date(at).toISOString().replace(/(?::00)?\.\d+Z$/, "Z");

const approvedBy = ({ approvals }: Order): Line[] =>
  approvals.length > 0
    ? [["Approved by ", ...people(approvals.map(({ person }) => person)), "."]]
    : [];

function closedWords(how: Closed, undone: string): { tone: Tone; short: string; line: Line } {
  switch (how.is) {
    case "cancelled":
      return {
        tone: "plain",
        short: undone,
        line: ["Cancelled by ", who(how.by), ". Nothing was sent."],
      };
    case "expired":
      return {
        tone: "plain",
        short: undone,
        line: "Nobody approved it in time. Nothing was sent.",
      };
    case "not-sent":
      return { tone: "bad", short: undone, line: sentence(notSentWords(how.why)) };
    case "stopped":
      return {
        tone: "warning",
        short: "EM has deleted the task",
        line: "What that does to VMs already started is not documented.",
      };
    case "not-known":
      return { tone: "bad", short: "outcome not known", line: sentence(STOP_NOT_KNOWN) };
    default:
      return how satisfies never;
  }
}

/** In the thread of the run whose task was to be stopped. */
export function stopLine({ phase, by }: Order, notify: readonly Person[]): Card {
  const known = phase.is === "closed" && phase.how.is === "stopped";
  return {
    tone: "warning",
    title: known
      ? `EM has deleted this order's task, as ${by.name} ordered`
      : `${by.name} ordered to stop this order's task; EM's answer was lost`,
    lines: ["What that does to VMs already started is not documented. I watch on."],
    notify,
  };
}

export const approvedLine = (by: Person, missing: number): Card =>
  note(`Approved by ${by.name}; ${count(missing, "approval")} still needed`);

export const lastApprovalLine = (by: Person): Card => note(`Approved by ${by.name}`);

export const cancelledLine = (by: Person): Card =>
  note(`Cancelled by ${by.name}. Nothing was sent`);

export const expiredLine = note(
  "The question has closed",
  "Nobody approved it in time. Nothing was sent.",
);

/** In the thread, where no session follows that would be told. */
export const takenLine: Card = { tone: "plain", title: "EM has taken the order", lines: [] };

export const voidLine = ({ by }: Order, change: PlanChange): Card => ({
  tone: "warning",
  title: "The approval is void, and nothing was sent",
  lines: [
    `${sentence(changeWords(change))} Look at the card above: it shows what is there now, and asks again.`,
  ],
  notify: [by],
});

export const notSentLine = (order: Order, why: NotSent, notify: readonly Person[]): Card => ({
  tone: "bad",
  title: `${capital(actionWords[order.action].undone)}: ${orderName(order)}`,
  lines: [sentence(notSentWords(why))],
  notify,
  alsoInChannel: true,
});
