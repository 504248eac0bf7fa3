/**
 * Where everything random comes from. There is one source for the process, and only a simulation
 * puts another in its place: nothing that is drawn here has a meaning that a caller could choose.
 */
import { randomBytes } from "node:crypto";

export interface ChanceSource {
  /** At least 0, below 1. */
  fraction(): number;
  /** So many bytes that nobody can guess. */
  bytes(count: number): Uint8Array;
}

const system: ChanceSource = { fraction: Math.random, bytes: randomBytes };

let source = system;

export const chance: ChanceSource = {
  fraction: () => source.fraction(),
  bytes: (count) => source.bytes(count),
};

/** From now on all is drawn from there; without an argument, from the system again. */
export function drawFrom(other: ChanceSource = system): void {
  source = other;
}
