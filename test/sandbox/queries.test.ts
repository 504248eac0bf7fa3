import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BadRequest,
  type Comparable,
  type FieldKind,
  type Operator,
  parseFilter,
  passes,
} from "../../src/sandbox/api/filter.ts";
import { ABC, at, listAt, parseXml, sessionsFor, wireTo, XML_TYPE } from "./wire.ts";

type Thing = {
  readonly name: string;
  readonly size: number;
  readonly result: string;
  readonly hot: boolean;
};

const words = ["None", "Success", "Warning", "Failed"];
const kinds: Record<string, FieldKind> = {
  name: { is: "text" },
  size: { is: "number" },
  result: { is: "word", words },
  hot: { is: "flag" },
};

function finds(filter: string, thing: Thing): boolean {
  const kindOf = (field: string) => kinds[field.toLowerCase()] ?? fail(field);
  const valueIn = (field: string): Comparable => thing[field.toLowerCase() as keyof Thing];
  return passes(parseFilter(filter), kindOf, valueIn);
}

function fail(field: string): never {
  throw new BadRequest(`no ${field}`);
}

/** A filter's text, and what it means to somebody who never parsed it. */
interface Said {
  readonly text: string;
  readonly holds: (thing: Thing) => boolean;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function compare<Of extends string | number>(is: Of, operator: Operator, wanted: Of): boolean {
  const verdicts = { "==": is === wanted, "!=": is !== wanted, ">": is > wanted, "<": is < wanted };
  if (operator === ">=") return is >= wanted;
  return operator === "<=" ? is <= wanted : verdicts[operator];
}

const operator = fc.constantFrom<Operator>("==", "!=", ">", "<", ">=", "<=");
const anyText = fc.string({
  unit: fc.constantFrom(..."aBc \"';,()=&é".split("")),
  minLength: 1,
  maxLength: 6,
});

const onText = fc.tuple(operator, anyText).map(
  ([sign, wanted]): Said => ({
    text: `Name${sign}${quoted(wanted)}`,
    holds: ({ name }) => compare(name.toLowerCase(), sign, wanted.toLowerCase()),
  }),
);
const onNumber = fc.tuple(operator, fc.integer({ min: -5, max: 5 })).map(
  ([sign, wanted]): Said => ({
    text: `size ${sign} ${wanted}`,
    holds: ({ size }) => compare(size, sign, wanted),
  }),
);
const onWord = fc.tuple(operator, fc.constantFrom(...words)).map(
  ([sign, wanted]): Said => ({
    text: `RESULT${sign}${wanted.toLowerCase()}`,
    holds: ({ result }) => compare(words.indexOf(result), sign, words.indexOf(wanted)),
  }),
);
const onFlag = fc.boolean().map(
  (wanted): Said => ({
    text: `Hot==${wanted ? "True" : "False"}`,
    holds: ({ hot }) => hot === wanted,
  }),
);

const { filter: anyFilter } = fc.letrec<{ filter: Said; part: Said }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3 },
    onText,
    onNumber,
    onWord,
    onFlag,
    tie("filter").map(inParentheses),
  ),
  filter: fc
    .array(fc.array(tie("part"), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map(joined),
}));

function inParentheses({ text, holds }: Said): Said {
  return { text: `(${text})`, holds };
}

/** Any of the groups, each of which is all of its parts. */
function joined(groups: readonly (readonly Said[])[]): Said {
  return {
    text: groups.map((parts) => parts.map((part) => part.text).join(";")).join(","),
    holds: (thing) => groups.some((parts) => parts.every((part) => part.holds(thing))),
  };
}

const anyThing: fc.Arbitrary<Thing> = fc.record({
  name: anyText,
  size: fc.integer({ min: -5, max: 5 }),
  result: fc.constantFrom(...words),
  hot: fc.boolean(),
});

