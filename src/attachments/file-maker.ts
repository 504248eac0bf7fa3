/** The files of reports, made when they are sent. */
import { pictureText } from "../messages/picture-text.ts";
import type { ReportForm, ReportPart } from "../records/topic.ts";
import type { RunFacts } from "../report/facts.ts";
import { factsOfRun } from "../report/facts-of-run.ts";
import type { Store } from "../store/store.ts";
import { vmsCsv } from "./csv.ts";
import { markdownReport } from "./markdown.ts";
import type { Pictures } from "./picture/pictures.ts";
import type { ReadBy } from "./shown.ts";
import { shownFacts } from "./shown-facts.ts";

interface FileMakerParts extends ReadBy {
  readonly store: Store;
  readonly pictures: Pick<Pictures, "png">;
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
      return { bytes: Buffer.from(markdownReport(facts, parts)) };
    case "csv":
      return { bytes: Buffer.from(vmsCsv(facts, parts)) };
    default:
      return as satisfies never;
  }
}

const picture = async (facts: RunFacts, { pictures, timeZone }: FileMakerParts): Promise<Made> => ({
  bytes: await pictures.png(facts),
  text: pictureText(facts, timeZone),
});
