/** How one VM of a run is told in its report. */
import { hasEnded, type VmVerdict } from "../records/watch.ts";
import type { RunFacts, VmFacts } from "../report/facts.ts";
import { markWords } from "./events.ts";
import { runWords } from "./report-title.ts";

/** By EM's word. What had not ended in EM's last word of a run that is over, has no known end. */
export function vmOutcome({ mark }: VmFacts, facts: RunFacts): string {
  if (facts.ended && mark === "waiting") return "not told";
  if (facts.ended && !hasEnded(mark)) return "end not told";
  return markWords(mark, runWords(facts));
}

export const evidenceWord = ({ evidence }: VmFacts): string =>
  evidence === undefined ? "not looked at" : evidenceWords[evidence];

const evidenceWords: Readonly<Record<VmVerdict["is"], string>> = {
  seen: "confirmed",
  word: "EM's word alone",
  "not-so": "contradicted",
  "not-known": "EM shows no replica point",
};
