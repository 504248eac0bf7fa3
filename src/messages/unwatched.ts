/** The last card of a run in a place where somebody wants to read no more of it. */
import type { Card, Person } from "../chat/port.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { runName } from "./headline.ts";
import { lastSeenCardOf } from "./watch-card.ts";
import { quoted, type, who } from "./words.ts";

/** Without bar and forecast, which would stand there for ever. */
export function unwatchedCard(watch: AnyWatch, by: Person): Card {
  const { about: _about, percent: _percent, lines, ...card } = lastSeenCardOf(watch);
  const name =
    watch.of === "failover" ? runName(watch) : `replication ${quoted(watch.subject.name)}`;
  return {
    ...card,
    tone: "plain",
    title: `No longer watched here: ${name}`,
    lines: [
      ["Stopped by ", who(by), ". What stands below is from then; nothing was stopped in EM."],
      "Alarms and the end are said here all the same.",
      ...lines,
    ],
    next: [type(`watch ${watch.id}`), " shows it here again."],
    buttons: [],
  };
}
