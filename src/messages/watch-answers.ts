/** Short answers about what is watched, or could be. */
import type { Card } from "../chat/port.ts";
import type { FailoverPlan, ReplicationSession } from "../em/types.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { note, plainWord, quoted, type } from "./words.ts";

/** `ref`: where its card stands. */
export function watchedHereCard({ subject }: AnyWatch, ref: { link?: string } | undefined): Card {
  const link = ref?.link ? [[{ link: ref.link, text: "Open its card" }]] : [];
  return note(`${quoted(subject.name)} is watched here already`, ...link);
}

export const endedAlreadyCard = note("That run has ended already", "Nothing was done.");

export const quietAlreadyCard = note(
  "Only alarms and the end of that run are said here, already",
  "Nothing was done.",
);

export const oldRunCard = note("That run is from long ago");

/** `are`: so many runs are meant by what was typed. */
export const notOneWatchedCard = (are: number): Card =>
  note(are > 1 ? "Several runs are watched here" : "Nothing of that is watched here", [
    type("watches"),
    " lists them with their ids.",
  ]);

export const notRunningCard = ({ name, kind }: Pick<FailoverPlan, "name" | "kind">): Card =>
  note(
    `No failover of ${quoted(name)} runs now`,
    ...(kind === "ordinary" ? [`${NO_SESSIONS}.`] : []),
  );

const NO_SESSIONS = "EM's API shows no sessions of ordinary plans";

export const noSessionsCard = note(
  NO_SESSIONS,
  "It shows those of cloud failover plans, where there is Cloud Connect.",
);

/** `sessions`: ids of those that run. */
export const notToldApartCard = (name: string, sessions: readonly string[]): Card =>
  note(
    `Several plans are called ${quoted(name)}, and EM does not show whose session runs`,
    "A session can be watched by its id:",
    ...sessions.map((id) => [type(`watch ${id}`)]),
  );

export const endedReplicationCard = (session: ReplicationSession): Card =>
  note(
    `The session of ${quoted(session.job?.name ?? session.name)} has ended: EM reports ${plainWord(session.result)}`,
    ...(session.failureMessage ? [session.failureMessage] : []),
  );
