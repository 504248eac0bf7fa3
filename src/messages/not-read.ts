/** Answers to messages in which no command was found that could be taken. */
import type { Courtesy } from "../chat/courtesy.ts";
import type { Card } from "../chat/port.ts";
import { LONGEST_MESSAGE } from "../typed/message.ts";
import { note, type } from "./words.ts";

export const courtesyCard = (courtesy: Courtesy): Card => ({
  ...note(courtesy === "thanks" ? "You are welcome" : "Hello"),
  next: [type("help"), " shows what you can type."],
});

const unread = (title: string, next: Card["next"]): Card => ({
  tone: "warning",
  title,
  lines: ["Nothing was done."],
  ...(next === undefined ? {} : { next }),
});

export const tooLongCard = (length: number): Card =>
  unread(`That is too long for me: ${length} characters, and I read ${LONGEST_MESSAGE}`, [
    type("help"),
    " shows what you can type.",
  ]);

export const oneAtATimeCard: Card = unread(
  "I take one command at a time",
  "Send each in a message of its own.",
);

export const editedCard: Card = unread(
  "I do not act on what was edited",
  "Send it anew, as a message of its own.",
);

/** Somebody may have quoted it. */
export const aloneCard = (verb: string): Card =>
  unread(`I take ${verb} only where nothing stands around it`, [
    "If it is meant, send it again as a line of its own that begins with ",
    type(verb),
    ".",
  ]);
