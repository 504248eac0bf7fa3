/** Short answers: what was not understood, and what is not done, with what to do instead. */
import { platformName } from "../chat/platform-name.ts";
import type { Card, CommandHint, Line, MessageRef, Person, Place, Span } from "../chat/port.ts";
import type { FailoverPlan } from "../em/types.ts";
import type { Denial } from "../records/asker.ts";
import type { Blocker } from "../records/blocker.ts";
import { type Closed, lineCode, type NotAnother, type Order } from "../records/order.ts";
import type { Action } from "../records/watch.ts";
import { actionWords, orderName } from "./actions.ts";
import { blockerWords } from "./blockers.ts";
import { denialWords, notAnotherWords, othersMay, unreadableOfWords } from "./denials.ts";
import { UNDO_COSTS } from "./end.ts";
import { notSentWords, STOP_NOT_KNOWN } from "./not-sent.ts";
import { askAgain } from "./order-card.ts";
import { planPicker } from "./picker.ts";
import { confirmLine, howToConfirm } from "./question.ts";
import { usageOf } from "./usage.ts";
import {
  at,
  count,
  note,
  people,
  placeWords,
  quoted,
  refusalCard,
  sentence,
  type,
  who,
} from "./words.ts";

type Help = Pick<CommandHint, "name" | "usage" | "options">;

/**
 * Where a plan is asked for and none was given, one can be picked. `beside`: what was typed without
 * it; absent where something else is wrong with the line.
 */
export function misreadCard(why: string, command: Help, beside: string | undefined): Card {
  const { name, options } = command;
  const usage: Line = ["Type ", type(usageOf(command)), "."];
  const wantsPlan = beside !== undefined && options[0]?.takes === "plan" && options[0].required;
  if (!wantsPlan) return refusalCard(`Not understood: ${name}`, [sentence(why)], usage);
  const picker = planPicker(name, beside);
  const card: Card = {
    tone: "question",
    title: `${name}: which plan?`,
    lines: [sentence(why)],
    next: usage,
  };
  return picker ? { ...card, picker } : card;
}

export function unknownVerbCard(verb: string, nearest: string | undefined): Card {
  const hint: Line = nearest ? ["Did you mean ", type(nearest), "? "] : [];
  return refusalCard(
    `There is no verb ${quoted(verb)}`,
    [],
    [...hint, type("help"), " shows what you can type."],
  );
}

export const notAllowedCard = (verb: string, why: Denial): Card =>
  refusalCard(
    `Not allowed: ${verb}`,
    [sentence(denialWords(why)), ...othersMay(why), "Nothing was done."],
    [type("help"), " shows what you can do here."],
  );

/** To somebody whose own order waits for others, or who has approved it. */
export const cannotApproveCard = (order: Order, why: NotAnother): Card =>
  refusalCard(
    `Somebody else must approve it: ${orderName(order)}`,
    [sentence(notAnotherWords(why)), "This changed nothing."],
    ["Ask a colleague to press Approve, or to ", ...howToConfirm(order), "."],
  );

/** To somebody who confirmed, while the platform does not say whether `of` still may. */
export const cannotTellCard = (order: Order, of: Person, why: string): Card =>
  refusalCard(
    `Not approved: ${orderName(order)}`,
    [
      sentence(unreadableOfWords(of, why)),
      "So it is not known whether all who asked and approved still may. The question stands.",
    ],
    ["Try again in a moment: ", ...howToConfirm(order), "."],
  );

export const tooOldCard = (typedAt: number): Card =>
  refusalCard(
    "Not carried out: it arrived too late",
    [["This was sent ", at(typedAt), " and reached me only now. Nothing was done."]],
    "If it is still wanted, do it again.",
  );

/** To somebody who asked where the bot may not write; `instead`: where its card stands now. */
export const cannotSpeakCard = (why: string, instead: Place | undefined): Card =>
  refusalCard("I cannot write here", [
    sentence(why),
    instead
      ? `What you asked for stands in ${platformName[instead.platform]}'s channel ${instead.channel} instead.`
      : "What you asked for waits until I can; nothing was sent.",
  ]);

