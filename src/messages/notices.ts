/** What nobody asked for and somebody should know. */
import { duration } from "../chat/duration.ts";
import { platformName } from "../chat/platform-name.ts";
import type { Card, Platform } from "../chat/port.ts";
import { at, count, list, quoted, sentence, type } from "./words.ts";

/** The state could not be read, and a new one was begun. */
export const damagedStateCard = (keptAs: string, why: string): Card => ({
  tone: "bad",
  title: "The bot's state was damaged; it has begun a new one",
  lines: [
    sentence(why),
    `The damaged file is kept as it is: ${keptAs}`,
    "Questions that were open must be asked again, and runs that were watched are not. Nothing was changed in EM.",
  ],
  next: [type("status"), " shows what runs; ", type("watch <plan>"), " follows it."],
});

/** The bot has begun on a copy of its state; `from`: when that was taken. */
export const restoredStateCard = (from: number): Card => ({
  tone: "warning",
  title: "The bot goes on from a backup of its state",
  lines: [
    ["It is from ", at(from), "; what was asked, ordered and said since then is not known here."],
    "Questions of before are closed, and what was approved and not sent by then is given up. Runs of then are followed.",
  ],
  next: [type("status"), " shows what runs; ", type("watch <plan>"), " follows it."],
});

/** The title of its thread. */
export const SECOND_PROCESS = "Second bot";

export const ANOTHER_LOGON =
  "Enterprise Manager has had another logon of this account for twenty minutes: a second bot, or somebody who uses the account";

/** To be said where this bot speaks: the other one hears the same lines, or some of them. */
export const secondProcessCard = (where: Platform | "em", how: string): Card => ({
  tone: "bad",
  title:
    where === "em"
      ? "Perhaps a second bot runs with the same account in Enterprise Manager"
      : `A second bot runs with the same tokens in ${platformName[where]}`,
  lines: [
    sentence(how),
    "Each has a state and questions of its own, so that a line may be answered by either or by both. A question is approved only by its button, its code, or an answer to it.",
  ],
  next: `Stop one of the two, or give it ${where === "em" ? "an account" : "an app"} of its own.`,
});

/** What a terminal finds that takes over from a bot in chat. */
export function takenOverCard(watched: readonly string[], asked: readonly string[]): Card {
  const open = [
    ...(watched.length > 0 ? [count(watched.length, "open run")] : []),
    ...(asked.length > 0 ? [count(asked.length, "open question")] : []),
  ];
  return {
    tone: "plain",
    title: `This state holds ${open.join(" and ")}`,
    lines: [
      ...(watched.length > 0 ? [`Followed here from now on: ${list(watched.map(quoted))}.`] : []),
      ...(asked.length > 0 ? [`Still to be decided: ${list(asked.map(quoted))}.`] : []),
      "What was to be said in chat waits until a bot that serves that chat uses this state again.",
    ],
    next: [
      type("watches"),
      ", ",
      type("confirm <plan>"),
      " and ",
      type("cancel"),
      " work here as they do there.",
    ],
  };
}

/** At the end of a pipe's patience. `runs`: ids of those that go on. */
export const waitedCard = (runs: readonly string[], waitMs: number): Card => ({
  tone: "warning",
  title: `${count(runs.length, "run has", "runs have")} not ended within ${duration(waitMs)}; nobody waits any longer`,
  lines: [`Not ended: ${list(runs)}. In EM they go on; nothing was stopped.`],
  next: "Started again on the same state, the bot follows them on.",
});

/** The bot is stopped: `card` shows how it was seen last. */
export const nobodyWatchesCard = (card: Card, now: number): Card => ({
  ...card,
  tone: "warning",
  title: `Nobody watches now: ${card.title}`,
  lines: [
    ["The bot was stopped ", at(now), "; what stands below is from then. In EM all goes on."],
    ...card.lines,
  ],
  next: "Look in the Veeam console meanwhile. Started again, the bot watches on, and says what it missed.",
});
