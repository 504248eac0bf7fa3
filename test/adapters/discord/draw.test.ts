import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draw, drawMoved, muted, remarked } from "../../../adapters/discord/draw.ts";
import { paged } from "../../../adapters/discord/pages.ts";
import type { Button, Card, Line, Mark, Person, Row, Span, Tone } from "../../../src/chat/port.ts";
import { messageFaults } from "../../fakes/discord/limits.ts";
import { namedIn, read } from "../../fakes/discord/markdown.ts";
import { checkRequest } from "../../fakes/discord/openapi.ts";
import { castOf, hostileName, manyRows, sampleCards } from "../../fixtures/cards.ts";

const cards = Object.entries(sampleCards("discord"));
const choices = ["ABC Company Failover Plan", "XYZ Failover Plan"];

const bare = (more: Partial<Card>): Card => ({ tone: "plain", title: "Title", lines: [], ...more });
/** A finding of the doctor with a long cure. */
const cured = (i: number) =>
  ({
    mark: "failed",
    name: `Channel ${i}`,
    detail: `Finding ${i}. Cure: ${"do this ".repeat(70)}${i}.`,
  }) as const;
const boxesOf = ({ embeds }: ReturnType<typeof draw>) =>
  embeds.map(({ description }) => description).join("\n");
const descriptionOf = (card: Card) => draw(card).embeds[0]?.description ?? "";

/**
 * Once more in words of its own: what Discord takes, and that nobody is called but who is named.
 */
function expectAcceptable(card: Card): void {
  const drawn = draw(card, choices);
  expect(messageFaults({ ...drawn })).toEqual([]);
  checkRequest("POST", "/channels/123456/messages", { ...drawn });
  const inContent = namedIn(drawn.content).toSorted();
  const { users, roles } = drawn.allowed_mentions;
  expect(inContent).toEqual([...users, ...roles.map((id) => `role:${id}`)].toSorted());
}

describe("a card in Discord", () => {
  it.each(cards)("looks so: %s", (_, card) => {
    expect(draw(card, choices)).toMatchSnapshot();
  });

  it.each(cards)("is taken by Discord: %s", (_, card) => {
    expectAcceptable(card);
  });

  it.each(cards)("looks so after it has moved on to a newer message: %s", (_, card) => {
    const moved = drawMoved(card, "https://discord.com/channels/1/2/3");
    expect(messageFaults({ ...moved })).toEqual([]);
    expect(read(moved.content).text).toMatch(/goes on/);
  });

  it("shows the worst of two hundred VMs first, and says how many it left out", () => {
    const description = descriptionOf(bare({ rows: manyRows(), percent: 50 }));
    const lines = description.split("\n");
    expect(lines.slice(1, 3)).toEqual(["", expect.stringContaining("failed")]);
    expect(lines.at(-1)).toBe("… and 182 more: 85 waiting, 97 done");
  });

  it("shows all that is said of each row, in a second box where one has no room", () => {
    const rows = Array.from({ length: 9 }, (_, i) => cured(i));
    const drawn = draw(bare({ rows }));
    expect(drawn.embeds.length).toBe(2);
    for (const row of rows) expect(boxesOf(drawn)).toContain(row.detail);
  });

  it("shows all rows of an answer that is to be read whole, in as many messages as that takes", () => {
    const rows = Array.from({ length: 24 }, (_, i) => cured(i));
    const card = bare({ rows, whole: true, next: "Look at it again." });
    const pages = paged(card);
    expect(pages.length).toBe(3);
    for (const page of pages) expectAcceptable(page);
    const texts = pages.map((page) => boxesOf(draw(page)));
    for (const row of rows)
      expect(texts.filter((text) => text.includes(row.detail))).toHaveLength(1);
    expect(texts.map((text) => text.includes("Look at it again"))).toEqual([false, false, true]);
    expect(pages[1]?.title).toMatch(/^Goes on \(2 of 3\): /);
    expect(paged(bare({ rows }))).toHaveLength(1);
  });

  it("keeps the order of the plan where all rows fit", () => {
    const rows: Row[] = [
      { mark: "done", name: "srv01", detail: "" },
      { mark: "failed", name: "srv02", detail: "No space" },
    ];
    expect(descriptionOf(bare({ rows }))).toMatch(/srv01.*srv02/s);
  });

  it("is plain talk without a box where it is only a few words", () => {
    expect(draw(bare({ tone: "good", title: "srv01 is running" }))).toMatchObject({
      content: "✅ srv01 is running",
      embeds: [],
      components: [],
    });
  });

  it("says its title in the message itself, for notifications and screen readers", () => {
    expect(draw(bare({ tone: "running", title: "Failover of ABC", percent: 41 })).content).toBe(
      "🔄 **Failover of ABC**",
    );
  });

  it("lets the reader's own client draw times", () => {
    const at = Date.UTC(2026, 10, 21, 6);
    const line: Line = ["Checked ", { at, style: "ago" }, ", started ", { at, style: "time" }];
    const seconds = at / 1000;
    expect(draw(bare({ lines: [line] })).content).toContain(
      `Checked <t:${seconds}:R>, started <t:${seconds}:f>`,
    );
  });

  it("calls people and roles by id, once each, and only those of Discord", () => {
    const { asker, onCall } = castOf("discord");
    const role = { ...onCall, id: "role:5100001" };
    const notify = [asker, role, asker, castOf("slack").approver];
    const drawn = draw(bare({ notify, lines: [["By ", { person: asker, mention: true }]] }));
    expect(drawn.content.split("\n").at(-1)).toBe("<@3100001> <@&5100001>");
    expect(drawn.allowed_mentions).toEqual({ parse: [], users: ["3100001"], roles: ["5100001"] });
  });

  it("calls nobody by a name, nor where the card does not ask for it", () => {
    const { asker } = castOf("discord");
    const line: Line = ["By ", { person: { ...asker, name: "<@1234567890> @everyone" } }];
    expect(draw(bare({ lines: [line] })).allowed_mentions).toEqual({
      parse: [],
      users: [],
      roles: [],
    });
  });

  it("calls nobody in the copy that the channel gets of what the thread has said", () => {
    const { asker } = castOf("discord");
    const card = bare({
      notify: [asker],
      lines: [["By ", { person: asker, mention: true }]],
      next: "Go on",
    });
    expect(draw(muted(card)).allowed_mentions).toEqual({ parse: [], users: [], roles: [] });
    expect(namedIn(draw(muted(card)).content)).toEqual([]);
  });

  it("has room for twenty-five buttons, or twenty and a list", () => {
    const buttons = Array.from({ length: 30 }, (_, index): Button => {
      return { label: `Button ${index}`, token: `token-${index}`, style: "plain" };
    });
    expect(draw(bare({ buttons })).components.map((row) => row.components.length)).toEqual([
      5, 5, 5, 5, 5,
    ]);
    const picker = { label: "Which plan?", token: "pick" };
    expect(draw(bare({ buttons, picker }), choices).components).toHaveLength(5);
  });

  it("leaves the list out where there is nothing to choose from", () => {
    expect(draw(bare({ picker: { label: "Which plan?", token: "pick" } }), []).components).toEqual(
      [],
    );
  });

  it("remarks where it was perhaps posted twice", () => {
    expect(read(remarked(draw(bare({}))).content).text).toMatch(/Perhaps posted twice/);
  });
});

