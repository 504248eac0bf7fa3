/** Text for whoever looks at a window, where lines that are too long would be cut within words. */
import { wrapped } from "../chat/width.ts";

/** In columns; without an end where no window shows it, as in a pipe or a file. */
export const widthOfWindow = ({ columns }: { readonly columns?: number }): number =>
  columns === undefined || columns < 1 ? Number.POSITIVE_INFINITY : columns;

/** What a line begins with stays in front of all its pieces. */
export const folded = (text: string, width: number): string =>
  text
    .split("\n")
    .flatMap((line) => foldedLine(line, width))
    .join("\n");

function foldedLine(line: string, width: number): string[] {
  const rest = line.trimStart();
  const indent = line.slice(0, line.length - rest.length);
  return wrapped(rest, width - indent.length).map((piece) => indent + piece);
}
