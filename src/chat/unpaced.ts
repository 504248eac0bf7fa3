import type { Budget, Pace } from "./pace.ts";

const any: Budget = { burst: 1, everyMs: 0, of: "platform" };

/** Of a platform that takes whatever comes. */
export const unpaced: Pace = { posts: any, edits: any, lateEditMs: 0 };
