/** What a look has shown of one watch, and what becomes of it: saved with the words that it causes. */
import { replicasToRemember } from "../estate/owners.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { asLookedAt, type LookedAt } from "../records/last-look.ts";
import { isOpen, type Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { type Amendment, amend } from "../store/amend.ts";
import { type Absence, type Advanced, advanceAll } from "./advance.ts";
import { isUnchanged, newHeadway, type Unchanged } from "./last-look.ts";
import { staleTopics, withItsWords } from "./saving.ts";
import type { Limits, Sighting } from "./sighting.ts";

/** From whom, where another process was there before. */
export type TakenOver = Pick<Absence, "tookOverFrom">;

export interface Moving extends Pick<Services, "store" | "clock" | "wakeups"> {
  readonly limits: Limits;
  /** Watches of an earlier process that have not been seen by this one. */
  readonly unseen: Map<string, TakenOver>;
}

/**
 * `last`: what the look before showed of it. Gives what is still to be saved, where nothing in it
 * changed that is saved at once.
 */
export async function move(
  state: Moving,
  id: string,
  sightings: readonly Sighting[],
  last: LookedAt = { seenAt: 0 },
): Promise<Unchanged | undefined> {
  const heard = sightings.some(({ is }) => is !== "silence");
  let said = false;
  const left = await amend<"watches", Unchanged>(state.store, "watches", id, async (before) => {
    if (!before) return { is: "left" };
    const known = asLookedAt(before, last);
    const next = advanced(state, known, sightings, heard);
    said = next.say.length > 0;
    if (said || !isUnchanged(known, next.watch)) return saved(state, next, sightings);
    return { is: "left", answer: await leftToSave(state, before, known, next.watch) };
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
  const since = heard ? unseen.get(before.id) : undefined;
  const absence = since && { from: before.seenAt, ...since };
  return advanceAll(before, sightings, clock.now(), limits, absence);
}

/** `before`: as it is saved. `known`: as the look before showed it. */
async function leftToSave(
  { store, clock }: Moving,
  before: AnyWatch,
  known: AnyWatch,
  watch: AnyWatch,
): Promise<Unchanged> {
  const headway = newHeadway(before, watch);
  const wentOn = newHeadway(known, watch) !== undefined;
  return { watch, headway, stale: await staleTopics(store, watch, clock.now(), wentOn) };
}

async function saved(
  { store, clock }: Moving,
  { watch, say }: Advanced,
  sightings: readonly Sighting[],
): Promise<Amendment<AnyWatch, never>> {
  const now = clock.now();
  const learned = watch.of === "failover" && !isOpen(watch) ? shownBy(watch, sightings) : [];
  return withItsWords(store, watch, say, now, learned);
}

/** Whose the replicas are whose points this run has used. */
const shownBy = (watch: Watch, sightings: readonly Sighting[]) =>
  sightings.flatMap((sighting) =>
    sighting.is === "evidence" ? replicasToRemember(watch, sighting.points) : [],
  );
