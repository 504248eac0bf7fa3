import type { types } from "@slack/bolt";
import { cleanText } from "../../src/chat/clean.ts";

/**
 * Slack reads `&`, `<` and `>` in text objects as the beginnings of mentions, links and entities.
 */
const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign);

const whole = (character: string) => character;

/**
 * The longest beginning that fits, with an ellipsis where something was cut; never half an entity
 * or half a character.
 */
function cut(text: string, most: number, written: (character: string) => string): string {
  const all = Array.from(text, written);
  let length = all.reduce((sum, piece) => sum + piece.length, 0);
  if (length <= most) return all.join("");
  while (length > most - 1) length -= all.pop()?.length ?? length;
  return `${all.join("")}…`;
}

/**
 * Strangers' text as one harmless line of at most `most` characters, for places where Slack reads
 * no markup.
 */
export const fitted = (text: string, most: number): string => cut(cleanText(text), most, whole);

/**
 * The same for text objects: escaped, and at most `most` characters with all escapes. Line breaks
 * are kept.
 */
export const fittedEscaped = (text: string, most: number): string => cut(text, most, escaped);

/**
 * A text object in which Slack reads no markup and turns no `:word:` into a picture.
 * Slack refuses empty ones, so that nothing becomes a dash.
 */
export const plainText = (text: string, most: number): types.PlainTextElement => ({
  type: "plain_text",
  text: fittedEscaped(cleanText(text), most).trim() || "–",
  emoji: false,
});
