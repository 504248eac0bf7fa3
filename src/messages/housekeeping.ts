/**
 * What is asked for besides orders: that EM collects its data or forgets finished tasks, and a copy
 * of the state.
 */
import type { Card } from "../chat/port.ts";
import { allOf, count, list, note, quoted } from "./words.ts";

export const collectedCard = (servers: readonly string[], tasks: readonly string[]): Card =>
  note(
    "EM has been asked to collect its data now",
    `Backup servers: ${list(servers)}; EM's tasks: ${list(tasks)}.`,
    "It changes only how fresh EM's data is, and takes minutes on a large estate.",
  );

export const tasksClearedCard = (tasks: readonly string[]): Card =>
  note(`Removed ${count(tasks.length, "finished task")} from EM's list`, list(tasks));

export const backedUpCard = (file: string): Card =>
  note(
    "The bot's state was copied",
    `To ${file}`,
    "It can be read by whoever can read the file: the audit log, names, reasons; no password.",
  );

/** `why`: a sentence. */
export const notBackedUpCard = (why: string): Card => note("The bot's state was not copied", why);

/** `known` by name. */
export const noBackupServerCard = (typed: string, known: readonly string[]): Card =>
  note(`No backup server ${quoted(typed)}`, `EM shows: ${list(known) || "none"}.`);

/** For the audit log, before EM is asked. */
export const collectingWords = (servers: readonly string[]) =>
  `EM is asked to collect the data of ${allOf(servers)}`;

/** The same, where nobody has asked for it. */
export const collectingAfterRunWords = (server: string) =>
  `${collectingWords([server])}, as a run on it has ended`;

export const collectedWords = (servers: readonly string[], tasks: readonly string[]) =>
  `EM collects the data of ${allOf(servers)}; its tasks: ${allOf(tasks)}`;

export const clearingWords = (tasks: readonly string[]) =>
  `EM is asked to remove from its list: ${allOf(tasks)}`;

export const clearedWords = (tasks: readonly string[]) =>
  `EM has removed from its list: ${allOf(tasks)}`;

/** `moved`: of each how many, with the hash of the last entry. */
export const movedStateWords = (
  to: string,
  moved: {
    readonly records: number;
    readonly queued: number;
    readonly entries: number;
    readonly head?: string | undefined;
  },
) =>
  [
    `The state was moved to ${to}: ${count(moved.records, "record")}, ${count(moved.queued, "line")} still to be said, and the audit log`,
    `of ${count(moved.entries, "entry", "entries")}, which is whole${moved.head === undefined ? "" : ` up to ${moved.head}`}.`,
    "Set STATE_URL to it, and let no bot begin on the old one, which is still there.",
  ].join("\n");

/** What a process says to machines while another leads. */
export const STANDING_BY = "Standing by";
