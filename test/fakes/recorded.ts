/** What the bot sent to a platform, kept as a file: pictures are drawn from it. */
import { join } from "node:path";
import { expect } from "vitest";

const ID = "run-k4w9tb";

/** The same in every run but for the run's id. `-u` writes the file anew. */
export const expectRecorded = (name: string, payload: unknown): Promise<void> =>
  expect(
    `${JSON.stringify(payload, undefined, 2)}\n`.replaceAll(/run-[0-9a-z]{6}\b/g, ID),
  ).toMatchFileSnapshot(join(import.meta.dirname, "../fixtures", name));
