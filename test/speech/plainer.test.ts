/** What a card looks like that its platform has refused. */
import { describe, expect, it } from "vitest";
import type { Card, Place } from "../../src/chat/port.ts";
import type { Topic } from "../../src/records/topic.ts";
import type { Job } from "../../src/speech/next-message.ts";
import { createPlainMessages } from "../../src/speech/plainer.ts";

const begun = 7000;
const minute = 60_000;
const ops: Place = { platform: "terminal", channel: "ops" };
const card: Card = { tone: "plain", title: "Runs", lines: ["more"] };
const topic: Topic = {
  ...{ version: 1, id: "run", place: ops, title: "Plan", card },
  ...{ updatedAt: 0, closed: false },
};
const posted = { version: 1, ref: { place: ops, id: "m1" } } as const;
const lineOf = (key: string) =>
  ({
    key,
    value: { version: 1, topic: "run", card, urgent: false, at: 0 },
  }) as const;
const root: Job = { is: "root", topic, posted, card, urgent: false };
const edit: Job = { is: "edit", topic, posted, card, why: "changed", headline: false };
const line = (key: string): Job => ({
  ...{ is: "line", topic, posted, lines: [lineOf(key)], card, urgent: false },
});
const copy: Job = { is: "copy", topic, posted, line: lineOf("1"), card };

const text: Card = { ...card, plainly: true };
const title: Card = { ...text, lines: ["The platform refused the rest of this message."] };

describe("a card that was refused", () => {
  it("is mere text then, after another refusal its title, and nothing plainer after that", () => {
    const plain = createPlainMessages();
    expect(plain.drawn(root, card, begun)).toEqual(card);
    expect(plain.refused(root, begun)).toBe(true);
    expect(plain.drawn(root, card, begun)).toEqual(text);
    expect(plain.refused(root, begun)).toBe(true);
    expect(plain.drawn(root, card, begun)).toEqual(title);
    expect(plain.refused(root, begun)).toBe(false);
    expect(plain.drawn(root, card, begun)).toEqual(title);
  });

  it("is drawn so for ten minutes, and then as it is", () => {
    const plain = createPlainMessages();
    plain.refused(edit, begun);
    expect(plain.drawn(edit, card, begun + 10 * minute - 1)).toEqual(text);
    expect(plain.drawn(edit, card, begun + 10 * minute)).toEqual(card);
    expect(plain.refused(edit, begun + 10 * minute)).toBe(true);
    expect(plain.drawn(edit, card, begun + 10 * minute)).toEqual(text);
  });

  it("is drawn so in its edits, and in none of its lines or copies", () => {
    const plain = createPlainMessages();
    plain.refused(root, begun);
    expect(plain.drawn(edit, card, begun)).toEqual(text);
    for (const other of [line("1"), copy]) expect(plain.drawn(other, card, begun)).toEqual(card);
    const others: Job = { ...root, topic: { ...topic, id: "other" } };
    expect(plain.drawn(others, card, begun)).toEqual(card);
  });

  it("of a line or a copy is drawn so alone", () => {
    const plain = createPlainMessages();
    plain.refused(line("1"), begun);
    expect(plain.drawn(line("1"), card, begun)).toEqual(text);
    for (const other of [line("2"), copy, root])
      expect(plain.drawn(other, card, begun)).toEqual(card);
    plain.refused(copy, begun);
    expect(plain.drawn(copy, card, begun)).toEqual(text);
    expect(plain.drawn(root, card, begun)).toEqual(card);
  });

  it("has arrived: of a line that is forgotten, of a card that stays so for its edits", () => {
    const plain = createPlainMessages();
    for (const job of [line("1"), root]) {
      plain.refused(job, begun);
      plain.arrived(job);
    }
    expect(plain.drawn(line("1"), card, begun)).toEqual(card);
    expect(plain.drawn(root, card, begun)).toEqual(text);
  });
});
