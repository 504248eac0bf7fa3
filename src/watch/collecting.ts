/**
 * Has EM collect a backup server's data once a run on it has ended, so that the evidence is newer
 * than the end. After a site loss nothing makes new points, and EM's own collection comes every 15
 * minutes: without this, what contradicts a session could not be told from what is old.
 */
import type { Clock } from "../clock.ts";
import type { EmEstate, EmTasks } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import { unlessNotFound } from "../em/optional.ts";
import type { Ref } from "../em/types.ts";
import { undoneWords } from "../messages/faults.ts";
import { collectedWords, collectingAfterRunWords } from "../messages/housekeeping.ts";
import type { AuditEntry } from "../records/audit-entry.ts";
import type { Services } from "../services.ts";
import { audited } from "../store/audit.ts";
import { StoreError } from "../store/store.ts";

export interface Collections {
  /**
   * When, by our clock, the last finished collection from this server began, if that was after it
   * was first asked for by this name: what EM shows from then on is newer than the first asking.
   * As long as somebody asks, one is begun at `attend`, at most once in five minutes a server.
   */
  since(asker: string, server: Ref): number | undefined;
  /**
   * Looks at what runs and begins what is wanted; what EM or the state refuses is logged. To be
   * called once a look, not twice at once.
   */
  attend(): Promise<void>;
}

export interface CollectionParts extends Pick<Services, "store" | "log"> {
  readonly em: Pick<EmEstate, "collect"> & Pick<EmTasks, "task">;
  readonly clock: Pick<Clock, "now" | "elapsed">;
}

/** Where a setting says that EM shall not be asked. */
export const noCollections: Collections = {
  since: () => undefined,
  attend: async () => undefined,
};

const EVERY_MS = 5 * 60_000;
/** A task that runs for longer is no longer looked at: EM collects by itself as often. */
const LONGEST_MS = 15 * 60_000;
/** Nobody asks for so long about one run. */
const FORGOTTEN_MS = 86_400_000;

/** The last one of a server. */
interface Collection {
  /** By `elapsed()`. */
  readonly begunAt: number;
  /** By `now()`. */
  readonly at: number;
  readonly phase:
    | { readonly is: "runs"; readonly task: string; readonly logon: string }
    | { readonly is: "over" }
    | { readonly is: "forbidden" };
}

interface State extends CollectionParts {
  /** When each asker first asked, by `elapsed()`. */
  readonly askers: Map<string, number>;
  /** Since the last `attend`, by the servers' ids. */
  readonly wanted: Map<string, Ref>;
  readonly last: Map<string, Collection>;
  /** The last that EM has finished well. */
  readonly finished: Map<string, Collection>;
}

export function createCollections(parts: CollectionParts): Collections {
  const state: State = {
    ...parts,
    askers: new Map(),
    wanted: new Map(),
    last: new Map(),
    finished: new Map(),
  };
  return {
    since: (asker, server) => since(state, asker, server),
    attend: () => attend(state),
  };
}

function since(state: State, asker: string, server: Ref): number | undefined {
  state.wanted.set(server.id, server);
  const askedAt = firstAsked(state, asker);
  const known = state.finished.get(server.id);
  return known !== undefined && known.begunAt >= askedAt ? known.at : undefined;
}

function firstAsked({ askers, clock }: State, asker: string): number {
  const now = clock.elapsed();
  for (const [one, at] of askers) if (now - at > FORGOTTEN_MS) askers.delete(one);
  const askedAt = askers.get(asker) ?? now;
  askers.set(asker, askedAt);
  return askedAt;
}

async function attend(state: State): Promise<void> {
  await Promise.all([...state.last].map(([server, one]) => lookAfter(state, server, one)));
  const wanted = [...state.wanted.values()].filter(({ id }) => mayBegin(state, id));
  state.wanted.clear();
  await Promise.all(wanted.map((server) => begin(state, server)));
}

function mayBegin({ last, clock }: State, server: string): boolean {
  const one = last.get(server);
  if (one === undefined) return true;
  return one.phase.is === "over" && clock.elapsed() - one.begunAt >= EVERY_MS;
}

async function lookAfter(state: State, server: string, one: Collection): Promise<void> {
  if (one.phase.is !== "runs") return;
  const is = await fateOf(state, one.phase);
  const isLate = state.clock.elapsed() - one.begunAt >= LONGEST_MS;
  if (is === "runs" && !isLate) return;
  state.last.set(server, { ...one, phase: { is: "over" } });
  if (is === "finished") state.finished.set(server, one);
}

/** Of a task that EM does not know any more nobody can tell whether it has finished. */
async function fateOf(
  { em, log }: State,
  { task: id, logon }: { readonly task: string; readonly logon: string },
): Promise<"runs" | "finished" | "failed"> {
  try {
    const task = await unlessNotFound(em.task(id, logon));
    if (task === undefined) return "failed";
    if (task.state !== "Finished") return "runs";
    return task.result?.success === true ? "finished" : "failed";
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    log.info({ err: error }, "the collection of data could not be looked at");
    return "runs";
  }
}

/** As of an order, the audit log has that EM is asked before it is. */
async function begin(state: State, server: Ref): Promise<void> {
  const asking = collectingAfterRunWords(server.name);
  if (!(await written(state, { deed: "collecting", what: asking }))) return;
  const { em, clock, last, log } = state;
  const begun = { begunAt: clock.elapsed(), at: clock.now() };
  try {
    const { task, logon } = await em.collect(server.id);
    last.set(server.id, { ...begun, phase: { is: "runs", task: task.id, logon } });
    await written(state, { deed: "collected", what: collectedWords([server.name], [task.id]) });
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    log.info({ err: error, server }, "EM does not collect its data when a run has ended");
    last.set(server.id, { ...begun, phase: afterRefusal(error) });
    await written(state, undone(server, error));
  }
}

const afterRefusal = ({ failure }: EmError): Collection["phase"] => ({
  is: failure === "forbidden" ? "forbidden" : "over",
});

const undone = ({ name }: Ref, { failure, perhapsDone }: EmError) =>
  ({
    deed: perhapsDone ? "answer-lost" : "not-sent",
    what: undoneWords(`collect ${name}`, { is: failure, perhapsDone }),
  }) as const;

/** Gives whether it could be. */
async function written(
  { store, clock, log }: State,
  entry: Pick<AuditEntry, "deed" | "what">,
): Promise<boolean> {
  try {
    return (await store.commit([audited({ at: clock.now(), ...entry })])).done;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log.warn({ err: error, ...entry }, "a collection of data could not be audited");
    return false;
  }
}
