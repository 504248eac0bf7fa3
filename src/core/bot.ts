/** From what people do to what is saved: the one loop that reacts to people. */
import { closest, distance } from "fastest-levenshtein";
import type { Card, CommandHint, Handlers, Incoming, Person, Place, Pressed, Typed } from "../chat/port.ts";
import { allowed, ifThere } from "../em/allowed.ts";
import type { EmClient } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import type { FailoverPlan } from "../em/types.ts";
import { newReference } from "../ids.ts";
import type { Log } from "../log.ts";
import {
  faultCard,
  mismatchCard,
  notAllowedCard,
  note,
  tooOldCard,
  unknownVerbCard,
} from "../messages/answers.ts";
import type { Asker } from "../policy/decide.ts";
import { audited, type Deed } from "../store/audit.ts";
import { type Stored, StoreError } from "../store/store.ts";
import type { AnyWatch } from "../watch/any.ts";
import { type Acting, askFor, beginWatch, findOrder, unwatchHere, watchHere } from "./acts.ts";
import { clearTasks, collect } from "./chores.ts";
import type { AnyCommand, Context, Outcome } from "./commands.ts";
import { decide, takenCard } from "./deciding.ts";
import { confirms, type Order } from "./orders.ts";
import { parseCommand } from "./parse.ts";
import type { Permissions } from "./permissions.ts";

export interface BotParts extends Acting {
  readonly em: EmClient;
  readonly sandbox: boolean;
  readonly commands: readonly AnyCommand[];
  readonly permissions: Permissions;
  readonly log: Log;
  readonly timeZone: string;
  readonly confirmMs: number;
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
  planNames: readonly string[];
}

/** What arrives later than this was held up on its way; it may no longer be meant. */
const OLDEST_MS = 60_000;
const DELIVERY_KEPT_MS = 86_400_000;
const LIST_KEPT_MS = 600_000;

interface Listed extends Stored {
  readonly version: 1;
  readonly plans: readonly string[];
}

export function createBot(parts: BotParts): Bot {
  const state: State = { ...parts, begun: new Set(), refused: 0, planNames: [] };
  return {
    commands: parts.commands as readonly CommandHint[],
    incoming: (incoming) => receive(state, incoming),
    complete: (typed, most) => completions(state, typed, most),
    begun: state.begun,
    get refused() {
      return state.refused;
    },
  };
}

function completions({ planNames }: State, typed: string, most: number): readonly string[] {
  const wanted = typed.toLowerCase();
  const starts = planNames.filter((name) => name.toLowerCase().startsWith(wanted));
  const holds = planNames.filter((name) => !starts.includes(name) && name.toLowerCase().includes(wanted));
  return [...starts, ...holds].slice(0, most);
}

async function receive(state: State, incoming: Incoming): Promise<void> {
  try {
    if (!(await isFirst(state, incoming))) return;
    if (state.now() - incoming.at > OLDEST_MS) return await refuse(state, incoming, tooOldCard(incoming.at));
    await (incoming.kind === "typed" ? obey(state, incoming) : press(state, incoming));
  } catch (error) {
    await reportFault(state, incoming, error);
  }
}

/** The same delivery is acted on once, also after a restart. */
async function isFirst({ store }: State, { delivery }: Incoming): Promise<boolean> {
  const { done } = await store.commit([
    { insert: "deliveries", key: delivery, value: { version: 1 }, ttlMs: DELIVERY_KEPT_MS, require: true },
  ]);
  return done;
}

async function refuse(state: State, incoming: Incoming, card: Card): Promise<void> {
  state.refused += 1;
  await incoming.reply(card, "sender");
}

async function reportFault(state: State, incoming: Incoming, error: unknown): Promise<void> {
  const reference = newReference();
  state.log.error({ err: error, reference, delivery: incoming.delivery }, "a command failed");
  const known = error instanceof EmError || error instanceof StoreError;
  const what = error instanceof StoreError ? "save or read the bot's state" : "do that";
  const why = known ? error.message : "Something unexpected went wrong in the bot; its log has the cause";
  await refuse(
    state,
    incoming,
    faultCard(what, why, error instanceof EmError && error.perhapsDone, reference),
  ).catch((failure) => state.log.error({ err: failure, reference }, "an answer could not be sent"));
}

async function obey(state: State, incoming: Typed): Promise<void> {
  const { verb, rest } = parseCommand(incoming.text);
  const found = state.commands.find(({ name }) => name === (verb === "" ? "help" : verb));
  if (!found) return refuse(state, incoming, unknownVerbCard(verb, nearestVerb(verb, state.commands)));
  const asker = await state.permissions.asker(incoming);
  const allowed = state.permissions.allows(asker, { verb: found.name, group: found.permission });
  if (!allowed.ok) return forbid(state, incoming, found.name, allowed.why);
  const context = await contextFor(state, incoming, asker);
  await act(state, incoming, await found.obey(rest, context));
}

function nearestVerb(verb: string, commands: readonly AnyCommand[]): string | undefined {
  const nearest = closest(
    verb,
    commands.map(({ name }) => name),
  );
  return distance(verb, nearest) <= 2 ? nearest : undefined;
}

