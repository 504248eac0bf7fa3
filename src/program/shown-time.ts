/** Where the bot's times leave it: what people and the audit log read is the wall clock's. */
import type { About } from "../chat/about.ts";
import type { Card, ChatPort, Incoming } from "../chat/port.ts";
import { withSpans } from "../chat/spans.ts";
import type { SteadyClock } from "../clock.ts";
import type { Conditional, Store } from "../store/store.ts";

type Shown = Pick<SteadyClock, "shown">;

export function shownCard({ about, ...card }: Card, { shown }: Shown): Card {
  const drawn = withSpans(card, (span) => ("at" in span ? { ...span, at: shown(span.at) } : span));
  return about === undefined ? drawn : { about: shownAbout(about, shown), ...drawn };
}

const shownAbout = (about: About, shown: Shown["shown"]): About =>
  about.stands === "asked" ? { ...about, closesAt: shown(about.closesAt) } : about;

export const shownPort = (port: ChatPort, clock: Shown): ChatPort => ({
  ...port,
  post: (to, card, key, again) => port.post(to, shownCard(card, clock), key, again),
  edit: (message, card) => port.edit(message, shownCard(card, clock)),
});

/** What was heard bears the wall clock's time, and what is replied shall; between them is the bot's. */
export const shownTo = (
  incoming: Incoming,
  clock: Pick<SteadyClock, "shown" | "meant">,
): Incoming => ({
  ...incoming,
  at: clock.meant(incoming.at),
  reply: (card, audience) => incoming.reply(shownCard(card, clock), audience),
});

/** Audit entries are for people: they bear the wall clock's time, as it was set at that moment. */
export const auditedByWall = (store: Store, clock: Shown): Store => ({
  ...store,
  commit: (changes) => store.commit(changes.map((change) => datedByWall(change, clock))),
});

function datedByWall(change: Conditional, { shown }: Shown): Conditional {
  if (!("chain" in change && "deed" in change.value)) return change;
  return { ...change, chain: "audit", value: { ...change.value, at: shown(change.value.at) } };
}
