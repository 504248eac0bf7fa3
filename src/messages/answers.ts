/** Short answers: help, refusals, faults. */
import { platformName } from "../chat/platform-name.ts";
import type { Card, CommandHint, Line, MessageRef, Place, Span } from "../chat/port.ts";
import type { AnyCommand } from "../core/commands.ts";
import type { Closed, Order } from "../core/orders.ts";
import type { FailoverPlan } from "../em/types.ts";
import type { Allowed, Asker } from "../policy/decide.ts";
import type { Action } from "../watch/watch.ts";
import { actionWords } from "./actions.ts";
import { confirmLine } from "./question.ts";
import { at, count, list, people, placeWords, quoted, sentence, spans, type, who } from "./words.ts";

const refusal = (title: string, lines: readonly Line[], next?: Line): Card => ({
  tone: "warning",
  title,
  lines,
  ...(next === undefined ? {} : { next }),
});

const usageOf = ({ name, usage }: CommandHint) => (usage === "" ? name : `${name} ${usage}`);

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

type Help = Pick<AnyCommand, "name" | "usage" | "summary" | "details" | "options">;

export interface OpenTo {
  readonly command: Help;
  readonly allowed: Allowed;
}

export interface HelpFacts {
  readonly all: readonly OpenTo[];
  readonly held: readonly { readonly order: Order; readonly ref?: MessageRef }[];
  readonly sandbox: boolean;
  readonly human: string;
  /** There is no policy file. */
  readonly byDefault: boolean;
}

/** What holds without a policy file. */
export const withoutPolicy =
  "There is no policy file (POLICY_FILE). Chats may only read, in the channels of SLACK_CHANNELS and DISCORD_CHANNELS; at the terminal all is open.";

/** What this person can do here; and what not, and why. */
export function helpCard({ all, held, sandbox, human, byDefault }: HelpFacts): Card {
  const open = all.filter(({ allowed }) => allowed.ok);
  return {
    tone: "plain",
    title: sandbox ? "What you can type (this is the sandbox: nothing real happens)" : "What you can type",
    lines: [
      ...open.map(({ command }): Line => [type(usageOf(command)), ` – ${command.summary}`]),
      ...closedLines(all),
      ...held.map(heldLine),
      ...(byDefault ? [withoutPolicy] : []),
    ],
    next: [
      type("help start"),
      " says more about one verb. A plan is named by its name, a part of it, its number in the last list, or name @ tenant.",
    ],
    footer: `For ${human}`,
  };
}

/** A plan has one order at a time: while one holds it, there is no other. */
function heldLine({ order, ref }: HelpFacts["held"][number]): Line {
  const { plan, by, askedAt, id } = order;
  const link: Span[] = ref?.link ? [" ", { link: ref.link, text: "Open it" }, "."] : [];
  const held = `Closed for now: plan ${quoted(plan.name)} is held by ${id}, asked by `;
  return [held, who(by), " ", at(askedAt), ".", ...link];
}

/** Verbs that are closed for one reason, in one line. */
function closedLines(all: readonly OpenTo[]): Line[] {
  const reasons = new Map<string, string[]>();
  for (const { command, allowed } of all)
    if (!allowed.ok) reasons.set(allowed.why, [...(reasons.get(allowed.why) ?? []), command.name]);
  return [...reasons].map(
    ([why, verbs]): Line => [`Closed to you here: ${list(verbs, 20)}. ${sentence(why)}`],
  );
}

export function whoamiCard({ person, place, groups }: Asker, human: string): Card {
  const told =
    "unreadable" in groups
      ? `cannot be read: ${groups.unreadable}`
      : list(groups) || "none that a rule asks for";
  return note(
    `You are ${human}`,
    [`Account: ${person.platform} ${person.id}, shown as `, who(person), "."],
    `Here: ${placeWords(place)}.`,
    `Groups: ${sentence(told)}`,
  );
}

export function verbHelpCard({ command, allowed }: OpenTo): Card {
  const closed = allowed.ok ? [] : [`Closed to you here. ${sentence(allowed.why)}`];
  return {
    tone: "plain",
    title: usageOf(command),
    lines: [sentence(capital(command.summary)), ...command.details, ...closed],
  };
}

