/** What is said of a run besides how it ended, and why its end is not known. */
import { duration } from "../chat/duration.ts";
import type { Remark, SightLost } from "../records/watch.ts";
import { plainWord, quoted } from "./words.ts";

/** What is about a VM begins with its name. */
export function remarkWords(remark: Remark): string {
  switch (remark.is) {
    case "em-says":
      return remark.vm === undefined ? remark.text : `${remark.vm}: ${remark.text}`;
    case "vm-warning":
      return `${remark.vm}: warning`;
    case "vm-unclear":
      return `${remark.vm}: no clear result`;
    case "vm-unexplained":
      return `${remark.vm}: ${remark.mark}, without a reason`;
    case "vm-cut-off":
      return `${remark.vm}: EM's session ended before this VM's part of it did`;
    case "vm-left-out":
      return `${remark.vm}: EM's session does not name it`;
    case "unnamed-warning":
      return "EM reports a warning and names no VM";
    case "session-unclear":
      return "EM's session ended without a clear result";
    case "wants":
      return `it wants ${remark.what === "confirmation" ? "a confirmation" : "credentials"}, which its API cannot give: look in the Veeam console`;
    case "told":
      return remark.text;
    default:
      return remark satisfies never;
  }
}

/** Of a VM, in a word of EM's that this bot does not know. */
export const oddWords = (word: string) => `EM says ${quoted(plainWord(word))}`;

/** A part of a sentence. `session`: what is no longer shown, where that is why. */
export function sightLostWords(why: SightLost, session: "failover session" | "session"): string {
  switch (why.is) {
    case "time-limit":
      return `the time limit for watching, ${duration(why.limitMs)}, is over`;
    case "ordinary-task-lost":
      return "EM no longer tells about the order's task, and its API shows no sessions of ordinary plans: the order may or may not have been carried out";
    case "no-session-appeared":
      return "no session of this plan has appeared since the order";
    case "session-gone":
      return `EM no longer shows the ${session}`;
    case "told":
      return why.text;
    default:
      return why satisfies never;
  }
}
