/** The answer to `status` while EM does not answer: what was seen last, and since when. */
import type { Card, Line } from "../chat/port.ts";
import type { EmError } from "../em/errors.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Order } from "../records/order.ts";
import { spelledOut } from "./spelled-out.ts";
import { headlineOf } from "./watch-card.ts";
import { ago, at, count, list, quoted, sentence, type } from "./words.ts";

/** `sent`: confirmed orders that EM has not taken. */
export const silentStatusCard = (
  why: EmError,
  watches: readonly AnyWatch[],
  sent: readonly Order[],
): Card =>
  spelledOut({
    tone: "bad",
    title: isMute(why) ? "EM does not answer" : "EM cannot be asked",
    lines: [
      sentence(isMute(why) ? why.brief : why.message),
      ...(watches.length === 0 ? [] : [`${count(watches.length, "run")} here, as seen last:`]),
      ...watches.map(lastSeen),
      ...(sent.length === 0
        ? []
        : [`Approved, not sent yet: ${list(sent.map(({ plan }) => quoted(plan.name)))}.`]),
      "What is failed over, and what others have started, cannot be read now.",
    ],
    next: [type("doctor"), " looks for the cause; the Veeam console may still show it."],
  });

/** Its cure is the doctor's business; other failures say their own. */
const isMute = ({ failure }: EmError) => failure === "unreachable" || failure === "timed-out";

const lastSeen = (watch: AnyWatch): Line => [
  { strong: watch.subject.name },
  `: ${headlineOf(watch)}; seen `,
  ago(watch.seenAt),
  ", ",
  at(watch.seenAt),
  ` · ${watch.id}`,
];