/** Where a plan is asked for and none was given, one can be picked. */
export function misreadCard(why: string, command: Help, typed: string): Card {
  const { name, options } = command;
  const usage: Line = ["Type ", type(usageOf(command)), "."];
  const wantsPlan = typed === "" && options[0]?.takes === "plan" && options[0].required;
  if (!wantsPlan) return refusal(`Not understood: ${name}`, [sentence(why)], usage);
  const picker = { label: "Choose a plan", token: `pick:${name}` };
  return { tone: "question", title: `${name}: which plan?`, lines: [sentence(why)], next: usage, picker };
}

export function unknownVerbCard(verb: string, nearest: string | undefined): Card {
  const hint: Line = nearest ? ["Did you mean ", type(nearest), "? "] : [];
  return refusal(
    `There is no verb ${quoted(verb)}`,
    [],
    [...hint, type("help"), " shows what you can type."],
  );
}

export const notAllowedCard = (verb: string, why: string): Card =>
  refusal(
    `Not allowed: ${verb}`,
    [sentence(why), "Nothing was done."],
    [type("help"), " shows what you can do here."],
  );

export const tooOldCard = (typedAt: number): Card =>
  refusal(
    "Not carried out: it arrived too late",
    [["This was sent ", at(typedAt), " and reached me only now. Nothing was done."]],
    "If it is still wanted, do it again.",
  );

/** To somebody who asked where the bot may not write; `instead`: where its card stands now. */
export const cannotSpeakCard = (why: string, instead: Place | undefined): Card =>
  refusal("I cannot write here", [
    sentence(why),
    instead
      ? `What you asked for stands in ${platformName[instead.platform]}'s channel ${instead.channel} instead.`
      : "What you asked for waits until I can; nothing was sent.",
  ]);

/** EM's failure, the store's or our own; `reference` is found in the log. */
export const faultCard = (what: string, why: string, perhapsDone: boolean, reference: string): Card => ({
  tone: "bad",
  title: `Could not ${what}`,
  lines: [sentence(why), perhapsDone ? "It may or may not have been carried out." : "Nothing was changed."],
  footer: `Reference ${reference}`,
});

export function unknownPlanCard(typed: string, nearest: readonly FailoverPlan[]): Card {
  const title = typed === "" ? "Which plan?" : `No failover plan ${quoted(typed)}`;
  if (nearest.length === 0) return refusal(title, ["EM shows no plans."]);
  const names = [...new Set(nearest.map(({ name }) => name))];
  return refusal(
    title,
    [["Nearest: ", ...names.flatMap((name, i) => [i > 0 ? ", " : "", type(quoted(name))])]],
    [type("plans"), " lists them all."],
  );
}

/** `words` are what to type for each. */
export function severalPlansCard(
  typed: string,
  plans: readonly { plan: FailoverPlan; words: string }[],
): Card {
  return refusal(
    `Several plans fit ${quoted(typed)}`,
    plans
      .slice(0, 10)
      .map(({ plan, words }): Line => [type(words), plan.tenant ? ` – tenant ${plan.tenant.name}` : ""]),
    "Name one of them. Nothing was done.",
  );
}

export const blockedCard = (action: Action, plan: FailoverPlan, blockers: readonly string[]): Card =>
  refusal(`${actionWords[action].noun} ${quoted(plan.name)}: not possible now`, blockers, [
    "Nothing was sent. ",
    type("status"),
    " shows what runs.",
  ]);

export function heldCard(plan: FailoverPlan, holder: Order | undefined, ref: MessageRef | undefined): Card {
  const link: Line = ref?.link ? [" ", { link: ref.link, text: "Open it" }, "."] : [];
  const asked: Line = holder ? ["Asked by ", who(holder.by), " ", at(holder.askedAt), `, ${holder.id}.`] : [];
  return refusal(
    `Failover plan ${quoted(plan.name)} is held by another run`,
    [
      ...(holder ? [[...spans(asked), ...spans(link)]] : []),
      "A plan has one order at a time. Nothing was sent.",
    ],
    ["Watch it with ", type(holder ? `watch ${holder.id}` : "watches"), "."],
  );
}

