/** From what people do to what is saved: the one loop that reacts to people; `answering.ts` answers. */

import type { DoctorCheck } from "../chat/check.ts";
import type { CommandHint, Handlers, Incoming, Pressed, Typed } from "../chat/port.ts";
import type { AnyCommand, Context, Outcome } from "../commands/command.ts";
import { newReference } from "../ids.ts";
import { cannotSpeakCard, mismatchCard, oldButtonCard } from "../messages/answers.ts";
import { refusedWords } from "../messages/audit-words.ts";
import { pickedLine } from "../messages/picker.ts";
import { allPointsCard } from "../messages/question.ts";
import { allVmsCard } from "../messages/run.ts";
import { endedAlreadyCard, oldRunCard } from "../messages/watch-answers.ts";
import { askFor } from "../orders/asking.ts";
import { findOrder } from "../orders/holds.ts";
import { confirms, withoutItsVerb } from "../orders/order.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Actor } from "../records/asker.ts";
import type { Order } from "../records/order.ts";
import type { Services } from "../services.ts";
import { topicId } from "../speech/topics.ts";
import { watchInHand } from "../store/in-hand.ts";
import { readMessage } from "../typed/message.ts";
import { beginWatch, unwatchHere, watchHere } from "../watch/places.ts";
import { keepAnswer } from "./answered.ts";
import { type Answering, answer, answerFault, listShownTo, say } from "./answering.ts";
import { backUpInto } from "./backing-up.ts";
import { toBareAnswer } from "./bare-answers.ts";
import { clearTasks, collectFrom } from "./em-housekeeping.ts";
import { createLateLines, type LateLines } from "./hearing.ts";
import { noteDown } from "./noting.ts";
import { mayQuiet } from "./quieting.ts";
import { cameLate, forbidden, nothingFits, type Reaction, reactionTo, verbOf } from "./reaction.ts";
import { commandIn, notRead, toEdited } from "./reading.ts";
import { acting, createReception, type Reception } from "./received.ts";
import type { RefusalLog } from "./refusals.ts";
import { reportHere, reportTopic } from "./reporting.ts";
import { settle } from "./settle.ts";

export interface BotParts
  extends Pick<
    Services,
    | "em"
    | "emKey"
    | "sandbox"
    | "plans"
    | "store"
    | "locks"
    | "copyTo"
    | "wakeups"
    | "outbox"
    | "permissions"
    | "onCall"
    | "clock"
    | "log"
  > {
  readonly commands: readonly AnyCommand[];
  readonly refusals: RefusalLog;
  readonly timeZone: string;
  readonly confirmMs: number;
  /** Looks at all that the bot stands on. */
  diagnose(): Promise<readonly DoctorCheck[]>;
}

export interface Bot extends Handlers {
  /**
   * Ids of the runs that people have ordered or asked to watch since the start of this process, and
   * want to hear of still.
   */
  readonly begun: ReadonlySet<string>;
  /** How many commands were refused or failed since the start of this process. */
  readonly refused: number;
}

interface State extends BotParts, Answering {
  readonly begun: Set<string>;
  readonly reception: Reception;
  readonly late: LateLines;
}

/** What arrives later than this was held up on its way; it may no longer be meant. */
const OLDEST_MS = 60_000;

/** Whoever knows the places adds `moved`. */
export function createBot(parts: BotParts): Omit<Bot, "moved"> {
  const reception = createReception(parts);
  const late = createLateLines(parts);
  const state: State = { ...parts, reception, late, begun: new Set(), refused: 0 };
  return {
    commands: parts.commands as readonly CommandHint[],
    arriving: state.reception.saveSoon,
    incoming: (incoming) =>
      receive(state, { ...incoming, from: state.permissions.shownAs(incoming.from) }),
    lastHeard: late.lastHeard,
    allHeard: late.allHeard,
    complete: parts.plans.complete,
    begun: state.begun,
    get refused() {
      return state.refused;
    },
  };
}

/** All log lines about one delivery bear the reference that also stands on a card of its fault. */
async function receive(state: State, incoming: Incoming): Promise<void> {
  if (incoming.kind === "typed" && incoming.missed && isLate(state, incoming))
    return state.late.hold(incoming);
  const { kind, delivery, place, from } = incoming;
  const reference = newReference();
  const log = state.log.child({ reference, delivery, platform: place.platform, person: from.id });
  log.debug({ kind, place }, "heard");
  let reaction: Reaction | undefined;
  try {
    if (!(await state.reception.take(incoming))) return log.info("a delivery came twice");
    reaction = await react(state, incoming);
    await answer(state, incoming, reaction);
    log.info({ kind, channel: place.channel }, "handled");
  } catch (error) {
    const isCounted = reaction?.refused !== undefined;
    await answerFault(state, incoming, error, { reference, log, isCounted });
  }
  if (!isEdited(incoming)) await keepAnswer(state, incoming);
  await state.reception.settle(incoming);
}

