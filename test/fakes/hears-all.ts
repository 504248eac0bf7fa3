import type { Hearing } from "../../src/chat/port.ts";

/** For a handler of which nobody asks what was missed. */
export const hearsAll: Hearing = {
  lastHeard: async () => ({ threads: [] }),
  allHeard: async () => undefined,
};
