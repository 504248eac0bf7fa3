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
