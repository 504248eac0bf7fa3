import { localLocks } from "../../src/store/locks.ts";
import { StoreError } from "../../src/store/store.ts";
import { localWakeups } from "../../src/store/wakeups.ts";
import { barePictures } from "./files.ts";

/**
 * What all who share a store go by; of this one no copies are to be had, and
 * pictures are bare.
 */
export const besideStore = () => ({
  locks: localLocks(),
  wakeups: localWakeups(),
  pictures: barePictures,
  copyTo: () => Promise.reject(new StoreError("Cannot copy the state as it is a test's")),
});
