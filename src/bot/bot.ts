/** From what people do to what is saved: the one loop that reacts to people. */

import { closest, distance } from "fastest-levenshtein";
import type { DoctorCheck } from "../chat/check.ts";
import type {
  Card,
  CommandHint,
  Handlers,
  Incoming,
  Person,
  Place,
  Pressed,
  Typed,
} from "../chat/port.ts";
import type { AnyCommand, Context, Outcome } from "../commands/command.ts";
import { newReference } from "../ids.ts";
import { cannotSpeakCard, mismatchCard, note, unknownVerbCard } from "../messages/answers.ts";
import { pickedLine } from "../messages/picker.ts";
import { allVmsCard } from "../messages/run.ts";
import { type Taken, takeDecision, takenCard } from "../orders/approval.ts";
import { askFor } from "../orders/asking.ts";
import { findOrder } from "../orders/holds.ts";
import { confirms, mismatch } from "../orders/order.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Actor } from "../records/asker.ts";
import type { AuditDeed } from "../records/audit-entry.ts";
import type { Order } from "../records/order.ts";
import type { Listed } from "../records/routine.ts";
import type { Services } from "../services.ts";
import { topicId } from "../speech/topics.ts";
import { audited } from "../store/audit.ts";
import { parseCommand } from "../typed/line.ts";
import { beginWatch, unwatchHere, watchHere } from "../watch/places.ts";
import { auditRefusal, forbid, refuse, refuseOld, reportFault } from "./answering.ts";
import { clearTasks, collectFrom } from "./em-housekeeping.ts";

export interface BotParts
  extends Pick<
    Services,
    | "em"
    | "emKey"
    | "sandbox"
    | "plans"
    | "store"
    | "locks"
    | "outbox"
    | "permissions"
    | "clock"
    | "log"
  > {
  readonly commands: readonly AnyCommand[];
  readonly timeZone: string;
  readonly confirmMs: number;
  /** Looks at all that the bot stands on. */
  diagnose(): Promise<readonly DoctorCheck[]>;
  /** Something was saved that the watcher should look at now. */
  wakeWatcher(): void;
}

export interface Bot extends Handlers {
  /** Ids of the runs that people have ordered or asked to watch since the start of this process. */
  readonly begun: ReadonlySet<string>;
  /** How many commands were refused or failed since the start of this process. */
  readonly refused: number;
}

interface State extends BotParts {
  readonly begun: Set<string>;
  refused: number;
}

/** What arrives later than this was held up on its way; it may no longer be meant. */
const OLDEST_MS = 60_000;
const DELIVERY_KEPT_MS = 86_400_000;
const LIST_KEPT_MS = 600_000;

export function createBot(parts: BotParts): Bot {
  const state: State = { ...parts, begun: new Set(), refused: 0 };
  return {
    commands: parts.commands as readonly CommandHint[],
    incoming: (incoming) => receive(state, incoming),
    complete: parts.plans.complete,
    begun: state.begun,
    get refused() {
      return state.refused;
    },
  };
}

/** All log lines about one delivery bear the reference that also stands on a card of its fault. */
async function receive(state: State, incoming: Incoming): Promise<void> {
  const { kind, delivery, place, from } = incoming;
  const reference = newReference();
  const log = state.log.child({ reference, delivery, platform: place.platform, person: from.id });
  log.debug({ kind, place }, "heard");
  try {
    if (!(await isFirst(state, incoming))) return log.info("a delivery came twice");
    if (state.clock.now() - incoming.at > OLDEST_MS) return await refuseOld(state, incoming);
    await (incoming.kind === "typed" ? obey(state, incoming) : press(state, incoming));
    log.info({ kind, channel: place.channel }, "handled");
  } catch (error) {
    await reportFault(state, incoming, error, reference, log);
  }
}

/** The same delivery is acted on once, also after a restart. */
async function isFirst({ store }: State, { delivery, place }: Incoming): Promise<boolean> {
  const key = `${place.platform} ${delivery}`;
  const { done } = await store.commit([
    { insert: "deliveries", key, value: { version: 1 }, ttlMs: DELIVERY_KEPT_MS, require: true },
  ]);
  return done;
}

