/**
 * Faults of the bot that are known and not mended yet: the storm finds them, says how often, and
 * goes on. A line leaves this list with the fault.
 */
import type { Fault } from "./invariants.ts";
import type { Kind } from "./weather.ts";

export interface KnownFault {
  readonly promise: string;
  /** It happens only where one of these can befall the bot; none: anywhere. */
  readonly by: readonly Kind[];
  readonly why: string;
}

const known: readonly KnownFault[] = [];

export const knownAs = (fault: Fault, kinds: ReadonlySet<Kind>): KnownFault | undefined =>
  known.find(
    ({ promise, by }) =>
      promise === fault.promise && (by.length === 0 || by.some((kind) => kinds.has(kind))),
  );
