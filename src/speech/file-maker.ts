/** Files whose bytes are made when they are sent, so that what causes them is saved at once. */
import type { ReportPart } from "../records/topic.ts";

export interface FileMaker {
  /**
   * The same for the same part as long as nothing more is known of its run. Rejects with StoreError
   * where it may go well later, else where it cannot be made.
   */
  make(part: ReportPart): Promise<MadeFile>;
}

export interface MadeFile {
  /** At least one. */
  readonly bytes: Uint8Array;
  /** What is said beside it in the place of what was queued with it. */
  readonly text?: string;
}
