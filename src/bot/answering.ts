/** What is told to somebody whose wish is not done, and what the audit log says of it. */
import type { Card, Incoming } from "../chat/port.ts";
import type { AnyCommand } from "../commands/command.ts";
import { EmError } from "../em/errors.ts";
import type { Log } from "../log.ts";
import { notAllowedCard, tooOldCard } from "../messages/answers.ts";
import { type CommandFault, faultCard } from "../messages/faults.ts";
import { pickedLine } from "../messages/picker.ts";
import type { Services } from "../services.ts";
import { audited } from "../store/audit.ts";
import { StoreError } from "../store/store.ts";
import { parseCommand } from "../typed/line.ts";

export interface RefusalDeps extends Pick<Services, "store" | "clock"> {
  readonly commands: readonly AnyCommand[];
  /** How many commands were refused or failed. */
  refused: number;
}

export async function refuse(state: RefusalDeps, incoming: Incoming, card: Card): Promise<void> {
  state.refused += 1;
  await incoming.reply(card, "sender");
}

export async function forbid(
  state: RefusalDeps,
  incoming: Incoming,
  verb: string,
  why: string,
): Promise<void> {
  await auditRefusal(state, incoming, `${verb}: ${why}`);
  await refuse(state, incoming, notAllowedCard(verb, why));
}

/** A refusal is an entry in the audit log: somebody has tried. */
export async function auditRefusal(
  { store, clock }: RefusalDeps,
  { from: who, place: where }: Incoming,
  what: string,
  run?: string,
): Promise<void> {
  const about = run === undefined ? {} : { run };
  await store.commit([audited({ at: clock.now(), deed: "refused", who, where, what, ...about })]);
}

export async function refuseOld(state: RefusalDeps, incoming: Incoming): Promise<void> {
  const lateS = Math.round((state.clock.now() - incoming.at) / 1000);
  const verb =
    incoming.kind === "typed" ? parseCommand(incoming.text).verb : incoming.token.split(":")[0];
  const known = state.commands.find(({ name }) => name === verb)?.name ?? "a line";
  await auditRefusal(state, incoming, `${known}: It arrived ${lateS} s late`);
  await refuse(state, incoming, tooOldCard(incoming.at));
}

/** `reference` is found in the log, and stands on the card. */
export async function reportFault(
  state: RefusalDeps,
  incoming: Incoming,
  error: unknown,
  reference: string,
  log: Log,
): Promise<void> {
  log.error({ err: error }, "a command failed");
  const card = faultCard(wanted(state, incoming), faultOf(error), reference);
  await refuse(state, incoming, card).catch((failure) =>
    log.error({ err: failure }, "an answer could not be sent"),
  );
}

/** The verb that was typed or chosen, or the button that was pressed. */
function wanted({ commands }: RefusalDeps, incoming: Incoming): string {
  const line =
    incoming.kind === "typed" ? incoming.text : (pickedLine(incoming.token, "") ?? incoming.token);
  const verb = parseCommand(line.split(":")[0] ?? "").verb || "help";
  return commands.find(({ name }) => name === verb)?.name ?? "This";
}

/**
 * Where EM does not answer, advice on the settings belongs to the doctor; what has no other cure
 * keeps its own.
 */
const whyOf = ({ failure, brief, message }: EmError) =>
  failure === "unreachable" || failure === "timed-out" ? brief : message;

function faultOf(error: unknown): CommandFault {
  if (error instanceof EmError)
    return { is: error.failure, why: whyOf(error), perhapsDone: error.perhapsDone };
  const is = error instanceof StoreError ? "state" : "bot";
  const why =
    error instanceof StoreError ? error.message : "Something unexpected went wrong in the bot";
  return { is, why, perhapsDone: false };
}
