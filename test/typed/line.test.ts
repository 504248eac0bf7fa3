import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, tidy, withoutTrailingDots } from "../../src/chat/same-name.ts";
import { confirmationFor, confirms } from "../../src/orders/order.ts";
import { parseCommand, splitClauses, unquoted } from "../../src/typed/line.ts";

const clauses = ["before", "because"] as const;

describe("a line is tidied of what platforms and keyboards put into it", () => {
  it.each([
    ["smart quotes", "start \u201cABC Plan\u201d", 'start "ABC Plan"'],
    ["German and French quotes", "\u201eABC Plan\u201c \u00abABC\u00bb", '"ABC Plan" "ABC"'],
    ["a curly apostrophe", "Tim\u2019s plan", "Tim's plan"],
    ["non-breaking and narrow blanks", "ABC\u00a0Company\u202fPlan\u2003X", "ABC Company Plan X"],
    ["line breaks and tabs", "start\n\tABC", "start ABC"],
    ["characters that nobody sees", "A\u200bB\u200d C\u2060D\ufeff\u00ad\u061c", "AB CD"],
    ["marks that turn the direction", "\u202eABC\u202c", "ABC"],
    ["bold and italics", '**start** *"ABC Plan"* _now_', 'start "ABC Plan" now'],
    ["code", '`start "ABC Plan"`', 'start "ABC Plan"'],
    ["code within quotes", '"`ABC Plan`"', '"ABC Plan"'],
    [
      "a link that Slack made",
      "status <http://srv01.example|srv01.example>",
      "status srv01.example",
    ],
    ["an address without a text", "<https://em.example/a?b=1>", "https://em.example/a?b=1"],
    ["a mail address", "<mailto:a@b.example|a@b.example>", "a@b.example"],
  ])("%s", (_, typed, plain) => {
    expect(tidy(typed)).toBe(plain);
  });

  it.each(["file_srv_03", "2 * 3", "a*b", "C:\\Scripts\\x.ps1", "a < b > c"])(
    "but %s stays",
    (typed) => {
      expect(tidy(typed)).toBe(typed);
    },
  );

  it("and tidied twice is tidied once, where it holds no marks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const plain = tidy(text.replace(/[*_~`<>]/g, ""));
        expect(tidy(plain)).toBe(plain);
      }),
    );
  });
});

/**
 * Much of what makes trouble: marks, quotes, links, invisible characters, letters with several
 * forms.
 */
