/** Promise 9: nothing secret is read anywhere. */
import type { Chronicle } from "./chronicle.ts";
import type { Fault } from "./invariants.ts";

export function secrecy({ em, rooms, logged }: Chronicle): Fault[] {
  const said = JSON.stringify(rooms.messages.map(({ versions }) => versions));
  const log = logged.join("");
  return [...em.secrets].flatMap((secret) => [
    ...(said.includes(secret)
      ? [{ promise: "no secret is told", what: "a secret stands in a message" }]
      : []),
    ...(log.includes(secret)
      ? [{ promise: "no secret is told", what: "a secret stands in the log" }]
      : []),
  ]);
}