describe("a filter", () => {
  it("finds exactly what a plain predicate finds", () => {
    fc.assert(
      fc.property(anyFilter, fc.array(anyThing, { maxLength: 10 }), (said, things) => {
        for (const thing of things)
          expect(finds(said.text, thing), said.text).toBe(said.holds(thing));
      }),
    );
  });

  it.each([
    ["Name==ABC Company", "abccompany"],
    ['Name==""Backup""', '"backup"'],
    ['Name=="""Backup"" of x"', '"backup" of x'],
    ['Name==""', ""],
    ['(Name=="a,b;c)")', "a,b;c)"],
    ["Name==é", "é"],
  ])("%s looks for %s", (filter, name) => {
    expect(finds(filter, { name, size: 0, result: "None", hot: true })).toBe(true);
  });

  it.each([
    "Name",
    "Name=x",
    "==x",
    "(Name==x",
    "Name==x)",
    "Name==",
    "Name==x;",
    "Age==3",
    "size==big",
    "Result==fine",
    "",
  ])("%s is refused", (filter) => {
    const thing = { name: "x", size: 1, result: "None", hot: false };
    expect(() => finds(filter, thing)).toThrow(BadRequest);
  });
});

describe("a question", () => {
  it("finds open sessions of a plan by name", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "start");
    wire.advance(20);
    const filter = `(State==Starting,State==Working,State==Stopping);Name=="${ABC}"`;
    const found = await sessionsFor(wire, filter);
    expect(found.map((session) => at(session, "State"))).toStrictEqual(["Working"]);
    wire.advance(300);
    expect(await sessionsFor(wire, filter)).toStrictEqual([]);
  });

  it("knows its own names for some fields", async () => {
    const wire = await wireTo();
    const all = await sessionsFor(wire);
    expect(await sessionsFor(wire, "Type==FailoverPlan")).toHaveLength(all.length);
    expect(
      (await wire.call("GET", "/query?type=CloudFailoverSession&filter=JobType==FailoverPlan"))
        .status,
    ).toBe(400);
    const plans = await wire.json(
      '/query?type=cloudfailoverplan&filter=CloudTenantName=="abc company"',
    );
    expect(listAt(plans, "Refs", "Refs")).toHaveLength(2);
  });

  it("compares results by their rank and times as times", async () => {
    const wire = await wireTo();
    const bad = await sessionsFor(wire, "Result>=Warning");
    expect(new Set(bad.map((session) => at(session, "Result")))).toStrictEqual(
      new Set(["Warning", "Failed"]),
    );
    const recent = await sessionsFor(wire, "CreationTime>=2026-02-24");
    expect(recent.length).toBeGreaterThan(0);
    expect(recent.every((session) => String(at(session, "CreationTimeUTC")) >= "2026-02-24")).toBe(
      true,
    );
    const sameInstant = 'CreationTime>="2026-02-24T00:00:00Z"';
    expect(await sessionsFor(wire, sameInstant)).toStrictEqual(recent);
    expect(await sessionsFor(wire, "CreationTime>=2026-02-24T00:00:00")).toStrictEqual(recent);
  });

  it.each([
    "type=Nothing",
    "",
    "type=CloudFailoverPlan&sortAsc=Age",
    "type=CloudFailoverPlan&pageSize=0",
    "type=CloudFailoverPlan&page=-1",
    "type=CloudFailoverSession&filter=State==Dancing",
    "type=CdpReplicaTaskSession&filter=Result==Success",
    "type=CdpReplicaSession&filter=UID==x",
  ])("%s is refused", async (question) => {
    const { call } = await wireTo();
    expect((await call("GET", `/query?${question}`)).status).toBe(400);
  });
});

const common = ["Name", "BackupServerUid", "BackupServerName"];
const session = ["CreationTime", "EndTime", "State", "Result"];
const cdp = ["Id", "CreationTimeUTC", "EndTimeUTC", "State"];

