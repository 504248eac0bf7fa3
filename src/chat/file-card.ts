/** A file as a message: what stands beside it, and what is said where it cannot be shown. */
import { perhapsTwiceRemark } from "./perhaps-twice.ts";
import type { Attachment, Card } from "./port.ts";

const linesOf = (text: string): string[] =>
  text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");

/** What stands beside a file. The remark comes first, since a long text may be cut short. */
export const fileCard = (
  { name, text }: Pick<Attachment, "name" | "text">,
  perhapsTwice = false,
): Card => ({
  tone: "plain",
  title: name,
  lines: [...(perhapsTwice ? [perhapsTwiceRemark] : []), ...linesOf(text)],
});

/**
 * What is said in the place of a file that the platform does not take. `perhapsThere`: an earlier
 * attempt had no answer.
 */
export const refusedFileCard = (
  { name, text }: Pick<Attachment, "name" | "text">,
  why: string,
  perhapsThere: boolean,
): Card => ({
  tone: "warning",
  title: `The file "${name}" is not here`,
  lines: [
    why,
    ...(perhapsThere ? ["Perhaps it is: an earlier attempt to attach it had no answer"] : []),
    ...linesOf(text),
  ],
});
