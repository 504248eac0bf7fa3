/** What is said of notes: lines of people's own on the timeline of a run. */
import type { Card, Person } from "../chat/port.ts";
import { quoted, refusalCard, note as short, type, who } from "./words.ts";

/** `name`: of the plan. */
export const notedCard = (name: string, text: string): Card =>
  short(`Noted on the run of ${quoted(name)}`, text);

/** In the threads of a run where it was not written. */
export const noteLine = (by: Person, text: string): Card => ({
  tone: "plain",
  title: "Noted",
  lines: [[who(by), `: ${text}`]],
});

export const tooManyNotesCard: Card = refusalCard("This run has as many notes as it can have", [
  "Nothing was noted. What you write in the thread stands there all the same.",
]);

/** `runs`: several are shown where it was written. */
export const notOneRunCard = (runs: readonly { id: string; name: string }[]): Card =>
  refusalCard(runs.length === 0 ? "No run is shown here" : "Several runs are shown here", [
    "Nothing was noted. Write it in the thread of the run, or name the run by its id:",
    ...(runs.length === 0
      ? [[type("note run-k7f3q2 the switch was replaced")]]
      : runs.map(({ id, name }) => [type(`note ${id} …`), ` – ${name}`])),
  ]);
