/**
 * How often each method may be called: https://docs.slack.dev/apis/web-api/rate-limits. Time is the
 * clock's.
 */

import type { Clock } from "../../../src/clock.ts";

interface Rate {
  /** So many at once, after a rest. */
  readonly burst: number;
  /** And one more each so many milliseconds. */
  readonly everyMs: number;
}

const perMinute = (count: number): Rate => ({ burst: count, everyMs: 60_000 / count });

const posts: Rate = { burst: 5, everyMs: 1000 };

/** Posts are counted by channel, everything else by method. */
const rates: Record<string, Rate> = {
  "chat.postMessage": posts,
  "chat.postEphemeral": perMinute(100),
  "chat.update": perMinute(50),
  "conversations.history": perMinute(50),
  "conversations.replies": perMinute(50),
  "conversations.open": perMinute(50),
  "conversations.info": perMinute(50),
  "usergroups.list": perMinute(20),
  "users.info": perMinute(100),
  "files.getUploadURLExternal": perMinute(100),
  "files.completeUploadExternal": perMinute(100),
};

/** Whole seconds to wait before a call is taken; 0 for a call that is taken now. */
export type Meter = (method: string, channel: string | undefined) => number;

export function createMeter(clock: Clock): Meter {
  const buckets = new Map<string, { full: number; at: number }>();
  return (method, channel) => {
    const rate = rates[method];
    if (!rate) return 0;
    const name = method === "chat.postMessage" ? `${method} ${channel}` : method;
    const now = clock.now();
    const bucket = buckets.get(name) ?? { full: rate.burst, at: now };
    const full = Math.min(rate.burst, bucket.full + (now - bucket.at) / rate.everyMs);
    const isTaken = full >= 1;
    buckets.set(name, { full: isTaken ? full - 1 : full, at: now });
    return isTaken ? 0 : Math.max(1, Math.ceil(((1 - full) * rate.everyMs) / 1000));
  };
}
