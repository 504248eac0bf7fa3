import { localLocks } from "../../src/store/locks.ts";
import { localWakeups } from "../../src/store/wakeups.ts";

/** What all who share a store go by. */
export const besideStore = () => ({ locks: localLocks(), wakeups: localWakeups() });
