import { describe, expect, it } from "vitest";
import { putNewest } from "../../src/chat/newest.ts";
import { perhapsTwice } from "../../src/chat/perhaps-twice.ts";
import type { Card, Person, Span } from "../../src/chat/port.ts";
import { drawSpan, type SpanDrawing, spansOf, withSpans } from "../../src/chat/spans.ts";

const anna: Person = { platform: "slack", id: "U1", name: "Anna" };

const told: SpanDrawing<string> = {
  text: (text) => `text ${text}`,
  time: (at, style) => `${style} ${at}`,
  person: ({ name }, mention) => `${mention ? "call" : "name"} ${name}`,
  typed: (text) => `type ${text}`,
  strong: (text) => `strong ${text}`,
  link: (address, text) => `${text} at ${address}`,
};

describe("a line", () => {
  it("is drawn span by span, each kind in its own way", () => {
    const line: Span[] = [
      "srv01",
      { at: 5, style: "ago" },
      { person: anna },
      { person: anna, mention: true },
      { type: "status" },
      { strong: "now" },
      { link: "https://em.example", text: "EM" },
    ];
    expect(spansOf(line).map((span) => drawSpan(span, told))).toEqual([
      "text srv01",
      "ago 5",
      "name Anna",
      "call Anna",
      "type status",
      "strong now",
      "EM at https://em.example",
    ]);
  });

  it("of one text is one span", () => {
    expect(spansOf("srv01")).toEqual(["srv01"]);
  });
});

describe("a card", () => {
  const card: Card = {
    tone: "plain",
    title: "status",
    lines: ["Text stays", [{ person: anna, mention: true }, " stays"]],
    rows: [{ mark: "done", name: "srv01", detail: [{ strong: "up" }] }],
    next: [{ strong: "go" }],
    footer: [{ strong: "small" }],
  };

  it("has its spans changed wherever it has lines", () => {
    const changed = withSpans(card, (span) => ("strong" in span ? span.strong : "somebody"));
    expect(changed).toEqual({
      ...card,
      lines: ["Text stays", ["somebody", " stays"]],
      rows: [{ mark: "done", name: "srv01", detail: ["up"] }],
      next: ["go"],
      footer: ["small"],
    });
  });

  it("that may stand there twice says so in its last line", () => {
    expect(perhapsTwice(card).lines.slice(-2)).toEqual([card.lines[1], "(Perhaps posted twice)"]);
  });
});

describe("a memory of the newest", () => {
  it("leaves out what was put in, or put in again, the longest ago", () => {
    const memory = new Map<string, number>();
    for (const key of ["a", "b", "a", "c"]) putNewest(memory, key, memory.size, 2);
    expect([...memory.keys()]).toEqual(["a", "c"]);
  });
});
