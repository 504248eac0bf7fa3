import { plainCard } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";
import { begun, minute } from "../watch/things.ts";

/** When messages are read in these tests: four minutes after the run began. */
export const now = begun + 4 * minute;

/** A card as it reads. */
export const read = (card: Card | undefined, at = now) =>
  card === undefined ? "nothing" : plainCard(card, { now: at, timeZone: "UTC" });
