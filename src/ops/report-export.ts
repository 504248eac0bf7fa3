/** The report of a run from the state, for a shell. */
import { jsonReport } from "../attachments/json.ts";
import { markdownReport } from "../attachments/markdown.ts";
import { factsOfRun } from "../report/facts-of-run.ts";
import { areOfOnePlan, knownRuns, runsNamed } from "../report/known-runs.ts";
import { attempt } from "../store/failures.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import { type Store, StoreError } from "../store/store.ts";
import { whoseFile } from "../store/whose-file.ts";
import { withCopy } from "./copy-state.ts";

export interface WantedReport {
  /** Id of a run, or the name of a plan, of which it is the last run. */
  readonly of: string;
  readonly as: "markdown" | "json";
  /** IANA name. */
  readonly timeZone: string;
}

/**
 * Nothing where no such run is known, or the name is that of several plans. It is read from a copy, so that a bot may use the state
 * meanwhile.
 *
 * @throws StoreError where there is no state file, or it cannot be copied.
 */
export async function reportIn(path: string, wanted: WantedReport): Promise<string | undefined> {
  if (attempt(path, "read", () => whoseFile(path)).is === "nobody's")
    throw new StoreError(`Cannot report as there is no state file "${path}": set STATE_URL`);
  return withCopy(path, (copy) => reportFrom(openSqliteStore(copy), wanted));
}

/** The same of a store that is open, and closed afterwards. */
export async function reportFrom(
  store: Store,
  { of, as, timeZone }: WantedReport,
): Promise<string | undefined> {
  try {
    const named = runsNamed(of, await knownRuns(store));
    const [run] = areOfOnePlan(named) ? named : [];
    const facts = run && (await factsOfRun(store, run.run));
    const by = { timeZone, shown: (at: number) => at };
    return facts && (as === "json" ? jsonReport(facts, by) : markdownReport(facts, by));
  } finally {
    await store.close();
  }
}