async function obey(state: State, incoming: Typed): Promise<void> {
  const { verb, rest } = parseCommand(incoming.text);
  const found = state.commands.find(({ name }) => name === (verb === "" ? "help" : verb));
  if (!found)
    return refuse(state, incoming, unknownVerbCard(verb, nearestVerb(verb, state.commands)));
  const asker = await state.permissions.actor(incoming);
  const allowed = state.permissions.allows(asker, { verb: found.name, group: found.permission });
  if (!allowed.ok) return forbid(state, incoming, found.name, allowed.why);
  const context = await contextFor(state, incoming, asker);
  await act(state, incoming, await found.handle(rest, context));
}

/**
 * A verb that gives orders is suggested only for what begins like it: somebody in a hurry may type
 * what is suggested.
 */
function nearestVerb(verb: string, commands: readonly AnyCommand[]): string | undefined {
  const begun = commands.find(({ name }) => verb.length > 1 && name.startsWith(verb));
  if (begun) return begun.name;
  const verbs = commands
    .filter(
      ({ name, permission }) => permission !== "order" || name.slice(0, 2) === verb.slice(0, 2),
    )
    .map(({ name }) => name);
  const nearest = closest(verb, verbs);
  return distance(verb, nearest) <= 2 ? nearest : undefined;
}

async function contextFor(state: State, { from, place }: Incoming, actor: Actor): Promise<Context> {
  const { em, emKey, sandbox, store, timeZone, confirmMs, commands, permissions, plans, diagnose } =
    state;
  const listed = await store.get("lists", listKey(from, place));
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
    now: state.clock.now(),
    listed: listed?.plans ?? [],
    plans,
    diagnose,
    actor,
    identity: permissions.identity(from),
    allows: (deed) => permissions.allows(actor, deed),
  };
}

const listKey = ({ platform, id }: Person, { channel, thread }: Place) =>
  [platform, id, channel, thread ?? ""].join(" ");

async function act(state: State, incoming: Incoming, outcome: Outcome): Promise<void> {
  switch (outcome.is) {
    case "reply":
      return answer(state, incoming, outcome);
    case "confirm":
      return ask(state, incoming, outcome.order);
    case "decide":
      return settle(state, incoming, outcome.order, outcome.decision);
    case "watch":
      return watch(state, incoming, outcome.target);
    case "unwatch":
      return unwatch(state, incoming, outcome.watch);
    case "collect":
      return chore(state, incoming, "collected", await collectFrom(state.em, outcome.servers));
    case "clear-tasks":
      return chore(
        state,
        incoming,
        "tasks-cleared",
        await clearTasks(state.em, outcome.tasks, outcome.logon),
      );
    default:
      return outcome satisfies never;
  }
}

async function answer(
  state: State,
  incoming: Incoming,
  { card, audience, listed, refused }: Outcome & { is: "reply" },
) {
  if (refused) state.refused += 1;
  if (typeof refused === "string") await auditRefusal(state, incoming, refused);
  if (listed) {
    const value: Listed = { version: 1, plans: listed };
    await state.store.commit([
      { put: "lists", key: listKey(incoming.from, incoming.place), value, ttlMs: LIST_KEPT_MS },
    ]);
  }
  if (card.picker) await state.plans.ready();
  await incoming.reply(card, audience ?? (refused ? "sender" : "everyone"));
}

async function chore(state: State, incoming: Incoming, deed: AuditDeed, card: Card): Promise<void> {
  const { from: who, place: where } = incoming;
  await state.store.commit([
    audited({ at: state.clock.now(), deed, who, where, what: card.title }),
  ]);
  await incoming.reply(card);
}

async function ask(state: State, incoming: Incoming, order: Order): Promise<void> {
  const listening = tellIfRefused(state, incoming, order.topic);
  const held = await askFor(order, state);
  if (!held) return state.outbox.wake();
  listening.end();
  await auditRefusal(
    state,
    incoming,
    `${order.action} ${order.plan.name}: It is held by another run`,
  );
  await refuse(state, incoming, held);
}

