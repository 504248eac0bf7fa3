import { whyUnreached } from "../network/reach.ts";
import { duration } from "./duration.ts";
import { failureSentence } from "./failure-sentence.ts";

/** One thing that the doctor has looked at. Plain data, without secrets. */
export interface DoctorCheck {
  /** What was looked at, like `EM certificate`. */
  readonly about: string;
  /**
   * note: good to know, or could not be looked at from here; nothing is known to be wrong. warning:
   * something does not work, or soon will not; the rest does. fault: the bot is of little use so.
   */
  readonly verdict: "well" | "note" | "warning" | "fault";
  /** A sentence. */
  readonly says: string;
  /** What to do about it; a sentence, absent where `says` holds it or nothing is wrong. */
  readonly cure?: string;
}

/**
 * Nothing where something answers at the address. `what`: whose address that is, as a sentence
 * begins.
 */
export async function reachChecks(
  about: string,
  what: string,
  address: URL,
  ...way: [by: typeof fetch, signal: AbortSignal]
): Promise<DoctorCheck[]> {
  const unreached = await whyUnreached(address, ...way);
  if (!unreached) return [];
  const { why, cure } = unreached;
  return [
    {
      about,
      verdict: "fault",
      says: `${what} cannot be reached at ${address.origin}: ${why}`,
      cure,
    },
  ];
}

/** The web address beside that of a WebSocket. */
export const webOf = (socket: string): URL =>
  new URL(new URL(socket.replace(/^ws/, "http")).origin);

/** Clocks that differ by less show in nothing. */
const APART_MS = 20_000;

/** A platform's clock beside ours; nothing where it is not known. */
export function clockCheck(platform: string, offsetMs: number | undefined): DoctorCheck[] {
  if (offsetMs === undefined) return [];
  const about = `${platform} clock`;
  const apartMs = Math.abs(offsetMs);
  if (apartMs < APART_MS)
    return [{ about, verdict: "well", says: "It agrees with this machine's to some seconds" }];
  return [
    {
      about,
      verdict: "warning",
      says: `This machine's is ${duration(apartMs)} ${offsetMs < 0 ? "ahead of" : "behind"} it`,
      cure: "have this machine set its clock by a time server",
    },
  ];
}

/** Ids of one platform that the policy names. */
export interface NamedIds {
  readonly people: readonly string[];
  /** User groups or roles. */
  readonly groups: readonly string[];
  readonly channels: readonly string[];
}

/** Looks each up, one after the other; `exists` rejects where the platform does not tell. */
export async function namedChecks(
  about: string,
  ids: readonly string[],
  exists: (id: string) => Promise<boolean>,
): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const id of ids) checks.push(...(await namedCheck(`${about} ${id}`, id, exists)));
  return checks;
}

async function namedCheck(
  about: string,
  id: string,
  exists: (id: string) => Promise<boolean>,
): Promise<DoctorCheck[]> {
  try {
    if (await exists(id)) return [];
    const says = "The policy names it, and the platform does not know it: its rules are for nobody";
    return [{ about, verdict: "fault", says, cure: "correct the id in the policy" }];
  } catch (error) {
    const says = `Whether it exists could not be asked: ${failureSentence(error, "the platform gave no answer")}`;
    return [{ about, verdict: "warning", says }];
  }
}
