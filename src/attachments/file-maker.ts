/** The files of reports, made when they are sent. */
import type { Clock } from "../clock.ts";
import { pictureText } from "../messages/picture-text.ts";
import type { ReportForm, ReportPart } from "../records/topic.ts";
import type { RunFacts } from "../report/facts.ts";
import { factsOfRun } from "../report/facts-of-run.ts";
import type { Store } from "../store/store.ts";
import { csvLines } from "./csv.ts";
import { markdownLines } from "./markdown.ts";
import type { Pictures } from "./picture/pictures.ts";
import type { ReadBy } from "./shown.ts";
import { shownFacts } from "./shown-facts.ts";

interface FileMakerParts extends ReadBy {
  readonly store: Store;
  readonly pictures: Pick<Pictures, "png">;
  readonly clock: Pick<Clock, "turn">;
}

export const createFileMaker = (parts: FileMakerParts) => ({
  make: (part: ReportPart) => make(parts, part),
});

async function make(parts: FileMakerParts, { report, as }: ReportPart): Promise<Made> {
  const facts = await factsOfRun(parts.store, report);
  if (!facts) throw new Error(`Nothing is kept of the run ${report}`);
  return drawn(facts, as, parts);
}

interface Made {
  readonly bytes: Uint8Array;
  readonly text?: string;
}

/** The picture's text has times, which are shown as in the picture. */
async function drawn(facts: RunFacts, as: ReportForm, parts: FileMakerParts): Promise<Made> {
  switch (as) {
    case "png":
      return picture(shownFacts(facts, parts.shown), parts);
    case "md":
      return { bytes: await written(markdownLines(facts, parts), parts.clock) };
    case "csv":
      return { bytes: await written(csvLines(facts, parts), parts.clock) };
    default:
      return as satisfies never;
  }
}

/** Whoever waits for this process goes between lines. */
async function written(lines: Iterable<string>, clock: Pick<Clock, "turn">): Promise<Uint8Array> {
  const turn = clock.turn();
  const all: string[] = [];
  for (const line of lines) {
    all.push(line);
    await turn();
  }
  return Buffer.from(all.join(""));
}

const picture = async (facts: RunFacts, { pictures, timeZone }: FileMakerParts): Promise<Made> => ({
  bytes: await pictures.png(facts),
  text: pictureText(facts, timeZone),
});
