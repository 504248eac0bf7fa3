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
  readonly paces?: Readonly<Record<string, Pace>>;
}

/** How far a run is, and since when it stands there. */
export interface Pace {
  readonly session?: HowFar;
  /** In the watch's order. */
  readonly vms: readonly HowFar[];
}

type HowFar = readonly [percent: number, changedAt: number];

/** What the last look showed of one watch. */
export interface LookedAt {
  readonly seenAt: number;
  readonly pace?: Pace | undefined;
}

export const lookedAt = (look: LastLook | undefined, id: string): LookedAt => ({
  seenAt: look?.seen[id] ?? 0,
  pace: look?.paces?.[id],
});

/** The watch as that look showed it, or as it is where it was saved later. */
export function asLookedAt<Followed extends AnyWatch>(
  watch: Followed,
  { seenAt, pace }: LookedAt,
): Followed {
  if (seenAt <= watch.seenAt) return watch;
  const moved = pace && watch.of === "failover" ? goneOn(watch, pace) : {};
  return { ...watch, ...moved, seenAt };
}

function goneOn({ session, vms }: Watch, pace: Pace): Pick<Watch, "vms"> & Partial<Watch> {
  if (vms.length !== pace.vms.length) return { vms };
  return {
    ...(session && pace.session ? { session: { ...session, ...shown(pace.session) } } : {}),
    vms: vms.map((vm, index) => ({ ...vm, ...shown(pace.vms[index] ?? howFar(vm)) })),
  };
}

const shown = ([progress, changedAt]: HowFar) => ({ progress, changedAt });
const howFar = (of: { readonly progress: number; readonly changedAt: number }): HowFar => [
  of.progress,
  of.changedAt,
];

export const lookOf = (watch: AnyWatch): LookedAt => ({
  seenAt: watch.seenAt,
  pace: paceOf(watch),
});

/** Of a replication no more is kept than that it was seen. */
export const paceOf = (watch: AnyWatch): Pace | undefined =>
  watch.of === "failover"
    ? {
        ...(watch.session ? { session: howFar(watch.session) } : {}),
        vms: watch.vms.map(howFar),
      }
    : undefined;
