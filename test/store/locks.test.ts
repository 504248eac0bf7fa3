import { localLocks } from "../../src/store/locks.ts";
import { localWakeups } from "../../src/store/wakeups.ts";
import { locksContract } from "../contracts/locks.ts";
import { wakeupsContract } from "../contracts/wakeups.ts";

locksContract("of one process", async () => localLocks());
wakeupsContract("of one process", async () => localWakeups());
