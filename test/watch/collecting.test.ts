import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EmError } from "../../src/em/errors.ts";
import type { Receipt, Ref, Task } from "../../src/em/types.ts";
import { createLog } from "../../src/log.ts";
import { auditLog } from "../../src/store/audit.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { createCollections } from "../../src/watch/collecting.ts";
import { fakeClock } from "../fakes/clock.ts";
import { failingStore } from "../fakes/failing-store.ts";
import { badlyDone, begun, minute, server, taskOf, wellDone } from "./things.ts";

const running = taskOf();
const finished = taskOf({ state: "Finished", result: wellDone });
const another: Ref = { id: "server-2", name: "srv14.tech.local" };
const log = createLog({ secrets: [], level: "silent" });

/** `shows`: what EM's task is, one look after another; the last stays. */
async function collections(...shows: (Task | EmError)[]) {
  const clock = fakeClock(begun);
  const collected: string[] = [];
  const looks: string[] = [];
  const em = {
    collect: async (id: string): Promise<Receipt> => {
      collected.push(id);
      return { task: taskOf(), logon: "logon-1" };
    },
    task: async (id: string) => {
      looks.push(id);
      const shown = (shows.length > 1 ? shows.shift() : shows[0]) ?? expect.fail();
      if (shown instanceof EmError) throw shown;
      return shown;
    },
  };
  const kept = openSqliteStore(join(mkdtempSync(join(tmpdir(), "collecting-")), "state.db"));
  onTestFinished(() => kept.close());
  const store = failingStore(kept);
  const made = createCollections({ em, clock, log, store });
  /** What a look knows when it asks, before it attends to what is wanted. */
  const asks = async (asker: string, of = server) => {
    const known = made.since(asker, of);
    await made.attend();
    return known;
  };
  const deeds = async () => (await auditLog(kept)).map(({ value }) => value.deed);
  return { ...made, asks, deeds, em, clock, store, collected, looks };
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
});
