/** A change is of what is there when it is saved, whoever writes meanwhile. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Listed } from "../../src/records/routine.ts";
import { amend } from "../../src/store/amend.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { type Store, StoreError } from "../../src/store/store.ts";
import { changing, meddling } from "../fakes/meddled-store.ts";

const list = (...plans: string[]): Listed => ({ version: 1, plans });

function newStore(): Store {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-amend-"));
  const store = openSqliteStore(join(folder, "state.db"));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

const put = (value: Listed) => (store: Store) => store.commit([{ put: "lists", key: "a", value }]);

const adding =
  (plan: string) =>
  (before = list()) =>
    ({ is: "put", value: list(...before.plans, plan) }) as const;

describe("a record that is amended", () => {
  it("is read again where somebody wrote it meanwhile, and neither change is lost", async () => {
    const meddler = meddling();
    const store = meddler.wrap(newStore());
    await put(list("first"))(store);
    meddler.before(changing("lists"), put(list("first", "theirs")));
    await amend(store, "lists", "a", adding("mine"));
    expect(await store.get("lists", "a")).toEqual(list("first", "theirs", "mine"));
    expect(meddler.done).toBe(1);
  });

  it("is read again where somebody made it or removed it meanwhile", async () => {
    const meddler = meddling();
    const store = meddler.wrap(newStore());
    const inserting = (change: object) => "insert" in change;
    meddler.before(inserting, put(list("theirs")));
    await amend(store, "lists", "a", adding("mine"));
    expect(await store.get("lists", "a")).toEqual(list("theirs", "mine"));
    meddler.before(changing("lists"), (inner) => inner.commit([{ remove: "lists", key: "a" }]));
    await amend(store, "lists", "a", adding("again"));
    expect(await store.get("lists", "a")).toEqual(list("again"));
    expect(meddler.done).toBe(2);
  });

  it("takes with it what is saved beside it, once, and gives its answer", async () => {
    const meddler = meddling();
    const store = meddler.wrap(newStore());
    await put(list())(store);
    meddler.before(changing("lists"), put(list("theirs")));
    const card = { tone: "plain", title: "said", lines: [] } as const;
    const value = { version: 1, topic: "run", card, urgent: false, at: 0 } as const;
    const answer = await amend<"lists", number>(store, "lists", "a", (before) => ({
      is: "removed",
      also: [{ append: "lines", value }],
      answer: before?.plans.length ?? -1,
    }));
    expect(answer).toBe(1);
    expect(await store.get("lists", "a")).toBeUndefined();
    expect(await store.all("lines")).toHaveLength(1);
  });

  it("is left alone where nothing shall become of it", async () => {
    const store = newStore();
    const answer = await amend<"lists", string>(store, "lists", "a", () => ({
      is: "left",
      answer: "nothing to do",
    }));
    expect(answer).toBe("nothing to do");
    expect(await store.get("lists", "a")).toBeUndefined();
  });

  it("is given up in a sentence where others write it each time", async () => {
    const store = newStore();
    let theirs = 0;
    await expect(
      amend(store, "lists", "a", async (before) => {
        await put(list(`${++theirs}`))(store);
        return adding("mine")(before);
      }),
    ).rejects.toThrow(StoreError);
    expect(theirs).toBe(10);
    expect(await store.get("lists", "a")).toEqual(list("10"));
  });
});