/** To somebody who decided in another place than that of the question. */
export function decidedElsewhereCard(order: Order, ref: MessageRef | undefined): Card {
  const { phase, plan, needs, approvals } = order;
  const missing = needs.approvals - approvals.length;
  const name = `${actionWords[order.action].noun} ${quoted(plan.name)}`;
  const said: Readonly<Record<Order["phase"]["is"], string>> = {
    asked: `approved by you; ${count(missing, "approval")} still needed`,
    approved: "confirmed by you",
    sending: "confirmed by you",
    sent: "confirmed by you",
    closed: "cancelled by you, nothing was sent",
  };
  return { ...note(`${name}: ${said[phase.is]}`, ...standsAt(order, ref)), next: watchHint(order) };
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
    return refusal(
      title,
      [how, ...where],
      ["To ask again, type ", type(`${order.action} ${quoted(plan.name)}`), "."],
    );
  }
  const by = "by" in phase ? phase.by : [];
  return refusal(
    title,
    [["It was confirmed by ", ...people(by), "; this changed nothing."], ...standsAt(order, ref)],
    ["Watch it with ", type(`watch ${order.id}`), "."],
  );
}

function closedStory(how: Closed, when: number): Line {
  if (how.is === "cancelled") return ["It was cancelled by ", who(how.by), " ", at(when), "."];
  if (how.is === "expired") return ["Nobody confirmed in time; the question closed ", at(when), "."];
  return how.is === "stopped" ? ["It was carried out ", at(when), "."] : sentence(how.why);
}

export const mismatchCard = (order: Order): Card =>
  refusal(
    "That does not confirm it",
    [
      `What was typed is not ${order.confirmation.by === "code" ? "the code on the card" : "the plan's name"}. Nothing was sent.`,
    ],
    ["To confirm it, type ", type(confirmLine(order)), "."],
  );

export const nothingPendingCard = (verb: string): Card =>
  refusal(
    `Nothing to ${verb}`,
    ["No question is open here. It may have expired or been decided."],
    ["Ask with ", type("start <plan>"), "."],
  );

export function severalPendingCard(orders: readonly Order[], verb: string): Card {
  return refusal(
    "Several questions are open",
    orders.map(
      ({ id, action, plan }): Line => [
        type(`${verb} ${id}`),
        ` – ${actionWords[action].ask} ${quoted(plan.name)}${plan.tenant ? `, tenant ${plan.tenant.name}` : ""}`,
      ],
    ),
    "Name one of them. Nothing was done.",
  );
}

/** Somebody wants to cancel what already runs: the truth about that. */
export const cannotCancelCard = (name: string): Card =>
  refusal(
    "Nothing to cancel",
    [
      `No question is open; failover plan ${quoted(name)} runs already.`,
      "EM's API cannot stop a running failover session; while the order's task still runs, stop can delete that.",
    ],
    [
      "Once it has ended, ",
      type(`undo ${quoted(name)}`),
      " takes it back. ",
      type("status"),
      " shows how it stands.",
    ],
  );

/** Between the confirmation and EM's receipt. */
export const onItsWayCard = (name: string): Card =>
  refusal(
    `Already confirmed: ${quoted(name)}`,
    ["It is being sent to EM now, so it can no longer be cancelled here."],
    [
      "As soon as EM has taken it, ",
      type("stop <plan>"),
      " asks whether to delete its task. ",
      type("watches"),
      " shows it then.",
    ],
  );

export const notStoppableCard = (name: string): Card =>
  refusal(
    `No task of ${quoted(name)} runs now`,
    [
      "EM's API offers a stop only while the task of an order runs, and only in the logon that ordered it.",
      "A failover session that runs already cannot be stopped through the API.",
    ],
    ["Once the session has ended, ", type(`undo ${quoted(name)}`), " takes it back."],
  );

export const note = (title: string, ...lines: Line[]): Card => ({ tone: "plain", title, lines });
