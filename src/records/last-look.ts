import type { AnyWatch } from "./any-watch.ts";
import type { Stored } from "./stored.ts";
import type { Watch } from "./watch.ts";

/**
 * When EM last answered about each watch, for all that are open: one record a look, so that a
 * watch is saved only where something of it changed that somebody is told of.
 */
export interface LastLook extends Stored {
  readonly version: 1;
  /** By the id of the watch; also of such as have ended since. */
  readonly seen: Readonly<Record<string, number>>;
  /** Of those that have gone on since they were saved. */
  readonly headways?: Readonly<Record<string, Headway>>;
}

/** How far a run is, and since when it stands there. */
export interface Headway {
  readonly session?: HowFar;
  /** In the watch's order. */
  readonly vms: readonly HowFar[];
}

type HowFar = readonly [percent: number, changedAt: number];

/** What the last look showed of one watch. */
export interface LookedAt {
  readonly seenAt: number;
  readonly headway?: Headway | undefined;
}

export const ofLook = (look: LastLook | undefined, id: string): LookedAt => ({
  seenAt: look?.seen[id] ?? 0,
  headway: look?.headways?.[id],
});

/** The watch as that look showed it, or as it is where it was saved later. */
export function asLookedAt<Followed extends AnyWatch>(
  watch: Followed,
  { seenAt, headway }: LookedAt,
): Followed {
  if (seenAt <= watch.seenAt) return watch;
  const moved = headway && watch.of === "failover" ? goneOn(watch, headway) : {};
  return { ...watch, ...moved, seenAt };
}

function goneOn({ session, vms }: Watch, headway: Headway): Pick<Watch, "vms"> & Partial<Watch> {
  if (vms.length !== headway.vms.length) return { vms };
  return {
    ...(session && headway.session ? { session: { ...session, ...shown(headway.session) } } : {}),
    vms: vms.map((vm, index) => ({ ...vm, ...shown(headway.vms[index] ?? howFar(vm)) })),
  };
}

const shown = ([progress, changedAt]: HowFar) => ({ progress, changedAt });
const howFar = (of: { readonly progress: number; readonly changedAt: number }): HowFar => [
  of.progress,
  of.changedAt,
];

export const lookOf = (watch: AnyWatch): LookedAt => ({
  seenAt: watch.seenAt,
  headway: headwayOf(watch),
});

/** Of a replication no more is kept than that it was seen. */
export const headwayOf = (watch: AnyWatch): Headway | undefined =>
  watch.of === "failover"
    ? {
        ...(watch.session ? { session: howFar(watch.session) } : {}),
        vms: watch.vms.map(howFar),
      }
    : undefined;
