/** Whether what the bot says in the end is what became of the run in EM. */

import type { End, Watch } from "../../src/records/watch.ts";
import { courseOf } from "../../src/sandbox/estate/course.ts";
import type { Run } from "../../src/sandbox/estate/estate.ts";

/** That it does not know is always true of what EM's API shows to nobody any more. */
function trueEnds(run: Run | undefined): readonly End["is"][] {
  if (!run) return ["lost"];
  if (run.refused) return ["failed", "lost"];
  if (courseOf(run).result === "Failed") return ["failed"];
  return run.twist === "contradicted" ? ["contradicted", "reported"] : ["confirmed", "reported"];
}

const failedIn = (run: Run): string[] =>
  courseOf(run).vms.flatMap(({ vm, result }) => (result === "Failed" ? [vm.name] : []));

const same = (some: readonly string[], others: readonly string[]) =>
  some.toSorted().join() === others.toSorted().join();

/** How a person tells one end from another by the title of the card, or of the last line. */
const titles: Readonly<Record<End["is"], RegExp>> = {
  confirmed: /Failed over, confirmed(,|: )/,
  reported: /(EM reports .*, not confirmed|Ended, without a clear result): /,
  contradicted: /EM reports .*, but /,
  failed: /\b[Ff]ailed\b(?! over).*: /,
  lost: /outcome not known: /,
  taken: /no more is known: /,
};
export const titleOfEnd = ({ phase }: Watch): RegExp =>
  phase.is === "ended" ? titles[phase.how.is] : /$^/;
export const titleOfNotSent = /Not started: /;

/** The end of a run of ours, beside the run that EM made of the order, if it made one. */
export function wrongWithEnd({ phase }: Watch, run: Run | undefined): string[] {
  if (phase.is !== "ended") return ["a run is among those that have ended, and has not"];
  const { how } = phase;
  const allowed = trueEnds(run);
  if (!allowed.includes(how.is))
    return [`the end was told as ${how.is}, and was ${allowed.join(" or ")}`];
  if (how.is !== "failed" || !run || same(how.vms, failedIn(run))) return [];
  return [`told as failed: ${how.vms.join(", ")}; failed: ${failedIn(run).join(", ")}`];
}
