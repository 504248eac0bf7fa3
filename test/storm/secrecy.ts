/** Promise 9: nothing secret is read anywhere. */
import type { Chronicle } from "./chronicle.ts";
import { discordCanary } from "./discord-platform.ts";
import type { Fault } from "./invariants.ts";
import { slackCanary } from "./slack-platform.ts";

export function secrecy({ em, rooms, logged }: Chronicle): Fault[] {
  const said = JSON.stringify(rooms.messages.map(({ versions, body }) => ({ versions, body })));
  const log = logged.join("");
  return [...em.secrets, slackCanary, discordCanary].flatMap((secret) => [
    ...(said.includes(secret)
      ? [{ promise: "no secret is told", what: "a secret stands in a message" }]
      : []),
    ...(log.includes(secret)
      ? [{ promise: "no secret is told", what: "a secret stands in the log" }]
      : []),
  ]);
}