const troublesome = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom(
        "*",
        "_",
        "`",
        '"',
        "'",
        "\u201c",
        "\u2019",
        "-",
        "\u2014",
        ".",
        "!",
        " ",
        "\u00a0",
      ),
      fc.constantFrom(
        "<http://a|",
        "<https:b>",
        ">",
        "|",
        "\u200b",
        "\ufb01",
        "\u0130",
        "\u03a3",
        "\u2026",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("names are compared by what people mean", () => {
  it.each([
    ["ABC Company Failover Plan", "\u201cabc\u00a0company  FAILOVER plan\u201d."],
    ["Tim's plan", "tim\u2019s plan"],
    ["Plan A -- B", "Plan A \u2014 B"],
    ["Plan – Kiel", "plan - kiel"],
    ["Acme Inc.", "acme inc"],
    ["Wait...", "wait\u2026"],
    ["Plan 1", "\uff30\uff4c\uff41\uff4e \uff11"],
    ["Größe", "GRO\u0308ẞE"],
    ["_old plan_", "old plan"],
  ])("%s is %s", (name, typed) => {
    expect(fold(typed)).toBe(fold(name));
  });

  it("and not by less", () => {
    expect(fold("Plan 1")).not.toBe(fold("Plan 2"));
    expect(fold("Plan A")).not.toBe(fold("PlanA"));
  });

  it("folding twice is folding once", () => {
    fc.assert(
      fc.property(troublesome, (name) => {
        expect(fold(fold(name))).toBe(fold(name));
      }),
      { numRuns: 2000 },
    );
  });
});

it.each([
  ["06:00.", "06:00"],
  ["go!!", "go"],
  ["wait . . .", "wait"],
  ["srv01.example", "srv01.example"],
])("%s without trailing dots is %s", (typed, plain) => {
  expect(withoutTrailingDots(typed)).toBe(plain);
});

it.each([
  ['"ABC Plan"', "ABC Plan"],
  ["'ABC Plan'", "ABC Plan"],
  [' " ABC " ', "ABC"],
  ['"ABC" and "DEF"', '"ABC" and "DEF"'],
  ['"ABC', '"ABC'],
  ["ABC", "ABC"],
  ['""', ""],
])("%s unquoted is %s", (typed, plain) => {
  expect(unquoted(typed)).toBe(plain);
});

describe("a line begins with its verb", () => {
  it.each([
    ["", "", ""],
    ["STATUS", "status", ""],
    ["  status.  ", "status", ""],
    ["/failover plans abc", "failover", "plans abc"],
    ["Start\u00a0\u201cABC Plan\u201d", "start", '"ABC Plan"'],
    ["**plans**", "plans", ""],
    ["confirm ABC Plan!", "confirm", "ABC Plan"],
    ["...", "", ""],
  ])("%j", (typed, verb, rest) => {
    expect(parseCommand(typed)).toEqual({ verb, rest });
  });

  it("and whatever is typed, it is read", () => {
    fc.assert(
      fc.property(troublesome, (typed) => {
        const { verb } = parseCommand(typed);
        expect(verb).not.toContain(" ");
        expect(verb).toBe(verb.toLowerCase());
      }),
    );
  });
});

describe("clauses", () => {
  it.each([
    ['"A plan" before 06:00 because fire', { "": "A plan", before: "06:00", because: "fire" }],
    ["A plan because fire", { "": "A plan", because: "fire" }],
    ["A plan BEFORE yesterday 22:30", { "": "A plan", before: "yesterday 22:30" }],
    ['"A plan" before "06:00"', { "": "A plan", before: "06:00" }],
    ["before 06:00", { "": "", before: "06:00" }],
    ["A plan because it ran before because", { "": "A plan", because: "it ran before because" }],
    ["A plan because fire before 06:00", { "": "A plan", because: "fire before 06:00" }],
    ["A plan before 06:00 before 07:00", { "": "A plan", before: "06:00 before 07:00" }],
    ['A plan because "fire" in "hall 2"', { "": "A plan", because: '"fire" in "hall 2"' }],
    ["beforehand becausewise", { "": "beforehand becausewise" }],
    ['"A plan", before 06:00', { "": '"A plan",', before: "06:00" }],
    ['19" rack because fire', { "": '19" rack', because: "fire" }],
    ['"A plan because fire', { "": '"A plan', because: "fire" }],
    ['"The "before" plan" because fire', { "": '"The "before" plan"', because: "fire" }],
    ["", { "": "" }],
  ])("%s", (rest, split) => {
    expect(splitClauses(rest, clauses)).toEqual(split);
  });

  it("leave any reason as it was typed", () => {
    const words = fc.constantFrom("before", "because", '"', "06:00", "fire", "'s", "-", "Before");
    const reason = fc
      .array(fc.oneof(words, fc.string({ unit: "grapheme" })), { minLength: 1 })
      .map((parts) => unquoted(tidy(parts.join(" "))))
      .filter((text) => text !== "" && unquoted(text) === text);
    fc.assert(
      fc.property(reason, (text) => {
        expect(splitClauses(`"A plan" because ${text}`, clauses)).toEqual({
          "": "A plan",
          because: text,
        });
      }),
    );
  });

  it("leave a plan's name whole in quotes, whatever words it holds", () => {
    const words = fc.constantFrom(
      "before",
      "because",
      "Before",
      "plan",
      "06:00",
      "it's",
      "-",
      "(2)",
    );
    const name = fc.array(words, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(name, (plan) => {
        expect(splitClauses(`"${plan}" before 06:00 because fire`, clauses)).toEqual({
          "": plan,
          before: "06:00",
          because: "fire",
        });
      }),
    );
  });
});

describe("a plan's name survives the way from a hand to the bot", () => {
  const word = fc.constantFrom(
    "ABC",
    "before",
    "because",
    "Größe",
    "srv01.example",
    "O'Neill",
    "Kiel-2",
    "A_b",
  );
  const sign = fc.constantFrom("&", "-", "--", "+", "(2)", "1.", "Inc.", "x/y");
  const planName = fc
    .tuple(word, fc.array(fc.oneof(word, sign), { maxLength: 4 }))
    .map(([first, rest]) => [first, ...rest].join(" "))
    .filter((name) => confirmationFor(name).by === "name");
  const manglings: Record<string, (line: string) => string> = {
    "as it stands": (line) => line,
    "an iPhone's quotes": (line) =>
      line
        .replace(/"([^"]*)"/g, "\u201c$1\u201d")
        .replaceAll("'", "\u2019")
        .replaceAll("--", "\u2014"),
    "German quotes": (line) => line.replace(/"([^"]*)"/g, "\u201e$1\u201c"),
    "non-breaking blanks": (line) => line.replaceAll(" ", "\u00a0"),
    "doubled blanks": (line) => line.replaceAll(" ", "  "),
    "bold all over": (line) => `**${line}**`,
    "code all over": (line) => `\`${line}\``,
    "a full stop": (line) => `${line}.`,
    capitals: (line) => line.toUpperCase(),
    "links for what looks like a host": (line) =>
      line.replaceAll("srv01.example", "<http://srv01.example|srv01.example>"),
    "invisible characters": (line) => `\u200e${line.replaceAll("a", "a\u200b")}\ufeff`,
  };

  it.each(Object.entries(manglings))("%s", (_, mangle) => {
    fc.assert(
      fc.property(planName, (name) => {
        const started = parseCommand(mangle(`start "${name}" because fire`));
        const { "": plan = "", because = "" } = splitClauses(started.rest, clauses);
        expect([started.verb, fold(plan), fold(because)]).toEqual(["start", fold(name), "fire"]);
        const order = { confirmation: confirmationFor(name), plan: planNamed(name) };
        expect(confirms(order, parseCommand(mangle(`confirm ${name}`)).rest)).toBe(true);
      }),
    );
  });
});

const planNamed = (name: string) => ({
  id: "6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01",
  name,
  kind: "cloud" as const,
  description: "",
  vms: [],
});
