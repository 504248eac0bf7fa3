import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyError, isFields, items, parseBody, type Wire } from "../../src/em/wire.ts";

function whatCame(body: string): string {
  try {
    parseBody(body);
  } catch (error) {
    if (error instanceof BodyError) return error.message;
    throw error;
  }
  return "understood";
}

const plain = (wire: Wire): unknown => JSON.parse(JSON.stringify(wire));

describe("a body is what it is, whatever was asked for", () => {
  it("XML and JSON are told apart by their first character, after a byte order mark and blanks", () => {
    expect(parseBody("\uFEFF  <a B='1'/>").format).toBe("xml");
    expect(parseBody('\uFEFF\n {"A":1}').format).toBe("json");
  });

  it("both become the same tree: names in lower case, numbers and booleans as text, nulls gone", () => {
    const xml = parseBody(
      '<Root xmlns="u" Count="3"><Done>true</Done><x:Name xmlns:x="v">a &amp; b</x:Name></Root>',
    );
    const json = parseBody('{"count":3,"DONE":true,"Name":"a & b","Nothing":null}');
    expect(plain(xml.body)).toMatchObject({ count: "3", done: "true", name: "a & b" });
    expect(plain(json.body)).toEqual({ count: "3", done: "true", name: "a & b" });
  });

  it("references to characters are decoded, in both bases, and what is no reference is left", () => {
    const { body } = parseBody(
      "<a n='&#x41;&#66;&#x1F600;&lt;&apos;&bogus;'><![CDATA[x &amp; y]]></a>",
    );
    expect(plain(body)).toEqual({ n: "AB😀<'&bogus;", "#text": "x &amp; y" });
  });
});

describe("what makes no sense is refused, and told by its kind alone", () => {
  it.each([
    ["", "an empty answer"],
    [" \r\n", "an empty answer"],
    ["<!DOCTYPE html><html><body>Bad gateway</body></html>", "an HTML page"],
    ["<HTML><p>unclosed", "an HTML page"],
    ["Service Unavailable", "plain text"],
    ['{"Name":"cut of', "cut or broken JSON"],
  ])("%j is %s", (body, kind) => {
    expect(whatCame(body)).toBe(kind);
  });

  it.each([
    ["cut", "<a><b>1</b>"],
    ["crossed", "<a><b></a></b>"],
    ["two roots", "<a/><b/>"],
    ["text behind", "<a/>x"],
    ["a bare ampersand", "<a>x & y</a>"],
    ["the same attribute twice", "<a b='1' b='2'/>"],
    ["a bracket in an attribute", "<a b='<'/>"],
    ["an entity of its own", '<!DOCTYPE a [<!ENTITY x "yyyyyyyy">]><a>&x;</a>'],
    ["a file as an entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ["a document type without entities", "<!DOCTYPE a><a/>"],
    ["a dangerous name", "<a><__proto__ x='1'/></a>"],
  ])("XML with %s is refused", (_kind, body) => {
    expect(whatCame(body)).toBe("cut, broken or hostile XML");
  });

  it("a thousand laughs are not expanded", () => {
    const laughs = Array.from(
      { length: 9 },
      (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
    );
    expect(whatCame(`<!DOCTYPE a [<!ENTITY l0 "ha">${laughs.join("")}]><a>&l9;</a>`)).toContain(
      "hostile",
    );
  });

  it("depth has an end in both formats", () => {
    expect(whatCame("<a>".repeat(200) + "</a>".repeat(200))).toContain("hostile");
    expect(whatCame(`${'{"a":'.repeat(200)}1${"}".repeat(200)}`)).toBe("data nested too deeply");
    expect(whatCame("[".repeat(100_000) + "]".repeat(100_000))).toMatch(/nested|broken/);
  });

  it("names in JSON mean nothing but themselves", () => {
    const { body } = parseBody('{"__proto__":{"polluted":"yes"},"constructor":"x"}');
    const { body: empty } = parseBody('{"a":{}}');
    expect(Object.entries(body)).toEqual([
      ["__proto__", expect.anything()],
      ["constructor", "x"],
    ]);
    for (const name of ["__proto__", "constructor", "toString", "valueOf", "polluted"])
      expect(isFields(empty) && empty[name]).toBeUndefined();
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("whatever comes, it is read or refused with a BodyError that quotes nothing of it", () => {
    const pieces = fc.constantFrom(
      "<",
      ">",
      "/",
      "a",
      "=",
      '"',
      "&",
      ";",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "<!--",
      "<![CDATA[",
      "?",
      "1",
    );
    const bodies = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const kinds = [
          "understood",
          "an empty answer",
          "an HTML page",
          "plain text",
          "cut or broken JSON",
          "cut, broken or hostile XML",
        ];
        expect(kinds).toContain(whatCame(body));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a list is found however it is wrapped", () => {
  const names = (body: string) => items(parseBody(body).body).map((item) => item.name);

  it.each([
    ["in XML, of two", "<L><I Name='a'/><I Name='b'/></L>", ["a", "b"]],
    ["in XML, of one", "<L><I Name='a'/></L>", ["a"]],
    ["in XML, of none", "<L />", []],
    ["in XML, of none on two lines", "<L>\n</L>", []],
    [
      "in XML, wrapped by an unknown name",
      "<E><CdpSessions>\n<CdpPolicySession Name='a'/></CdpSessions></E>",
      ["a"],
    ],
    ["in XML, nested in its own name", "<T><T><T Name='a'/></T></T>", ["a"]],
    ["in JSON, plain", '[{"Name":"a"}]', ["a"]],
    ["in JSON, doubled", '{"L":{"L":[{"Name":"a"},{"Name":"b"}]}}', ["a", "b"]],
    ["in JSON, beside empty ones", '{"Jobs":null,"Plans":[],"L":{"L":[{"Name":"a"}]}}', ["a"]],
    ["in JSON, null inside", '{"L":{"L":null}}', []],
  ])("%s", (_how, body, expected) => {
    expect(names(body)).toEqual(expected);
  });
});
