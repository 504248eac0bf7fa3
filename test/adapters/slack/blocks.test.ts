import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slackMessage } from "../../../adapters/slack/blocks.ts";
import type { Card, Line, Mark, Person, Span, Tone } from "../../../src/chat/port.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { messageRefusal } from "../../fakes/slack/limits.ts";
import { mentionsIn, readable } from "../../fakes/slack/reading.ts";
import { createWorld } from "../../fakes/slack/world.ts";
import { castOf, hostileName, manyRows, noon, sampleCards } from "../../fixtures/cards.ts";

const world = createWorld(fakeClock(), []);
const drawn = (card: Card) => slackMessage(card, "UTC");
const read = (card: Card) => {
  const { text, blocks } = drawn(card);
  return readable(world, {
    ...{
      channel: "C0WAR",
      ts: "1.0",
      by: "U0FAILOVER",
      isBroadcast: false,
      edits: 0,
      makesMentions: false,
    },
    text,
    blocks,
  });
};
const mentioned = (card: Card) => mentionsIn({ ...drawn(card), makesMentions: false });
const card = (more: Partial<Card>): Card => ({ tone: "plain", title: "Title", lines: [], ...more });

describe("a card in Slack", () => {
  for (const [name, sample] of Object.entries(sampleCards("slack"))) {
    it(`looks like this: ${name}`, () => {
      expect(read(sample)).toMatchSnapshot("as a person reads it");
      expect(drawn(sample)).toMatchSnapshot("as Slack gets it");
    });

    it(`is taken by Slack: ${name}`, () => {
      const { text, blocks } = drawn(sample);
      expect(messageRefusal(text, blocks)).toBeUndefined();
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(10_000);
    });
  }

  it("shows what is wrong in a plan of 200 VMs first, and of the rest how many there are", () => {
    const rows = manyRows(200);
    const text = read(card({ rows }));
    for (const { name, mark } of rows)
      if (mark !== "waiting" && mark !== "done") expect(text).toContain(name);
    expect(text.indexOf("vm-067")).toBeLessThan(text.indexOf("vm-001"));
    expect(text).toContain("Not enough memory on the target host");
    expect(text).toContain("waiting: 97");
    expect(text).toContain("… and 85 more");
  });

  it("shows all restore points of a question for 100 VMs", () => {
    const rows = manyRows(100).map((row) => ({
      ...row,
      mark: "plain" as const,
      detail: "3 h old",
    }));
    const text = read(card({ rows }));
    for (const { name } of rows) expect(text).toContain(name);
  });

  it("says what is special of a large plan first, and counts the rest", () => {
    const rows = manyRows(100).map(
      (row, index) => ({ ...row, mark: index === 50 ? "warning" : "plain" }) as const,
    );
    const text = read(card({ rows }));
    expect(text).toMatch(/warning: 1\n.*\n• the rest: 99/);
  });

  it("keeps the last line of a list that is too long, which says what was left out", () => {
    const lines = Array.from(
      { length: 200 },
      (_, index) => `${index + 1}. ${"a plan ".repeat(10)}`,
    );
    const text = read(card({ lines: [...lines, "… and 171 more: add a part of the name"] }));
    expect(text).toMatch(/… \d+ more lines …\n… and 171 more: add a part of the name/);
  });

  it("shows the worst of a plan of 2,000 VMs, and counts the rest", () => {
    const text = read(card({ rows: manyRows(2000) }));
    expect(text).toContain("failed: 29");
    expect(text).toContain("done: 966");
    expect(text).toMatch(/… and \d+ more/);
  });

  it("is taken by Slack where 300 VMs have long and hostile names, and each a reason", () => {
    const name = hostileName.repeat(3);
    const rows = manyRows(300).map((row) => ({
      ...row,
      name,
      detail: [{ strong: name }, { type: name }],
    }));
    const { text, blocks } = drawn(card({ rows, lines: rows.map(() => name) }));
    expect(messageRefusal(text, blocks)).toBeUndefined();
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(10_000);
  });

  it("keeps the order of few rows", () => {
    const rows = manyRows(20);
    const text = read(card({ rows }));
    const places = rows.map(({ name }) => text.indexOf(name));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it("says in its text what a screen reader needs: words, numbers and times", () => {
    const { text } = drawn(sampleCards("slack").running as Card);
    expect(text).toContain("\n41 %\n");
    expect(text).toContain("srv03: stalled, last change 2026-11-21 05:49 UTC");
    expect(text).toContain("2026-11-21 05:58 UTC");
    expect(text).not.toMatch(/[[\]#`]/);
  });

  it("leaves times to the reader's Slack, with UTC for readers that cannot", () => {
    const { blocks } = drawn(
      card({
        footer: ["Checked ", { at: noon, style: "ago" }],
        lines: [[{ at: noon, style: "time" }]],
      }),
    );
    expect(JSON.stringify(blocks)).toContain(`<!date^${noon / 1000}^{ago}|2026-11-21 06:00 UTC>`);
    expect(blocks[0]).toMatchObject({
      elements: [
        {
          elements: expect.arrayContaining([
            expect.objectContaining({ type: "date", timestamp: noon / 1000 }),
          ]),
        },
      ],
    });
  });

  it("mentions people and groups of Slack, once each, where the core says so", () => {
    const { asker, approver, onCall } = castOf("slack");
    const lines: Line[] = [
      [{ person: asker, mention: true }, { person: approver, mention: true }, { person: onCall }],
    ];
    expect(mentioned(card({ lines, notify: [approver, onCall, approver] }))).toEqual([
      asker.id,
      approver.id,
      onCall.id,
    ]);
  });

  it("names people of other platforms, and ids that are none, without mentioning anybody", () => {
    const strangers: Person[] = [
      { platform: "discord", id: "U0ALICE", name: "dora" },
      { platform: "slack", id: "channel", name: "carl" },
      { platform: "slack", id: "U0> <!here", name: "mallory" },
    ];
    const one = card({
      lines: [strangers.map((person) => ({ person, mention: true }))],
      notify: strangers,
    });
    expect(mentioned(one)).toEqual([]);
    expect(read(one)).toContain("doracarlmallory");
  });

  it("writes strangers' text in nothing that Slack reads for markup", () => {
    const strings = [...nodes(drawn(sampleCards("slack").hostile as Card).blocks)];
    expect(strings.filter(({ type }) => type === "mrkdwn")).toEqual([]);
    expect(read(sampleCards("slack").hostile as Card)).toContain("<!channel> <@U0EVIL> @everyone");
  });
});

interface TextNode {
  readonly type: string;
  readonly text?: unknown;
}

function* nodes(value: unknown): Generator<TextNode> {
  if (typeof value !== "object" || value === null) return;
  if ("type" in value) yield value as TextNode;
  for (const inner of Object.values(value)) yield* nodes(inner);
}

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.constantFrom(
    hostileName,
    "",
    " ",
    "<",
    "&",
    "\u202e",
    "a".repeat(5000),
    "&".repeat(3000),
    "😀".repeat(900),
  ),
);
const anybody: fc.Arbitrary<Person> = fc.record({
  platform: fc.constantFrom("slack", "discord"),
  id: fc.constantFrom("U0ALICE", "S0ONCALL", "x", "<!here>"),
  name: hostile,
});
const instants = fc.oneof(
  fc.integer(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, noon),
);
const spans: fc.Arbitrary<Span> = fc.oneof(
  hostile,
  fc.record({ at: instants, style: fc.constantFrom("time" as const, "ago" as const) }),
  fc.record({ person: anybody, mention: fc.boolean() }),
  fc.record({ type: hostile }),
  fc.record({ strong: hostile }),
  fc.record({ link: fc.oneof(hostile, fc.webUrl()), text: hostile }),
);
const lines: fc.Arbitrary<Line> = fc.oneof(hostile, fc.array(spans, { maxLength: 15 }));
const marks = fc.constantFrom<Mark>(
  "waiting",
  "running",
  "done",
  "warning",
  "failed",
  "stalled",
  "unknown",
);
const cards: fc.Arbitrary<Card> = fc.record(
  {
    tone: fc.constantFrom<Tone>("plain", "question", "running", "good", "warning", "bad"),
    title: hostile,
    percent: fc.oneof(fc.integer({ min: -5, max: 200 }), fc.constant(Number.NaN)),
    lines: fc.array(lines, { maxLength: 40 }),
    rows: fc.array(fc.record({ mark: marks, name: hostile, detail: lines }), { maxLength: 40 }),
    next: lines,
    footer: lines,
    buttons: fc.array(
      fc.record(
        {
          label: hostile,
          token: fc.string({ maxLength: 60 }),
          style: fc.constantFrom("plain" as const, "primary" as const, "danger" as const),
          asks: fc.record({ title: hostile, label: hostile, hint: hostile, submit: hostile }),
        },
        { requiredKeys: ["label", "token", "style"] },
      ),
      { maxLength: 30 },
    ),
    picker: fc.record({ label: hostile, token: fc.string({ maxLength: 60 }) }),
    notify: fc.array(anybody, { maxLength: 60 }),
  },
  { requiredKeys: ["tone", "title", "lines"] },
);

/** The ids that a card lets be mentioned. */
const allowed = ({ notify = [], ...rest }: Card): Set<string> => {
  const named = JSON.stringify(rest).includes('"mention":true') ? ["U0ALICE", "S0ONCALL"] : [];
  return new Set([...named, ...notify.map(({ id }) => id)]);
};

describe("any card at all", () => {
  it("is taken by Slack, and mentions nobody whom the card does not name", () => {
    fc.assert(
      fc.property(cards, (one) => {
        const { text, blocks } = drawn(one);
        expect(messageRefusal(text, blocks)).toBeUndefined();
        for (const id of mentioned(one)) expect(allowed(one)).toContain(id);
      }),
      { numRuns: 60 },
    );
  });

  it("holds in Slack's markup nothing but times and mentions", () => {
    const ours =
      /^(?:<!date\^-?\d+\^\{[a-z_]+\}(?: at \{time\})?\|[^<>|]+>|(?:<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>| )+)$/;
    fc.assert(
      fc.property(cards, (one) => {
        for (const { type, text } of nodes(drawn(one).blocks))
          if (type === "mrkdwn") expect(text).toMatch(ours);
      }),
      { numRuns: 40 },
    );
  });
});
