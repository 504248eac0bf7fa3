import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainBar, plainCard } from "../../src/chat/plain.ts";
import type { Card, Mark, Person, Tone } from "../../src/chat/port.ts";

const now = Date.UTC(2026, 10, 21, 6, 0);
const options = { now, timeZone: "UTC" };
const ada: Person = { platform: "slack", id: "U012AB3CD", name: "Ada" };
const card = (more: Partial<Card> = {}): Card => ({
  tone: "running",
  title: "Failover of Mail",
  lines: [],
  ...more,
});

describe("a card as plain text", () => {
  it("says all that the card says, from top to bottom", () => {
    const text = plainCard(
      card({
        percent: 40,
        lines: ["Tenant ABC Company", [{ strong: "2 of 3" }, " VMs are running"]],
        rows: [
          { mark: "failed", name: "srv01", detail: "No space left" },
          { mark: "waiting", name: "srv02", detail: "" },
        ],
        next: ["Type ", { type: "cancel" }, " to withdraw it"],
        footer: ["Checked ", { at: now - 190_000, style: "ago" }],
        notify: [ada, ada],
      }),
      options,
    );
    expect(text.split("\n")).toEqual([
      "[running] Failover of Mail",
      "[########------------] 40 %",
      "Tenant ABC Company",
      "2 of 3 VMs are running",
      "[failed] srv01 – No space left",
      "[waiting] srv02",
      "Type `cancel` to withdraw it",
      "For the attention of Ada",
      "Checked 3 min ago",
    ]);
  });

  it.each<[Tone, string]>([
    ["plain", "Mail"],
    ["question", "[question] Mail"],
    ["running", "[running] Mail"],
    ["good", "[ok] Mail"],
    ["warning", "[warning] Mail"],
    ["bad", "[problem] Mail"],
  ])("says its tone in a word: %s", (tone, text) => {
    expect(plainCard(card({ tone, title: "Mail" }), options)).toBe(text);
  });

  it.each<Mark>(["waiting", "running", "done", "warning", "failed", "stalled", "unknown"])(
    "says the state of a row in its word: %s",
    (mark) => {
      const text = plainCard(card({ rows: [{ mark, name: "srv01", detail: "2 min" }] }), options);
      expect(text).toContain(`\n[${mark}] srv01 – 2 min`);
    },
  );

  it("shows times in UTC and in the configured zone", () => {
    const lines: Card["lines"] = [[{ at: now, style: "time" }]];
    expect(plainCard(card({ lines }), options)).toContain("\n2026-11-21 06:00 UTC");
    const elsewhere = plainCard(card({ lines }), { now, timeZone: "Asia/Tokyo" });
    expect(elsewhere).toContain("\n2026-11-21 06:00 UTC (15:00 Asia/Tokyo)");
  });

  it("shows people by their names and links by their words and address", () => {
    const lines: Card["lines"] = [
      [{ person: ada, mention: true }, ": ", { link: "https://em/1", text: "message" }],
    ];
    expect(plainCard(card({ lines }), options)).toContain("\nAda: message (https://em/1)");
  });

  it("leaves out buttons, as the card says what to type", () => {
    const buttons = [{ label: "Cancel it", token: "t", style: "plain" }] as const;
    expect(
      plainCard(card({ buttons, picker: { label: "Plan", token: "p" } }), options),
    ).not.toMatch(/Cancel|Plan/);
  });

  it("says how many rows it left out where it may show only some", () => {
    const rows = Array.from({ length: 9 }, (_, index) => ({
      mark: "done" as const,
      name: `srv${index}`,
      detail: "",
    }));
    const text = plainCard(card({ rows }), { ...options, mostRows: 2 });
    expect(text.split("\n").slice(1)).toEqual(["[done] srv0", "[done] srv1", "… and 7 more"]);
  });

  it("is broken at the width that is asked for", () => {
    const text = plainCard(card({ title: "Mail", lines: ["A line that is too long for it"] }), {
      ...options,
      width: 24,
    });
    expect(text.split("\n").slice(1)).toEqual(["A line that is too long", "  for it"]);
  });

  it("holds no control code and as many lines as the card has, whatever its strings are", () => {
    const any = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(any, any, any, any, (title, line, name, detail) => {
        const hostile = card({
          title,
          lines: [line, [{ strong: line }, { type: line }, { link: line, text: line }]],
          rows: [{ mark: "failed", name, detail }],
          next: [{ person: { ...ada, name } }],
          footer: detail,
        });
        const text = plainCard(hostile, options);
        expect(text.split("\n")).toHaveLength(6);
        expect(text.replaceAll("\n", "")).not.toMatch(
          /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u,
        );
      }),
    );
  });
});

describe("a bar", () => {
  it.each([
    [0, "[--------------------] 0 %"],
    [5, "[#-------------------] 5 %"],
    [99.9, "[###################-] 99 %"],
    [100, "[####################] 100 %"],
    [250, "[####################] 100 %"],
    [-3, "[--------------------] 0 %"],
  ])("of %d percent", (percent, bar) => {
    expect(plainBar(percent)).toBe(bar);
  });

  it("is empty where there is no number", () => {
    expect(plainBar(Number.NaN)).toBe("[--------------------] 0 %");
  });
});