/** A refusal is an entry in the audit log: somebody has tried. */
async function forbid(state: State, incoming: Incoming, verb: string, why: string): Promise<void> {
  const { from: who, place: where } = incoming;
  await state.store.commit([
    audited({ at: state.now(), deed: "refused", who, where, what: `${verb}: ${why}` }),
  ]);
  await refuse(state, incoming, notAllowedCard(verb, why));
}

async function contextFor(state: State, { from, place }: Incoming, asker: Asker): Promise<Context> {
  const { em, emKey, sandbox, store, timeZone, confirmMs, commands, permissions } = state;
  const listed = await store.get<Listed>("lists", listKey(from, place));
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
    now: state.now(),
    listed: listed?.plans ?? [],
    plans: () => readPlans(state),
    asker,
    human: permissions.human(from),
    allows: (deed) => permissions.allows(asker, deed),
  };
}

const listKey = ({ platform, id }: Person, { channel, thread }: Place) =>
  [platform, id, channel, thread ?? ""].join(" ");

/** All plans that this EM and this account show; their names are remembered for completion. */
export async function readPlans(state: {
  em: EmClient;
  planNames?: readonly string[];
}): Promise<FailoverPlan[]> {
  const [cloud, ordinary] = await Promise.all([
    ifThere(state.em.plans("cloud")),
    allowed(ifThere(state.em.plans("ordinary"))),
  ]);
  const plans = [...(cloud ?? []), ...(ordinary ?? [])];
  state.planNames = plans.map(({ name }) => name);
  return plans;
}

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
      await unwatchHere(outcome.watch, incoming.place, incoming.from, state);
      return state.outbox.wake();
    case "collect":
      return chore(state, incoming, "collected", await collect(state.em, outcome.servers));
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
  if (listed) {
    const value: Listed = { version: 1, plans: listed };
    await state.store.commit([
      { put: "lists", key: listKey(incoming.from, incoming.place), value, ttlMs: LIST_KEPT_MS },
    ]);
  }
  await incoming.reply(card, audience ?? (refused ? "sender" : "everyone"));
}

async function chore(state: State, incoming: Incoming, deed: Deed, card: Card): Promise<void> {
  const { from: who, place: where } = incoming;
  await state.store.commit([audited({ at: state.now(), deed, who, where, what: card.title })]);
  await incoming.reply(card);
}

async function ask(state: State, incoming: Incoming, order: Order): Promise<void> {
  const held = await askFor(order, state);
  if (held) return refuse(state, incoming, held);
  state.outbox.wake();
}

async function settle(
  state: State,
  incoming: Incoming,
  order: Order,
  decision: "confirm" | "cancel",
): Promise<void> {
  const taken = await decide(order, decision, await state.permissions.asker(incoming), state);
  if (taken.is === "granted") state.begun.add(order.id);
  if (taken.is === "not-allowed") return forbid(state, incoming, `confirm ${order.plan.name}`, taken.why);
  state.outbox.wake();
  state.wakeWatcher();
  const card = takenCard(taken);
  if (card) await refuse(state, incoming, card);
}

async function watch(
  state: State,
  incoming: Incoming,
  { is, watch: watched }: (Outcome & { is: "watch" })["target"],
): Promise<void> {
  state.begun.add(watched.id);
  const card = is === "watched" ? await watchHere(watched, incoming.place, state) : undefined;
  if (is === "new") await beginWatch(watched, incoming.place, state);
  state.outbox.wake();
  state.wakeWatcher();
  if (card) await incoming.reply(card, "sender");
}

/** Buttons: `confirm:<run>` with the typed text, `cancel:<run>`, `unwatch:<watch>`; a picker: `pick:<verb>`. */
async function press(state: State, incoming: Pressed): Promise<void> {
  const [deed = "", id = ""] = incoming.token.split(":");
  if (deed === "pick")
    return obey(state, { ...incoming, kind: "typed", text: `${id} "${incoming.text ?? ""}"` });
  const asker = await state.permissions.asker(incoming);
  const allowed = state.permissions.allows(asker, {
    verb: deed,
    group: deed === "confirm" ? "order" : "read",
  });
  if (!allowed.ok) return forbid(state, incoming, deed, allowed.why);
  if (deed === "unwatch") return stopWatching(state, incoming, id);
  const order = await findOrder(state.store, id);
  if (!order || (deed !== "confirm" && deed !== "cancel"))
    return refuse(state, incoming, note("That button is from long ago", "Nothing was done."));
  const typed = order.needs.by === "type";
  if (deed === "confirm" && typed && order.phase.is === "asked" && !confirms(order, incoming.text ?? ""))
    return refuse(state, incoming, mismatchCard(order));
  return settle(state, incoming, order, deed);
}

async function stopWatching(state: State, incoming: Pressed, id: string): Promise<void> {
  const found = await state.store.get<AnyWatch>("watches", id);
  if (!found) return refuse(state, incoming, note("That run has ended already", "Nothing was done."));
  await unwatchHere(found, incoming.place, incoming.from, state);
  state.outbox.wake();
}
