/** What every message to Slack has besides its card. */

import type { Place } from "../../src/chat/port.ts";

/** Text in a card must not be made into mentions or links, whatever it looks like. */
export const asItIs = { parse: "none", link_names: false } as const;
export const unfurlNothing = { unfurl_links: false, unfurl_media: false } as const;

export const inThread = ({ thread }: Place): { thread_ts?: string } =>
  thread === undefined ? {} : { thread_ts: thread };
