import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EmError } from "../../src/em/errors.ts";
import type { Receipt, Ref, Task } from "../../src/em/types.ts";
import { createLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { createCollections } from "../../src/watch/collecting.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { fakeClock } from "../fakes/clock.ts";
import { failingStore } from "../fakes/failing-store.ts";
import { badlyDone, begun, minute, server, taskOf, wellDone } from "./things.ts";

const running = taskOf();
const finished = taskOf({ state: "Finished", result: wellDone });
const another: Ref = { id: "server-2", name: "srv14.tech.local" };
const log = createLog({ secrets: [], level: "silent" });

/** `shows`: what EM's task is, one look after another; the last stays. */
async function collections(...shows: (Task | EmError)[]) {
  // The machine runs for a while already.
  const clock = fakeClock(begun - 90 * minute);
  clock.advance(90 * minute);
  const collected: string[] = [];
  const looks: string[] = [];
  const em = {
    collect: async (id: string): Promise<Receipt> => {
      collected.push(id);
      return { task: taskOf(), logon: "logon-1" };
    },
    task: async (id: string, logon: string) => {
      looks.push(`${id} by ${logon}`);
      const shown = (shows.length > 1 ? shows.shift() : shows[0]) ?? expect.fail();
      if (shown instanceof EmError) throw shown;
      return shown;
    },
  };
  const folder = mkdtempSync(join(tmpdir(), "collecting-"));
  const kept = openSqliteStore(join(folder, "state.db"));
  onTestFinished(async () => {
    await kept.close();
    rmSync(folder, { recursive: true });
  });
  const store = failingStore(kept);
  const made = createCollections({ em, clock, log, store });
  /** What a look knows when it asks, before it attends to what is wanted. */
  const asks = async (asker: string, of = server) => {
    const known = made.since(asker, of);
    await made.attend();
    return known;
  };
  const deeds = async () => (await auditLog(kept)).map(({ value }) => value.deed);
  const audit = async () => (await auditLog(kept)).map(({ value }) => value);
  return { ...made, asks, deeds, audit, em, clock, store, collected, looks };
}

const LOOKS = 3;

describe("a collection of EM's data", () => {
  it("is begun by whoever asks first, and dates the evidence once EM has finished it", async () => {
    const { asks, collected, clock } = await collections(running, finished);
    expect(await asks("run-1")).toBeUndefined();
    clock.advance(10_000);
    expect(await asks("run-1")).toBeUndefined();
    expect(await asks("run-1")).toBeUndefined();
    expect(await asks("run-1")).toBe(begun);
    expect(collected).toEqual([server.id]);
  });

  it("is one for all that ended in one look", async () => {
    const { since, attend, collected, clock } = await collections(finished);
    for (const run of ["run-1", "run-2", "run-3"]) {
      clock.advance(1);
      expect(since(run, server)).toBeUndefined();
    }
    for (let i = 0; i < LOOKS; i++) await attend();
    for (const run of ["run-1", "run-2", "run-3"]) expect(since(run, server)).toBe(begun + 3);
    expect(collected).toHaveLength(1);
  });

  it("that began before a run was over says nothing of it: the next comes five minutes later", async () => {
    const { asks, collected, clock } = await collections(finished);
    await asks("run-1");
    clock.advance(minute);
    await asks("run-1");
    expect(await asks("run-2")).toBeUndefined();
    expect(collected).toHaveLength(1);
    clock.advance(4 * minute);
    await asks("run-2");
    await asks("run-2");
    expect(await asks("run-2")).toBe(begun + 5 * minute);
    expect(collected).toHaveLength(2);
  });

  it("is followed by another after five minutes, as long as somebody asks", async () => {
    const { asks, attend, collected, clock } = await collections(finished);
    await asks("run-1");
    await asks("run-1");
    clock.advance(5 * minute);
    expect(await asks("run-1")).toBe(begun);
    await attend();
    expect(await asks("run-1")).toBe(begun + 5 * minute);
    clock.advance(60 * minute);
    await attend();
    expect(collected).toHaveLength(2);
  });

  it("is not wanted again within five minutes, to the millisecond", async () => {
    const { asks, collected, clock } = await collections(finished);
    for (let i = 0; i < LOOKS; i++) await asks("run-1");
    clock.advance(5 * minute - 1);
    await asks("run-1");
    expect(collected).toHaveLength(1);
    clock.advance(1);
    await asks("run-1");
    expect(collected).toHaveLength(2);
  });

  it("is known to whoever asks for a day; who asks after that has asked for the first time", async () => {
    const { asks, since, collected, clock } = await collections(finished);
    for (let i = 0; i < LOOKS; i++) await asks("run-1");
    clock.advance(86_400_000);
    expect(since("run-1", server)).toBe(begun);
    clock.advance(1);
    expect(since("run-1", server)).toBeUndefined();
    expect(collected).toHaveLength(1);
  });

  it("is one a server", async () => {
    const { asks, collected } = await collections(finished);
    await asks("run-1");
    await asks("run-1", another);
    expect(collected).toEqual([server.id, another.id]);
  });

  it.each([
    ["has failed at", taskOf({ state: "Finished", result: badlyDone })],
    ["tells no result of", taskOf({ state: "Finished" })],
    ["no longer knows", new EmError("not-found", "no such task")],
  ])("that EM %s dates nothing; the next one may", async (_, shown) => {
    const { asks, collected, clock } = await collections(shown);
    for (let i = 0; i < LOOKS; i++) expect(await asks("run-1")).toBeUndefined();
    expect(collected).toHaveLength(1);
    clock.advance(5 * minute);
    await asks("run-1");
    expect(collected).toHaveLength(2);
  });

  it("that cannot be looked at now is looked at again", async () => {
    const { asks } = await collections(new EmError("busy", "not now"), finished);
    for (let i = 0; i < LOOKS; i++) expect(await asks("run-1")).toBeUndefined();
    expect(await asks("run-1")).toBe(begun);
  });

  it("that does not end is given up after a quarter of an hour, and begun anew", async () => {
    const { asks, attend, collected, looks, clock } = await collections(running);
    await asks("run-1");
    clock.advance(14 * minute);
    await asks("run-1");
    expect(collected).toHaveLength(1);
    clock.advance(minute);
    await asks("run-1");
    expect(collected).toHaveLength(2);
    clock.advance(15 * minute);
    await attend();
    const { length } = looks;
    await attend();
    expect(looks).toHaveLength(length);
  });

  it("that ends in the look in which it is given up counts", async () => {
    const { asks, clock } = await collections(running, finished);
    await asks("run-1");
    await asks("run-1");
    clock.advance(15 * minute);
    await asks("run-1");
    expect(await asks("run-1")).toBe(begun);
  });

  it("is looked at no more once its end is known", async () => {
    const { attend, asks, looks } = await collections(finished);
    await asks("run-1");
    for (let i = 0; i < LOOKS; i++) await attend();
    expect(looks).toEqual(["task-1 by logon-1"]);
  });

  it("is not asked for again where the account may not", async () => {
    const { asks, em, clock, deeds } = await collections(finished);
    let asked = 0;
    em.collect = async () => {
      asked += 1;
      throw new EmError("forbidden", "no right");
    };
    for (let i = 0; i < 5; i++) {
      expect(await asks(`run-${i}`)).toBeUndefined();
      clock.advance(10 * minute);
    }
    expect(asked).toBe(1);
    expect(await deeds()).toEqual(["collecting", "not-sent"]);
  });

  it("whose answer is lost is tried again after five minutes", async () => {
    const { asks, em, clock, collected, deeds } = await collections(finished);
    const { collect } = em;
    em.collect = () => Promise.reject(new EmError("timed-out", "late", { perhapsDone: true }));
    await asks("run-1");
    em.collect = collect;
    await asks("run-1");
    expect(collected).toEqual([]);
    clock.advance(5 * minute);
    await asks("run-1");
    expect(collected).toHaveLength(1);
    expect(await deeds()).toEqual(["collecting", "answer-lost", "collecting", "collected"]);
  });

  it("is in the audit log before EM is asked; where it cannot be, EM is not asked", async () => {
    const { asks, em, store, collected, deeds } = await collections(finished);
    const { collect } = em;
    em.collect = async (id) => {
      expect(await deeds()).toEqual(["collecting"]);
      return collect(id);
    };
    store.full = true;
    await asks("run-1");
    expect(collected).toEqual([]);
    store.full = false;
    await asks("run-1");
    expect(collected).toHaveLength(1);
    expect(await deeds()).toEqual(["collecting", "collected"]);
  });

  it("stands in the audit log in words, done or not", async () => {
    const { asks, em, clock, audit } = await collections(finished);
    await asks("run-1");
    em.collect = () => Promise.reject(new EmError("timed-out", "late", { perhapsDone: true }));
    clock.advance(5 * minute);
    await asks("run-2");
    const asking = "EM is asked to collect the data of srv13.tech.local, as a run on it has ended";
    expect(await audit()).toMatchObject([
      { at: begun, deed: "collecting", what: asking },
      {
        at: begun,
        deed: "collected",
        what: "EM collects the data of srv13.tech.local; its tasks: task-1",
      },
      { at: begun + 5 * minute, deed: "collecting", what: asking },
      { deed: "answer-lost", what: expect.stringMatching(/^collect srv13.* may not have been/) },
    ]);
  });

  it.each(["collect", "task"] as const)("hides no fault of ours in %s", async (method) => {
    const { attend, asks, em } = await collections(running);
    const fault = async () => {
      throw new TypeError("a fault");
    };
    if (method === "collect") {
      em.collect = fault;
      await expect(asks("run-1")).rejects.toThrow("a fault");
    } else {
      await asks("run-1");
      em.task = fault;
      await expect(attend()).rejects.toThrow("a fault");
    }
  });

  it("hides no fault of ours in the audit log", async () => {
    const { asks, store } = await collections(running);
    store.commit = async () => {
      throw new TypeError("a fault");
    };
    await expect(asks("run-1")).rejects.toThrow("a fault");
  });
});
