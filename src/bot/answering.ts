/** The one place that replies, counts and audits; the question what to say is not its own. */
import type { Audience, Card, Incoming, Person, Place } from "../chat/port.ts";
import type { AnyCommand } from "../commands/command.ts";
import type { Log } from "../log.ts";
import { faultCard } from "../messages/faults.ts";
import type { Listed } from "../records/routine.ts";
import type { Services } from "../services.ts";
import { audited } from "../store/audit.ts";
import type { Store } from "../store/store.ts";
import { HousekeepingError } from "./em-housekeeping.ts";
import { faultOf } from "./fault.ts";
import { type Reaction, verbOf } from "./reaction.ts";
import type { RefusalLog } from "./refusals.ts";

export interface Answering extends Pick<Services, "store" | "plans" | "clock" | "log"> {
  readonly commands: readonly AnyCommand[];
  readonly refusals: RefusalLog;
  /** How many commands were refused or failed. */
  refused: number;
}

/**
 * A refusal is an entry in the audit log: somebody has tried. That is saved before it is told, and
 * told also where it cannot be saved. Rejects where the answer cannot be sent, or what it needs
 * cannot be saved.
 */
export async function answer(
  state: Answering,
  incoming: Incoming,
  reaction: Reaction,
): Promise<void> {
  const { card, audience, listed, refused } = reaction;
  if (refused) {
    state.refused += 1;
    await state.refusals.add(incoming, refused);
  }
  if (reaction.done) await auditDone(state, incoming, reaction.done);
  if (listed) await rememberList(state, incoming, listed);
  if (card) await say(state, incoming, card, audience ?? (refused ? "sender" : "everyone"));
}

/** That EM is asked was saved before; that something was done is told in any case. */
async function auditDone(
  { store, log, clock }: Answering,
  { from: who, place: where }: Incoming,
  done: NonNullable<Reaction["done"]>,
): Promise<void> {
  await store
    .commit([audited({ at: clock.now(), who, where, ...done })])
    .catch((error) => log.error({ err: error, ...done }, "what was done could not be audited"));
}

const LIST_KEPT_MS = 600_000;

const listKey = ({ platform, id }: Person, { channel, thread }: Place) =>
  [platform, id, channel, thread ?? ""].join(" ");

async function rememberList(
  { store }: Answering,
  { from, place }: Incoming,
  plans: readonly string[],
): Promise<void> {
  const value: Listed = { version: 1, plans };
  await store.commit([{ put: "lists", key: listKey(from, place), value, ttlMs: LIST_KEPT_MS }]);
}

/** Ids of the plans in the list last shown to this person in this place. */
export async function listShownTo(
  store: Store,
  { from, place }: Incoming,
): Promise<readonly string[]> {
  return (await store.get("lists", listKey(from, place)))?.plans ?? [];
}

/** Also beside an answer, where something comes of it later. */
export async function say(
  { plans }: Pick<Answering, "plans">,
  incoming: Incoming,
  card: Card,
  audience: Audience,
): Promise<void> {
  if (card.picker) await plans.ready();
  await incoming.reply(card, audience);
}

/**
 * Answers that something failed. `reference` is found in the log, and stands on the card.
 * `isCounted`: what failed is the telling of a refusal. Never rejects.
 */
export async function answerFault(
  state: Answering,
  incoming: Incoming,
  error: unknown,
  { reference, log, isCounted }: { reference: string; log: Log; isCounted: boolean },
): Promise<void> {
  log.error({ err: error }, "a command failed");
  const wanted = verbOf(incoming, state.commands) ?? "This";
  const { card, refused } = faultReaction(error, wanted, reference);
  await answer(state, incoming, isCounted ? { card, audience: "sender" } : { card, refused }).catch(
    (failure) => log.error({ err: failure }, "an answer could not be sent"),
  );
}

function faultReaction(error: unknown, wanted: string, reference: string): Reaction {
  if (!(error instanceof HousekeepingError)) {
    const card = faultCard(wanted, faultOf(error), reference);
    return { card, refused: { kind: "failed", what: card.title } };
  }
  const { fault, message: what } = error;
  const deed = fault.perhapsDone ? "answer-lost" : "not-sent";
  return {
    card: faultCard(wanted, fault, reference),
    refused: { kind: "failed", what, deed },
  };
}
