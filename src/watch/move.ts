/** What a look has shown of one watch, and what becomes of it: saved with the words that it causes. */
import { replicasToRemember } from "../estate/owners.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { seenAsOf } from "../records/last-look.ts";
import { isOpen, type Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { type Amendment, amend } from "../store/amend.ts";
import { type Advanced, advanceAll } from "./advance.ts";
import { isUnchanged, type Unchanged } from "./last-look.ts";
import { staleTopics, withItsWords } from "./saving.ts";
import type { Limits, Sighting } from "./sighting.ts";

export interface Moving extends Pick<Services, "store" | "clock" | "wakeups"> {
  readonly limits: Limits;
  /** Watches of an earlier process that have not been seen by this one. */
  readonly unseen: Set<string>;
}

/** Gives what is still to be saved of it, where nothing in it changed. */
export async function move(
  state: Moving,
  id: string,
  sightings: readonly Sighting[],
  seenAt?: number,
): Promise<Unchanged | undefined> {
  const heard = sightings.some(({ is }) => is !== "silence");
  let said = false;
  const left = await amend<"watches", Unchanged>(state.store, "watches", id, (before) => {
    if (!before) return { is: "left" };
    const next = advanced(state, seenAsOf(before, seenAt), sightings, heard);
    said = next.say.length > 0;
    return saved(state, before, next, sightings);
  });
  if (heard) state.unseen.delete(id);
  if (said) state.wakeups.wake("speech");
  return left;
}

function advanced(
  { clock, unseen, limits }: Moving,
  before: AnyWatch,
  sightings: readonly Sighting[],
  heard: boolean,
): Advanced {
  const awayFrom = unseen.has(before.id) && heard ? before.seenAt : undefined;
  return advanceAll(before, sightings, clock.now(), limits, awayFrom);
}

async function saved(
  { store, clock }: Moving,
  before: AnyWatch,
  { watch, say }: Advanced,
  sightings: readonly Sighting[],
): Promise<Amendment<AnyWatch, Unchanged>> {
  const now = clock.now();
  if (say.length === 0 && isUnchanged(before, watch))
    return { is: "left", answer: { watch, stale: await staleTopics(store, watch, now) } };
  const learned = watch.of === "failover" && !isOpen(watch) ? shownBy(watch, sightings) : [];
  return withItsWords(store, watch, say, now, learned);
}

/** Whose the replicas are whose points this run has used. */
const shownBy = (watch: Watch, sightings: readonly Sighting[]) =>
  sightings.flatMap((sighting) =>
    sighting.is === "evidence" ? replicasToRemember(watch, sighting.points) : [],
  );
