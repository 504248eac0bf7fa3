/** Promise 9: what is kept of a run is what happened in it, each thing once. */
import type { AuditEntry } from "../../src/records/audit-entry.ts";
import type { RunRecord } from "../../src/records/past-run.ts";
import { readRun } from "../../src/report/reading.ts";
import type { Store } from "../../src/store/store.ts";
import { auditLog } from "../fakes/audit-log.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Fault } from "./invariants.ts";

const promise = "the record is whole";

export async function records({ store }: Chronicle): Promise<Fault[]> {
  const entries = (await auditLog(store)).map(({ value }) => value);
  const ended = entries.flatMap(({ deed, run }) => (deed === "ended" && run ? [run] : []));
  const faults = await Promise.all(ended.map((run) => faultsOf(store, run, entries)));
  return faults.flat();
}

async function faultsOf(
  store: Store,
  run: string,
  entries: readonly AuditEntry[],
): Promise<Fault[]> {
  const watch = await store.get("past-watches", run);
  if (watch?.of !== "failover") return [];
  const report = await store.get("reports", run);
  const short = await store.get("runs", run);
  if (!report || !short) return [{ promise, what: `${run} has ended without a report` }];
  const record = (await readRun(store, run)) ?? report;
  return [...othersThanAudited(record, entries), ...notOnce(record)];
}

/** What the audit log says of this very run, its moments say as often. */
function othersThanAudited({ watch, moments }: RunRecord, entries: readonly AuditEntry[]): Fault[] {
  return (["sending", "accepted", "answer-lost"] as const).flatMap((deed) => {
    const audited = entries.filter((entry) => entry.run === watch.id && entry.deed === deed);
    const kept = moments.filter(
      ({ what }) => what.is === "deed" && what.deed === deed && !what.stop,
    );
    const what = `"${deed}" stands ${kept.length} times in the record of ${watch.id}, and not ${audited.length}`;
    return kept.length === audited.length ? [] : [{ promise, what }];
  });
}

/** It is asked for and confirmed before it is sent, and ends once, at last. */
function notOnce({ watch, moments }: RunRecord): Fault[] {
  const told = moments.map(({ what }) =>
    what.is === "deed" && !what.stop ? what.deed : what.is === "event" ? what.event.is : "",
  );
  const ends = told.filter((is) => is === "ended").length;
  const isInOrder =
    watch.order === undefined ||
    (told.indexOf("asked") === 0 && told.lastIndexOf("confirmed") < told.indexOf("sending"));
  return ends === 1 && isInOrder && told.includes("asked") === (watch.order !== undefined)
    ? []
    : [{ promise, what: `${watch.id} is told as ${told.join(", ")}` }];
}