/** `watch`: what to type after the verb to see what is in the way. */
export const blockedCard = (
  action: Action,
  plan: FailoverPlan,
  blockers: readonly Blocker[],
  watch?: string,
): Card =>
  refusalCard(
    `Not possible now: ${actionWords[action].of}${plan.name}`,
    blockers.map(blockerWords),
    watch === undefined
      ? ["Nothing was sent. ", type("status"), " shows what runs."]
      : ["Nothing was sent. ", type(`watch ${watch}`), " follows what runs."],
  );

/** A plan has one order at a time: `holder`, whose card stands at `ref`. */
export function heldCard(
  plan: FailoverPlan,
  holder: Order | undefined,
  ref: MessageRef | undefined,
): Card {
  const link: Span[] = ref?.link ? [" ", { link: ref.link, text: "Open it" }, "."] : [];
  if (!holder)
    return refusalCard(
      `Held by another run: ${plan.name}`,
      ["Nothing was sent."],
      [type("watches"), " shows what is being watched."],
    );
  const { by, askedAt, needs, phase } = holder;
  const missing = needs.approvals - holder.approvals.length;
  const approvals =
    phase.is === "asked" && needs.approvals > 0 ? `; ${count(missing, "approval")} missing` : "";
  return refusalCard(
    `${standing(phase)}: ${orderName(holder)}`,
    [
      ["Asked by ", who(by), " ", at(askedAt), `${approvals}.`, ...link],
      "A plan has one order at a time, so nothing new was sent.",
    ],
    heldNext(holder),
  );
}

function standing(phase: Order["phase"]): string {
  if (phase.is === "asked") return "Asked for already, waits for approval";
  return phase.is === "sent" ? "Runs already" : "Approved already, on its way to EM";
}

/** There is nothing to watch before EM has the order. */
function heldNext(holder: Order): Line {
  const { phase, id, plan, shared } = holder;
  if (phase.is === "sent") return [type(`watch ${id}`), " shows it here too."];
  if (phase.is !== "asked") return [type(`watch ${id}`), " shows it as soon as EM has it."];
  return [
    "Look at its card; ",
    ...(lineCode(holder) === undefined ? [type(confirmLine(holder))] : ["the code there"]),
    " confirms it, ",
    type(`cancel ${shared ? id : quoted(plan.name)}`),
    " drops it.",
  ];
}

/** To somebody who watches what is no run yet. */
export const notRunningYetCard = (order: Order, ref: MessageRef | undefined): Card =>
  heldCard(order.plan, order, ref);

/** To somebody who decided in another place than that of the question. */
export function decidedElsewhereCard(order: Order, ref: MessageRef | undefined): Card {
  const { phase, needs, approvals } = order;
  const missing = needs.approvals - approvals.length;
  const said: Readonly<Record<Order["phase"]["is"], string>> = {
    asked: `Approved by you, ${count(missing, "approval")} still needed`,
    approved: "Approved by you",
    sending: "Approved by you",
    sent: "Approved by you",
    closed: "Cancelled by you, nothing was sent",
  };
  const title = `${said[phase.is]}: ${orderName(order)}`;
  return { ...note(title, ...standsAt(order, ref)), next: watchHint(order) };
}

/** Where a question or run stands, as far as its platform has such addresses. */
function standsAt({ place, phase }: Order, ref: MessageRef | undefined): Line[] {
  const where = `${phase.is === "closed" ? "Its card stands" : "It goes on"} in ${placeWords(place)}`;
  return ref?.link ? [[`${where}: `, { link: ref.link, text: "open it" }, "."]] : [`${where}.`];
}

const watchHint = ({ id, phase }: Order): Line =>
  phase.is === "asked" || phase.is === "closed"
    ? [type("help"), " shows what you can do here."]
    : [type(`watch ${id}`), " shows it here too."];

export function decidedAlreadyCard(order: Order, ref: MessageRef | undefined): Card {
  const { phase, plan } = order;
  const title = `Already decided: failover plan ${quoted(plan.name)}`;
  if (phase.is === "closed") {
    const how = closedStory(phase.how, phase.at);
    const where: Line[] = ref?.link ? [[{ link: ref.link, text: "Open its card" }, "."]] : [];
    return refusalCard(title, [...how, ...where], askAgain(order));
  }
  const by = "by" in phase ? phase.by : [];
  return refusalCard(
    title,
    [["It was approved by ", ...people(by), "; this changed nothing."], ...standsAt(order, ref)],
    ["Watch it with ", type(`watch ${order.id}`), "."],
  );
}

