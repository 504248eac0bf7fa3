/** The files of a report: what they are called, and what is said of them where nobody opens them. */
import { cleanText } from "../chat/clean.ts";
import { isInstant } from "../chat/instant.ts";
import type { Attachment } from "../chat/port.ts";
import type { ReportForm } from "../records/topic.ts";
import type { RunFacts } from "../report/facts.ts";
import { pictureText } from "./picture-text.ts";
import { runWords } from "./report-title.ts";
import { count } from "./words.ts";

export type ReportFile = Omit<Attachment, "bytes"> & { readonly as: ReportForm };

/**
 * The picture, the report and the table. What is said of the picture where it is not shown has its
 * times in UTC.
 */
export const reportFiles = (facts: RunFacts): ReportFile[] => [
  {
    as: "png",
    name: reportFileName(facts, "png"),
    mediaType: "image/png",
    text: pictureText(facts, "UTC"),
  },
  {
    as: "md",
    name: reportFileName(facts, "md"),
    mediaType: "text/markdown",
    text: `The whole report: who decided what, ${count(facts.timeline.length, "line")} of what happened, the scorecard and ${vmsOf(facts)}.`,
  },
  {
    as: "csv",
    name: reportFileName(facts, "csv"),
    mediaType: "text/csv",
    text: `A table of ${vmsOf(facts)}, for spreadsheets: times, restore points and evidence.`,
  },
];

const vmsOf = ({ vms }: RunFacts) =>
  vms.length === 0 ? "no VM, as EM has named none" : count(vms.length, "VM");

/** What file systems, shells and platforms take for something else. */
const UNSAFE = /[\\/:*?"<>|$`'&;!~%#@^{}[\]\p{C}]+/gu;
const LONGEST_NAME = 60;

/**
 * `ABC Company Failover Plan 2026-11-21 0600 UTC.md`, by the bot's time of the decision; `… so far.md`
 * as long as the run goes on. Nothing in it leads to another folder, hides the file or names another
 * extension.
 */
export function reportFileName(facts: RunFacts, extension: string): string {
  const { of } = runWords(facts);
  const plain = cleanText(of + facts.plan.name).replaceAll(UNSAFE, "-");
  const start = [...plain.replace(/^[\s.-]+/, "")].slice(0, LONGEST_NAME).join("");
  const at = decidedAt(facts);
  const when = at === undefined || !isInstant(at) ? [] : [stamp(at)];
  const parts = [start.trim() || "run", ...when, ...(facts.ended ? [] : ["so far"])];
  return `${parts.join(" ")}.${extension}`;
}

/** When it was asked for; of a run begun elsewhere when EM's session began. */
export const decidedAt = ({ scorecard, asked, began, timeline }: RunFacts): number | undefined =>
  (scorecard.decided ?? asked ?? began ?? timeline[0])?.at;

/** `2026-11-21 0600 UTC`. */
const stamp = (at: number) =>
  `${new Date(at).toISOString().slice(0, 16).replace("T", " ").replace(":", "")} UTC`;