/** Does what was asked for, as far as that is allowed and possible; gives what is said to that. */
function react(state: State, incoming: Incoming): Promise<Reaction> | Reaction {
  if (isLate(state, incoming))
    return isEdited(incoming)
      ? {}
      : cameLate(verbOf(incoming, state.commands) ?? "a line", incoming.at, state.clock.now());
  return incoming.kind === "typed" ? obey(state, incoming) : press(state, incoming);
}

const isLate = ({ clock }: State, { at }: Incoming) => clock.now() - at > OLDEST_MS;

const isEdited = (incoming: Incoming) => incoming.kind === "typed" && incoming.edited === true;

async function obey(state: State, incoming: Typed): Promise<Reaction> {
  const read = readMessage(incoming.text, state.commands);
  const found = commandIn(read, state.commands);
  if (incoming.edited) return toEdited(read);
  if (!found) return (await toBareAnswer(incoming, state)) ?? notRead(read, state.commands);
  const asker = await state.permissions.actor(incoming);
  const { name, permission } = found.command;
  const allowed = state.permissions.allows(asker, { verb: name, group: permission });
  if (!allowed.ok) return forbidden(wantedIn(found.command, found.rest), allowed.why);
  const unnamed = await toBareAnswer(incoming, state);
  if (unnamed) return unnamed;
  const context = await contextFor(state, incoming, asker);
  return act(state, incoming, name, await found.command.handle(found.rest, context));
}

/** With the plan, which the rest of the line names; clipped, as anything may stand there. */
const wantedIn = ({ name, permission }: AnyCommand, rest: string) =>
  permission === "order" && rest !== "" ? `${name} ${[...rest].slice(0, 80).join("")}` : name;

async function contextFor(state: State, incoming: Incoming, actor: Actor): Promise<Context> {
  const { em, emKey, sandbox, store, timeZone, confirmMs, commands, permissions, plans, diagnose } =
    state;
  const { from, place } = incoming;
  return {
    em,
    emKey,
    sandbox,
    store,
    timeZone,
    confirmMs,
    commands,
    person: from,
    place,
    ...(incoming.datedAt === undefined ? {} : { typedAt: incoming.datedAt }),
    ...("answers" in incoming ? { answers: incoming.answers } : {}),
    now: state.clock.now(),
    listed: await listShownTo(store, incoming),
    clock: state.clock,
    plans,
    diagnose,
    actor,
    identity: permissions.identity(from),
    allows: (deed) => permissions.allows(actor, deed),
    whoMay: (deed) => permissions.whoMay(deed, place),
    targetsFor: permissions.targetsFor,
  };
}

async function act(
  state: State,
  incoming: Incoming,
  verb: string,
  outcome: Outcome,
): Promise<Reaction> {
  switch (outcome.is) {
    case "reply":
      return reactionTo(outcome, verb);
    case "confirm":
      return ask(state, incoming, outcome.order);
    case "decide":
      return settle(state, incoming, outcome.order, outcome.decision);
    case "watch":
      return watch(state, incoming, outcome.target);
    case "unwatch":
      return unwatch(state, incoming, outcome.watch);
    case "report":
      return report(state, incoming, outcome.run);
    case "note":
      return noteDown(state, incoming, outcome);
    case "collect":
      return collectFrom(state, incoming, outcome.servers);
    case "back-up":
      return backUpInto(outcome.file, state);
    case "clear-tasks":
      return clearTasks(state, incoming, outcome.tasks, outcome.logon);
    default:
      return outcome satisfies never;
  }
}

async function ask(state: State, incoming: Incoming, order: Order): Promise<Reaction> {
  const listening = tellIfRefused(state, incoming, order.topic);
  const held = await askFor(order, { ...state, store: acting(state.store, incoming) });
  if (!held) {
    state.wakeups.wake("speech");
    return {};
  }
  listening.end();
  return {
    card: held,
    refused: {
      kind: "not-done",
      what: refusedWords(`${order.action} ${order.plan.name}`, { is: "held" }),
    },
  };
}