/** Why it was not sent may have passed since. */
function closedStory(how: Closed, when: number): Line[] {
  if (how.is === "cancelled") return [["It was cancelled by ", who(how.by), " ", at(when), "."]];
  if (how.is === "expired")
    return [["Nobody approved it in time; the question closed ", at(when), "."]];
  if (how.is === "stopped") return [["It was carried out ", at(when), "."]];
  const why = sentence(how.is === "not-known" ? STOP_NOT_KNOWN : notSentWords(how.why));
  return [["It was closed ", at(when), ", as things stood then:"], why];
}

export const mismatchCard = (order: Order, ref?: MessageRef): Card =>
  refusalCard(
    "That does not confirm it",
    [
      `What was typed is not ${order.confirmation.by === "code" ? "the code on the card" : "the plan's name"}. Nothing was sent.`,
    ],
    ["To confirm it, ", ...howToConfirm(order, ref), "."],
  );

export const nothingPendingCard = (verb: string): Card =>
  refusalCard(
    `Nothing to ${verb}`,
    ["No question is open here. It may have expired or been decided."],
    ["Ask with ", type("start <plan>"), "."],
  );

export const severalPendingCard = (orders: readonly Order[], verb: string): Card =>
  refusalCard(
    "Several questions are open",
    openQuestions(orders, verb),
    "Name one of them. Nothing was done.",
  );

export const severalToConfirmCard = (orders: readonly Order[]): Card =>
  refusalCard(
    "Several questions are open",
    orders.map((order) => [
      `${actionWords[order.action].ask} ${quoted(order.plan.name)}${tenantWords(order)}: `,
      ...howToConfirm(order),
    ]),
    "Confirm one of them. Nothing was done.",
  );

export const noSuchPendingCard = (orders: readonly Order[], verb: string, typed: string): Card =>
  refusalCard(
    `No open question fits ${quoted(typed)}`,
    openQuestions(orders, verb),
    "Type what stands above. Nothing was done.",
  );

const openQuestions = (orders: readonly Order[], verb: string): Line[] =>
  orders.map(({ id, action, plan }) => [
    type(`${verb} ${id}`),
    ` – ${actionWords[action].ask} ${quoted(plan.name)}${tenantWords({ plan })}`,
  ]);

const tenantWords = ({ plan: { tenant } }: Pick<Order, "plan">) =>
  tenant ? `, tenant ${tenant.name}` : "";

/** Somebody wants to cancel what already runs: the truth about that. */
export const cannotCancelCard = (name: string): Card =>
  refusalCard(
    "Nothing to cancel",
    [
      `No question is open here; failover plan ${quoted(name)} runs already.`,
      [
        "EM's API cannot stop a running failover session; while the order's task still runs, ",
        type(`stop ${quoted(name)}`),
        " can delete that.",
      ],
    ],
    [
      "Once it has ended, ",
      type(`undo ${quoted(name)}`),
      ` takes it back; ${UNDO_COSTS}. `,
      type("status"),
      " shows how it stands.",
    ],
  );

/** To whoever called off what is being sent. */
export const stopHeldCard = (name: string): Card =>
  note(
    `${quoted(name)} is being sent to EM already`,
    "As soon as EM has told which task it is, I have EM delete that task. What that does to VMs already started is not documented; the run is watched on.",
  );

export const notStoppableCard = (name: string): Card =>
  refusalCard(
    `No task of ${quoted(name)} runs now`,
    [
      "EM's API offers a stop only while the task of an order runs, and only in the logon that ordered it.",
      "A failover session that runs already cannot be stopped through the API.",
    ],
    [
      "Once the session has ended, ",
      type(`undo ${quoted(name)}`),
      ` takes it back; ${UNDO_COSTS}.`,
    ],
  );

/** To somebody who pressed what belongs to no order any more. */
export const oldButtonCard = note("That button is from long ago", "Nothing was done.");
