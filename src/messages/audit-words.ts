/**
 * What the audit log says of a deed. It is drawn when the entry is saved, since the entry's hash
 * covers the text: what was said then is never said otherwise later.
 */
import type { AnyWatch } from "../records/any-watch.ts";
import type { Closed, Order } from "../records/order.ts";
import type { LastStart } from "../records/routine.ts";
import { type Phase, sessionOf } from "../records/watch.ts";
import type { WhyRefused } from "../records/why-refused.ts";
import { blockerWords } from "./blockers.ts";
import { denialWords, notAnotherWords, unreadableOfWords } from "./denials.ts";
import { STOP_NOT_KNOWN } from "./not-sent.ts";
import { headlineOf } from "./watch-card.ts";
import { quoted, sentence } from "./words.ts";

/** What was ordered, with ids. */
export function orderWords({ action, plan, from }: Order): string {
  const tenant = plan.tenant ? ` of tenant ${plan.tenant.name}` : "";
  const before =
    from.points === "before" ? ` with points before ${new Date(from.at).toISOString()}` : "";
  return `${action} ${plan.kind} plan ${quoted(plan.name)}${tenant}, id ${plan.id}${before}`;
}

/** The points stand where the question is told; what follows is bound to them. */
export function askedWords(order: Order): string {
  const chosen = order.points.flatMap(({ name }) => name ?? []);
  const points = chosen.length > 0 ? `; points: ${chosen.join(", ")}` : "";
  return `${orderWords(order)}${points}`;
}

export const NOBODY_APPROVED = "Nobody approved it in time";

export const answerWords = (phase: Phase) =>
  phase.is === "ordered"
    ? `EM has taken the order, task ${phase.task}`
    : "EM's answer was lost; it may or may not have been carried out";

export function endedWords(watch: AnyWatch): string {
  const session = watch.of === "failover" ? sessionOf(watch) : watch.subject.session;
  const known = session === undefined ? "" : `; EM's session ${session}`;
  return `${watch.subject.name}: ${headlineOf(watch)}${known}`;
}

export const quietedWords = (watch: AnyWatch): string =>
  `${watch.subject.name}: no more messages about it here but alarms and the end`;

/** `name`: of the plan. */
export const notedWords = (name: string, text: string) => `${name}: ${text}`;

/** `to`: the file; absent where another process has asked, which wrote it. */
export const copiedWords = (to?: string) =>
  to === undefined
    ? "The state was copied by another process on this machine"
    : `The state was copied to ${to}`;

/** `from`, `to`: without passwords. `host`: where that was done. */
export const movedHereWords = (from: string, to: string, host: string) =>
  `The state was moved from ${from} to ${to}, on ${host}`;

export const restoredWords = (from: number) =>
  `The bot goes on from a backup of ${new Date(from).toISOString()}; what was asked or approved by then no longer counts`;

type Settings = LastStart["settings"];

/** What has changed since the last start; or all settings, where it is the first. */
export function startedWords(now: Settings, before: Settings | undefined): string {
  if (!before) return `Settings: ${listed(now)}`;
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const changes = names
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name} from ${before[name] ?? "nothing"} to ${now[name] ?? "nothing"}`);
  return changes.length === 0
    ? "Settings as at the last start"
    : `Settings changed since the last start: ${changes.join(", ")}`;
}

const listed = (settings: Settings) =>
  Object.entries(settings)
    .map(([name, text]) => `${name} ${text}`)
    .join(", ");

/** `wanted`: what was asked for, such as a verb and a plan. */
export const refusedWords = (wanted: string, why: WhyRefused) => `${wanted}: ${refusalWords(why)}`;

function refusalWords(why: WhyRefused): string {
  switch (why.is) {
    case "denied":
      return denialWords(why.why);
    case "not-another":
      return notAnotherWords(why.why);
    case "not-known":
      return unreadableOfWords(why.of, why.why);
    case "withdrawn":
      return "Somebody who asked for it or approved it is no longer allowed to";
    case "blocked":
      return why.by.map(blockerWords).map(sentence).join(" ");
    case "held":
      return "It is held by another run";
    case "mismatch":
      return "What was typed does not confirm it";
    case "not-posted":
      return "The question was not posted yet";
    case "typed-before":
      return "It was typed before the question was posted";
    case "no-answer":
      return "The plan's name did not say which question was meant";
    case "decided-already":
      return "It was decided already";
    case "question-closed":
      return "The question had closed";
    case "late":
      return `It arrived ${Math.round(why.byMs / 1000)} s late`;
    default:
      return why satisfies never;
  }
}

export const stopWords = (how: Closed) =>
  how.is === "not-known" ? STOP_NOT_KNOWN : "EM has deleted the task";