/** Whoever asks where the bot may not speak is told so, as the answer itself can not be there. */
function tellIfRefused(state: State, incoming: Incoming, topic: string) {
  return state.outbox.onRefusal(topic, (why, instead) =>
    say(state, incoming, cannotSpeakCard(why, instead), "sender").catch((error) =>
      state.log.warn({ err: error }, "nobody could be told that the bot may not speak"),
    ),
  );
}

async function report(state: State, incoming: Incoming, run: string): Promise<Reaction> {
  const listening = tellIfRefused(state, incoming, reportTopic(incoming));
  const reaction = await reportHere(state, incoming, run);
  if (reaction.card) listening.end();
  return reaction;
}

async function watch(
  state: State,
  incoming: Incoming,
  { is, watch: watched }: (Outcome & { is: "watch" })["target"],
): Promise<Reaction> {
  const listening = tellIfRefused(state, incoming, topicId(watched.id, incoming.place));
  const known =
    is === "new" ? await beginWatch(watched, incoming.place, state, incoming.from) : watched;
  state.begun.add((known ?? watched).id);
  const showing = { ...state, store: acting(state.store, incoming) };
  const unshown = known && (await watchHere(known, incoming.place, showing, incoming.from));
  state.wakeups.wake("speech");
  state.wakeups.wake("watch");
  if (!unshown) return {};
  listening.end();
  const { card, why } = unshown;
  return why === "ended" ? nothingFits("watch", card) : { card, audience: "sender" };
}

/**
 * Buttons: `confirm:<run>` with the typed text, `cancel:<run>`, `unwatch:<watch>`, `vms:<watch>`; a
 * picker: `pick:<line>`.
 */
async function press(state: State, incoming: Pressed): Promise<Reaction> {
  const picked = pickedLine(incoming.token, incoming.text);
  if (picked !== undefined) return obey(state, { ...incoming, kind: "typed", text: picked });
  const [deed = "", id = ""] = incoming.token.split(":");
  const asker = await state.permissions.actor(incoming);
  const allowed = state.permissions.allows(asker, {
    verb: deed,
    group: deed === "confirm" ? "order" : "read",
  });
  if (!allowed.ok) {
    const order = await findOrder(state.store, id);
    return forbidden(order ? `${deed} ${order.plan.name}` : deed, allowed.why);
  }
  if (deed === "unwatch") return stopWatching(state, incoming, id);
  if (deed === "vms") return showVms(state, id);
  return deed === "confirm" || deed === "cancel"
    ? decide(state, incoming, id, deed)
    : nothingFits(deed, oldButtonCard);
}

async function decide(
  state: State,
  incoming: Pressed,
  id: string,
  decision: "confirm" | "cancel",
): Promise<Reaction> {
  const order = await findOrder(state.store, id);
  if (order?.em !== state.emKey) return nothingFits(decision, oldButtonCard);
  const mustType = order.needs.by === "type" && order.phase.is === "asked";
  const isWrong =
    decision === "confirm" &&
    mustType &&
    !confirms(order, withoutItsVerb(order, incoming.text ?? ""));
  if (!isWrong) return settle(state, incoming, order, decision);
  const what = refusedWords(`confirm ${order.plan.name}`, { is: "mismatch" });
  return { card: mismatchCard(order), refused: { kind: "not-done", what, run: order.id } };
}

async function showVms(state: State, id: string): Promise<Reaction> {
  const watch = (await watchInHand(state.store, id)) ?? (await state.store.get("past-watches", id));
  if (watch?.of === "failover") return { card: allVmsCard(watch), audience: "sender" };
  const order = await findOrder(state.store, id);
  return order?.em === state.emKey
    ? { card: allPointsCard(order, state.clock.now()), audience: "sender" }
    : nothingFits("vms", oldRunCard);
}

async function stopWatching(state: State, incoming: Pressed, id: string): Promise<Reaction> {
  const found = await watchInHand(state.store, id);
  if (!found) return nothingFits("unwatch", endedAlreadyCard);
  return unwatch(state, incoming, found);
}

async function unwatch(state: State, incoming: Incoming, watched: AnyWatch): Promise<Reaction> {
  if (!(await mayQuiet(state, incoming, watched)))
    return forbidden(`unwatch ${watched.subject.name}`, { is: "not-yours" });
  const quieting = { ...state, store: acting(state.store, incoming) };
  const card = await unwatchHere(watched, incoming.place, incoming.from, quieting);
  state.begun.delete(watched.id);
  state.wakeups.wake("speech");
  return card ? nothingFits("unwatch", card) : {};
}
