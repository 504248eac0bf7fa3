import { styleText } from "node:util";
import type { PlainLine } from "../../src/chat/plain.ts";
import type { Paint } from "./printed.ts";

type Style = Parameters<typeof styleText>[0];

const signStyles: Partial<Record<NonNullable<PlainLine["sign"]>, Style>> = {
  question: "yellow",
  running: "cyan",
  good: "green",
  done: "green",
  warning: "yellow",
  stalled: "yellow",
  bad: "red",
  failed: "red",
};

const styled = (style: Style, text: string) => styleText(style, text, { validateStream: false });

/** Colours the sign at the beginning of a line, which says the same in words. */
function withSign({ sign, text }: PlainLine): string {
  const style = sign && signStyles[sign];
  return style ? text.replace(/^\[\w+\]/, (word) => styled(style, word)) : text;
}

/** Sparing: signs in colour, titles strong, small print faint. */
export const coloured: Paint = (line) => {
  if (line.part === "title") return styled("bold", withSign(line));
  return line.part === "footer" ? styled("dim", line.text) : withSign(line);
};
