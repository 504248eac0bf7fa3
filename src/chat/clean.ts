import { stripVTControlCharacters } from "node:util";

const lineBreaks = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;
const controls = /\p{Cc}/gu;
/** Marks that turn the direction of the text around them, and blanks of no width. */
const invisibleMarks = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * Text of strangers as one line that does nothing but be read: without terminal escapes, control
 * characters, marks that turn its direction, and halves of characters. Line breaks and tabs become
 * blanks. What joins letters is kept.
 */
export const cleanText = (text: string): string =>
  stripVTControlCharacters(text.toWellFormed())
    .replace(lineBreaks, " ")
    .replace(controls, "")
    .replace(invisibleMarks, "");