const anyString = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.constant(hostileName));
const anyPerson: fc.Arbitrary<Person> = fc.record({
  platform: fc.constantFrom("discord", "slack"),
  id: fc.oneof(fc.stringMatching(/^(role:)?[1-9]\d{4,18}$/), anyString),
  name: anyString,
});
const anySpan: fc.Arbitrary<Span> = fc.oneof(
  anyString,
  fc.record({ at: fc.oneof(fc.integer(), fc.double()), style: fc.constantFrom("time", "ago") }),
  fc.record({ person: anyPerson, mention: fc.boolean() }),
  fc.record({ type: anyString }),
  fc.record({ strong: anyString }),
  fc.record({ link: fc.oneof(fc.webUrl(), anyString), text: anyString }),
);
const anyLine: fc.Arbitrary<Line> = fc.oneof(anyString, fc.array(anySpan, { maxLength: 6 }));
const marks: Mark[] = ["waiting", "running", "done", "warning", "failed", "stalled", "unknown"];
const tones: Tone[] = ["plain", "question", "running", "good", "warning", "bad"];
const anyRow = fc.record({ mark: fc.constantFrom(...marks), name: anyString, detail: anyLine });
const anyButton: fc.Arbitrary<Button> = fc.record({
  label: anyString,
  token: fc.string({ minLength: 1, maxLength: 60 }),
  style: fc.constantFrom("plain", "primary", "danger"),
});
const anyCard: fc.Arbitrary<Card> = fc.record(
  {
    tone: fc.constantFrom(...tones),
    title: anyString,
    lines: fc.array(anyLine, { maxLength: 30 }),
    percent: fc.double(),
    rows: fc.array(anyRow, { maxLength: 250 }),
    next: anyLine,
    footer: anyLine,
    buttons: fc.array(anyButton, { maxLength: 30 }),
    picker: fc.record({ label: anyString, token: fc.string({ minLength: 1, maxLength: 60 }) }),
    notify: fc.array(anyPerson, { maxLength: 60 }),
  },
  { requiredKeys: ["tone", "title", "lines"] },
);

/** Marks that the card's own drawing has; whatever else there is came out of a string. */
const ours = ["bold", "code", "time", "masked link", "small print", "mention"];

describe("any card at all", () => {
  it("is taken by Discord, and calls nobody but those whom it names", () => {
    fc.assert(fc.property(anyCard, expectAcceptable), { numRuns: 60 });
  });

  it("formats, links and mentions nothing that its strings say", () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const { content, embeds } = draw(card, choices);
        const found = [content, ...embeds.map(({ description }) => description ?? "")].flatMap(
          (text) => read(text).marks,
        );
        expect(found.filter((mark) => !ours.includes(mark))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
