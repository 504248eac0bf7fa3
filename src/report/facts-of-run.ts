import type { Store } from "../store/store.ts";
import type { RunFacts } from "./facts.ts";
import { readRun } from "./reading.ts";
import { factsOf } from "./run-facts.ts";
import { undoOf } from "./undone.ts";

/** All that is known of a run by now; nothing where no failover run of that id is known. */
export async function factsOfRun(store: Store, run: string): Promise<RunFacts | undefined> {
  const record = await readRun(store, run);
  return record && factsOf(record, await undoOf(store, record));
}
