/** Loaded before the program: its machine has the name that CRASH_HOST gives. */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

Object.assign(os, { hostname: () => process.env.CRASH_HOST ?? "nowhere" });
syncBuiltinESMExports();
