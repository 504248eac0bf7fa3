/** What could not be read of EM, and why: never counted as "none". */
import type { EmError } from "../em/errors.ts";
import type { UnreadPlans } from "../em/plan-list.ts";
import type { EstateFacts } from "../estate/facts.ts";
import { sentence } from "./words.ts";

const ADMINISTRATOR = "a Portal Administrator";

/** What there is to read, and which of EM's roles may. */
const rights = {
  "failover plans": `${ADMINISTRATOR} or a Restore Operator`,
  "cloud failover plans": `${ADMINISTRATOR} or a Restore Operator`,
  "ordinary failover plans": `${ADMINISTRATOR} or a Restore Operator`,
  "failover sessions": ADMINISTRATOR,
  "replica points": ADMINISTRATOR,
  "replication sessions": ADMINISTRATOR,
  "CDP sessions": ADMINISTRATOR,
} as const;

export type Readable = keyof typeof rights;

export const unreadLine = (what: Readable, why: EmError): string =>
  why.failure === "forbidden"
    ? `The EM account may not read ${what}; that takes ${rights[what]}.`
    : `Not read: ${what}. ${sentence(why.brief)}`;

export const unreadPlansLine = ({ kind, why }: UnreadPlans): string =>
  unreadLine(`${kind} failover plans`, why);

/** What could not be read of what is failed over and what runs. */
export function unreadLines({
  plans,
  open,
  standing,
}: Pick<EstateFacts, "plans" | "open" | "standing">): string[] {
  const isPoints =
    standing.is === "unread" && plans.is === "read" && plans.value.unread.length === 0;
  return [
    ...(plans.is === "unread"
      ? [unreadLine("failover plans", plans.why)]
      : plans.value.unread.map(unreadPlansLine)),
    ...(open.is === "unread" ? [unreadLine("failover sessions", open.why)] : []),
    ...(isPoints ? [unreadLine("replica points", standing.why)] : []),
  ];
}