describe("what can be filtered and sorted by", () => {
  it.each([
    ["CloudFailoverPlan", ["UID", "Description", "CloudTenantUid", "CloudTenantName"]],
    ["CloudFailoverSession", ["UID", "Type", ...session, "FailureMessage"]],
    [
      "CloudVmReplicaPoint",
      [
        "UID",
        "CreationTime",
        "VmName",
        "VmDisplayName",
        "Type",
        "ReplicaUid",
        "ReplicaName",
        "State",
      ],
    ],
    ["FailoverPlan", ["UID", "Description"]],
    ["ReplicaJobSession", ["UID", "JobType", "JobUid", "JobName", ...session, "IsRetry"]],
    [
      "ReplicaTaskSession",
      [
        "UID",
        ...session,
        "Reason",
        "TotalSize",
        "JobSessionUid",
        "JobUid",
        "JobName",
        "VmDisplayName",
      ],
    ],
    ["CdpReplicaSession", [...cdp, "Result", "PolicyUid", "PolicyName", "PolicyType", "IsRetry"]],
    ["CdpReplicaTaskSession", [...cdp, "PolicySessionUid", "Reason", "TotalSize", "VmDisplayName"]],
  ])("of a %s is what the reference names", async (type, fields) => {
    const { json } = await wireTo();
    const all = async (field: string, sort: string) => {
      const body = await json(`/query?type=${type}&${sort}=${field}&pageSize=999`);
      return listAt(body, "Refs", "Refs").map((ref) => String(at(ref, "UID")));
    };
    const everything = (await all("Name", "sortAsc")).sort();
    for (const field of [...common, ...fields])
      for (const sort of ["sortAsc", "sortDesc"])
        expect((await all(field, sort)).sort()).toStrictEqual(everything);
  });
});

describe("pages", () => {
  const names = (body: unknown) =>
    listAt(body, "Entities", "CloudFailoverPlans", "CloudFailoverPlans").map((plan) =>
      at(plan, "Name"),
    );
  const links = (body: unknown) =>
    Object.fromEntries(
      listAt(body, "PagingInfo", "Links").map((link) => [
        at(link, "Rel"),
        String(at(link, "Href")),
      ]),
    );

  it("hold a hundred things unless asked otherwise, and lead on to the rest", async () => {
    const { json, sandbox } = await wireTo({ scenario: "many" });
    const first = await json("/query?type=CloudFailoverPlan&format=Entities&sortDesc=Name");
    expect(at(first, "PagingInfo")).toMatchObject({ PageNum: 1, PageSize: 100, PagesCount: 2 });
    expect(Object.keys(links(first))).toStrictEqual(["First", "Next", "Last"]);
    const second = await json((links(first).Next ?? "").replace(`${sandbox.url}/api`, ""));
    expect(Object.keys(links(second))).toStrictEqual(["First", "Previous", "Last"]);
    const all = [...names(first), ...names(second)];
    expect(all).toHaveLength(200);
    expect(all).toStrictEqual([...all].sort().reverse());
    expect(at(await json("/query?type=CloudFailoverPlan&page=9"), "Refs", "Refs")).toStrictEqual(
      [],
    );
  });

  it("are one even where nothing was found", async () => {
    const { json } = await wireTo();
    const body = await json("/query?type=CloudFailoverPlan&filter=Name==nothing");
    expect(at(body, "PagingInfo")).toMatchObject({ PageNum: 1, PagesCount: 1 });
  });

  it("repeat the question in its own order, escaped as .NET does it", async () => {
    const question = `type=CloudFailoverPlan&pageSize=15&filter=Name==%22${encodeURIComponent("a b~'é")}%22;Name!=c`;
    const href = async (dialect: "12" | "13") => {
      const { call } = await wireTo({ dialect });
      const { text } = await call("GET", `/query?${question}`, { accept: XML_TYPE });
      const [first] = at(
        parseXml(text),
        "QueryResult",
        "PagingInfo",
        "Links",
        "Link",
      ) as readonly unknown[];
      return String(at(first, "@Href")).split("/api")[1];
    };
    expect(await href("12")).toBe(
      "/query?type=CloudFailoverPlan&pageSize=15&filter=Name%3d%3d%22a+b%7e%27%c3%a9%22%3bName!%3dc&page=1",
    );
    expect(await href("13")).toBe(
      "/query?type=CloudFailoverPlan&pageSize=15&filter=Name%3D%3D%22a+b%7E%27%C3%A9%22%3BName!%3Dc&page=1",
    );
  });

  it("do not concern plain collections", async () => {
    const { json } = await wireTo({ scenario: "many" });
    expect(listAt(await json("/cloud/cloudFailoverPlans?pageSize=50"), "Refs")).toHaveLength(200);
  });
});
