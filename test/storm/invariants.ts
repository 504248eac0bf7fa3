/**
 * What must hold after every run, whatever befell it. Each promise is checked from the records of
 * EM and of the chats alone, never from what the bot believes; the audit log and the record of a
 * run are exceptions, as they are themselves what was promised.
 */
import { audits } from "./audit.ts";
import type { Chronicle } from "./chronicle.ts";
import { starts } from "./confirmations.ts";
import { ends } from "./ends.ts";
import { liveness } from "./liveness.ts";
import { records } from "./record.ts";
import { secrecy } from "./secrecy.ts";
import { speech } from "./speech.ts";
import { takeOvers } from "./take-overs.ts";
import { truth } from "./truth.ts";

/** A promise that was broken. */
export interface Fault {
  /** The name of the promise: a word or two that stay the same from run to run. */
  readonly promise: string;
  /** A sentence. */
  readonly what: string;
}

export async function faultsIn(chronicle: Chronicle): Promise<Fault[]> {
  return [
    ...starts(chronicle),
    ...ends(chronicle),
    ...speech(chronicle),
    ...(await liveness(chronicle)),
    ...(await audits(chronicle)),
    ...(await records(chronicle)),
    ...secrecy(chronicle),
    ...(await takeOvers(chronicle)),
    ...truth(chronicle),
  ];
}
