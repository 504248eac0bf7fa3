import { duration } from "./duration.ts";

/** One thing that the doctor has looked at. Plain data, without secrets. */
export interface DoctorCheck {
  /** What was looked at, like `EM certificate`. */
  readonly about: string;
  /**
   * warning: something does not work, or soon will not; the rest does. fault: the bot is of little
   * use so.
   */
  readonly verdict: "well" | "warning" | "fault";
  /** A sentence. */
  readonly says: string;
  /** What to do about it; a sentence, absent where `says` holds it or nothing is wrong. */
  readonly cure?: string;
}

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