/** Whoever asks where the bot may not speak is told so, as the answer itself can not be there. */
function tellIfRefused({ outbox, log }: State, incoming: Incoming, topic: string) {
  return outbox.onRefusal(topic, (why, instead) =>
    incoming
      .reply(cannotSpeakCard(why, instead), "sender")
      .catch((error) =>
        log.warn({ err: error }, "nobody could be told that the bot may not speak"),
      ),
  );
}

async function settle(
  state: State,
  incoming: Incoming,
  order: Order,
  decision: "confirm" | "cancel",
): Promise<void> {
  const taken = await takeDecision(order, decision, await state.permissions.actor(incoming), state);
  if (taken.is === "granted") state.begun.add(order.id);
  state.outbox.wake();
  state.wakeWatcher();
  const { platform, channel } = order.place;
  const isHere = incoming.place.platform === platform && incoming.place.channel === channel;
  const card = takenCard(taken, decision, isHere, await state.outbox.refOf(order.topic));
  const why = refusalIn(taken);
  if (why !== undefined)
    await auditRefusal(state, incoming, `${decision} ${order.plan.name}: ${why}`, order.id);
  if (card) await (why === undefined ? incoming.reply(card) : refuse(state, incoming, card));
}

function refusalIn(taken: Taken): string | undefined {
  if (taken.is === "not-allowed" || taken.is === "not-another") return taken.why;
  if (taken.is === "already-decided") return "It was decided already";
  return taken.is === "expired" ? "The question had closed" : undefined;
}

async function watch(
  state: State,
  incoming: Incoming,
  { is, watch: watched }: (Outcome & { is: "watch" })["target"],
): Promise<void> {
  state.begun.add(watched.id);
  const listening = tellIfRefused(state, incoming, topicId(watched.id, incoming.place));
  const card = is === "watched" ? await watchHere(watched, incoming.place, state) : undefined;
  if (is === "new") await beginWatch(watched, incoming.place, state);
  state.outbox.wake();
  state.wakeWatcher();
  if (!card) return;
  listening.end();
  await incoming.reply(card, "sender");
}

/**
 * Buttons: `confirm:<run>` with the typed text, `cancel:<run>`, `unwatch:<watch>`, `vms:<watch>`; a
 * picker: `pick:<line>`.
 */
async function press(state: State, incoming: Pressed): Promise<void> {
  const picked = pickedLine(incoming.token, incoming.text ?? "");
  if (picked !== undefined) return obey(state, { ...incoming, kind: "typed", text: picked });
  const [deed = "", id = ""] = incoming.token.split(":");
  const asker = await state.permissions.actor(incoming);
  const allowed = state.permissions.allows(asker, {
    verb: deed,
    group: deed === "confirm" ? "order" : "read",
  });
  if (!allowed.ok) return forbid(state, incoming, deed, allowed.why);
  if (deed === "unwatch") return stopWatching(state, incoming, id);
  if (deed === "vms") return showVms(state, incoming, id);
  const order = await findOrder(state.store, id);
  if (order?.em !== state.emKey || (deed !== "confirm" && deed !== "cancel"))
    return refuse(state, incoming, note("That button is from long ago", "Nothing was done."));
  const typed = order.needs.by === "type";
  if (
    deed === "confirm" &&
    typed &&
    order.phase.is === "asked" &&
    !confirms(order, incoming.text ?? "")
  )
    return answer(state, incoming, {
      is: "reply",
      card: mismatchCard(order),
      refused: mismatch(order),
    });
  return settle(state, incoming, order, deed);
}

async function showVms(state: State, incoming: Pressed, id: string): Promise<void> {
  const watch =
    (await state.store.get("watches", id)) ?? (await state.store.get("past-watches", id));
  const card = watch?.of === "failover" ? allVmsCard(watch) : note("That run is from long ago");
  await incoming.reply(card, "sender");
}

async function stopWatching(state: State, incoming: Pressed, id: string): Promise<void> {
  const found = await state.store.get("watches", id);
  if (!found)
    return refuse(state, incoming, note("That run has ended already", "Nothing was done."));
  await unwatch(state, incoming, found);
}

async function unwatch(state: State, incoming: Incoming, watched: AnyWatch): Promise<void> {
  const card = await unwatchHere(watched, incoming.place, incoming.from, state);
  state.outbox.wake();
  if (card) await refuse(state, incoming, card);
}
