/** How one VM of a run is told in its report. */
import type { VmVerdict } from "../records/watch.ts";
import type { RunFacts, VmFacts } from "../report/facts.ts";
import { wordsOf } from "./end.ts";
import { markWords } from "./events.ts";
import { endedRun } from "./report-title.ts";

/** By EM's word. */
export const vmOutcome = ({ mark }: VmFacts, facts: RunFacts): string =>
  markWords(mark, wordsOf(endedRun(facts)));

export const evidenceWord = ({ evidence }: VmFacts): string =>
  evidence === undefined ? "not looked at" : evidenceWords[evidence];

const evidenceWords: Readonly<Record<VmVerdict["is"], string>> = {
  seen: "confirmed",
  word: "EM's word alone",
  "not-so": "contradicted",
  "not-known": "EM shows no replica point",
};
