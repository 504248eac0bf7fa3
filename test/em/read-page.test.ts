import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { sessionsReading, tasksReading } from "../../src/em/decode.ts";
import { piecesOf } from "../../src/em/pieces.ts";
import { knownPages, type ReadBefore, readList, readPage } from "../../src/em/read-page.ts";
import type { FailoverSession } from "../../src/em/types.ts";
import { BodyError, parseBody } from "../../src/em/wire.ts";
import { pageThing, sessionThing } from "./em-things.ts";
import { DIALECTS, type Dialect, write } from "./em-writer.ts";

const session = (number: number, progress = 10): FailoverSession => ({
  id: `4347c445-c6a7-418a-877c-9d39b77a893${number}`,
  name: `Plan ${number} </CloudFailoverSession> "}]{["\\`,
  createdAt: Date.UTC(2026, 2, 4),
  state: "Working",
  result: "None",
  progress,
  vms: [{ vm: `vm ${number}`, state: "Working", result: "None", progress }],
});

const bodyOf = (sessions: readonly FailoverSession[], dialect: Dialect) =>
  write(
    "QueryResult",
    pageThing(["CloudFailoverSessions", "CloudFailoverSession"], sessions.map(sessionThing), 1, 1),
    dialect,
  );

const names = sessionsReading;
const read = (
  text: string,
  reading: typeof sessionsReading,
  before?: ReadBefore<FailoverSession>,
) => readPage(text, reading, systemClock.turn(), before);
const known = (): ReadBefore<FailoverSession> => new Map();

describe.each(DIALECTS)("a page of sessions in %s", (dialect) => {
  it("is read once: what has not changed is the very thing that was read before", async () => {
    const before = known();
    const first = await read(
      bodyOf(
        [1, 2, 3].map((n) => session(n)),
        dialect,
      ),
      sessionsReading,
      before,
    );
    const next = bodyOf([session(1), session(2, 11), session(4)], dialect);
    const then = await read(next, sessionsReading, before);
    expect(then.things).toEqual([session(1), session(2, 11), session(4)]);
    expect(then.things[0]).toBe(first.things[0]);
    expect(before.size).toBe(3);
  });

  it("is cut alike, whatever stood in the answer before", () => {
    const some = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 3 })),
      {
        maxLength: 6,
      },
    );
    const cut = (of: readonly (readonly [number, number])[], before?: readonly string[]) =>
      piecesOf(
        bodyOf(
          of.map(([n, progress]) => session(n, progress)),
          dialect,
        ),
        names,
        before,
      );
    fc.assert(
      fc.property(some, some, (earlier, now) => {
        expect(cut(now, cut(earlier)?.entities)).toEqual(cut(now));
      }),
    );
  });

  it("without any is empty", async () => {
    expect(await read(bodyOf([], dialect), sessionsReading)).toEqual({ things: [], pages: 1 });
  });

  it("is refused for what is wrong in one of them, as the whole would be", async () => {
    const body = bodyOf([session(1), session(2)], dialect).replaceAll("2026-03-04", "4 March");
    const refusal = await read(body, sessionsReading).catch((error) => error);
    expect(refusal).toBeInstanceOf(BodyError);
    expect(refusal.message).toBe("a CloudFailoverSession whose CreationTimeUTC is no time");
  });

  it("cut off anywhere is refused", async () => {
    const body = bodyOf([session(1), session(2)], dialect).trimEnd();
    for (let length = 1; length < body.length; length += 7)
      await expect(read(body.slice(0, length), sessionsReading)).rejects.toThrow(BodyError);
  });

  it("lets others go first while it is long", async () => {
    const sessions = Array.from({ length: 400 }, (_, n) => ({ ...session(n % 10), name: `${n}` }));
    let others = 0;
    const timer = setInterval(() => others++, 0);
    await read(
      bodyOf(
        sessions.map((one) => ({ ...one, vms: Array(20).fill(one.vms[0]) })),
        dialect,
      ),
      sessionsReading,
    );
    clearInterval(timer);
    expect(others).toBeGreaterThan(0);
  });
});

describe("a list that is all of an answer", () => {
  const task = (number: number) =>
    `<Task Type="Task"><TaskId>task-${number}</TaskId><State>Running</State></Task>`;
  const list = `<?xml version="1.0"?>\n<Tasks xmlns="http://www.veeam.com/ent/v1.0" xmlns:i=">">\n${[1, 2, 3].map(task).join("\n")}</Tasks>`;

  it("is read in turns, one after each of its things", async () => {
    let turns = 0;
    const turn = async () => void turns++;
    const tasks = await readList(list.replace('">"', '"i"'), tasksReading, turn);
    expect(tasks.map(({ id }) => id)).toEqual(["task-1", "task-2", "task-3"]);
    expect(turns).toBe(3);
  });

  it("is read as a whole where it could be mistaken, or has no end tag", async () => {
    for (const text of [list, '<Tasks xmlns="http://www.veeam.com/ent/v1.0" />', "<Tasks/>"]) {
      expect(piecesOf(text, tasksReading)).toBeUndefined();
      const tasks = await readList(text, tasksReading, systemClock.turn());
      expect(tasks).toEqual(tasksReading.read(parseBody(text)));
    }
  });
});

describe("an answer that could be mistaken is read as a whole", () => {
  const body = bodyOf([session(1), session(2)], "xml");

  it.each([
    ["a comment", body.replace("<CloudFailoverSessions>", "$&<!-- </CloudFailoverSession> -->")],
    ["CDATA", body.replace("<State>Working</State>", "<State><![CDATA[Working]]></State>")],
    ["an instruction", body.replace("<CloudFailoverSessions>", "$&<?x </CloudFailoverSession>?>")],
    ["another element between", body.replace("<CloudFailoverSessions>", "$&<Other>1</Other>")],
    ["a prefix", body.replaceAll(/<(\/?)CloudFailoverSession\b/g, "<$1v:CloudFailoverSession")],
    [
      "an attribute on the list",
      body.replace("<CloudFailoverSessions>", '<CloudFailoverSessions A="1">'),
    ],
  ])("with %s", async (_what, text) => {
    expect(piecesOf(text, names)).toBeUndefined();
    const whole = async () => sessionsReading.read(parseBody(text));
    const [one, other] = await Promise.allSettled([read(text, sessionsReading), whole()]);
    expect(one).toEqual(other);
  });

  it("with something else than objects in a JSON list", () => {
    for (const list of ["[1]", '["}"]', "[{}, null]", "[[{}]]", "[{}", "[{]"])
      expect(piecesOf(`{"Entities":{"CloudFailoverSessions":${list}}}`, names)).toBeUndefined();
  });
});

describe("what is remembered", () => {
  it("is what each page held last, by its address", () => {
    const pages = knownPages<string>();
    pages("/a").set("text", "thing");
    expect(pages("/a").get("text")).toBe("thing");
    expect(pages("/b").size).toBe(0);
  });

  it("has an end: the pages that were asked for the longest ago are forgotten", () => {
    const pages = knownPages<string>();
    pages("/a").set("text", "thing");
    for (let n = 0; n < 19; n++) pages(`/${n}`);
    expect(pages("/a").size).toBe(1);
    for (let n = 0; n < 20; n++) pages(`/${n}`);
    expect(pages("/a").size).toBe(0);
  });
});
