/**
 * What was printed last and is still being read: live cards leave it the room that it needs in the
 * window.
 */

export interface BeingRead {
  readonly rows: number;
  /** By `Clock.elapsed`. */
  readonly until: number;
}

/** Time to read a window full of text. */
const READ_MS = 60_000;

/**
 * answer: to the line typed last, which stands above it. card: something else to be read. line: one
 * of a thread.
 */
export type Weight = "answer" | "card" | "line";

export function beingReadAfter(
  before: BeingRead | undefined,
  weight: Weight,
  rows: number,
  now: number,
): BeingRead | undefined {
  const read = isRead(before, now) ? undefined : before;
  if (weight === "line") return read && { ...read, rows: read.rows + rows };
  const above = weight === "answer" ? 1 : (read?.rows ?? 0);
  return { rows: above + rows, until: now + READ_MS };
}

export const isRead = (reading: BeingRead | undefined, now: number) =>
  reading === undefined || now >= reading.until;

/** How many lines live cards may take in a window of so many rows: half of it, or what is left. */
export function liveRoom(rows: number, reading: BeingRead | undefined, now: number): number {
  const half = Math.max(1, Math.floor(rows / 2));
  if (reading === undefined || isRead(reading, now)) return half;
  return Math.max(1, Math.min(half, rows - reading.rows - 1));
}
