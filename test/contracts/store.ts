import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stored } from "../../src/records/stored.ts";
import type { Store } from "../../src/store/store.ts";

export interface Note extends Stored {
  readonly text: string;
}

/** What it holds in its tests. */
export interface Notes {
  notes: Note;
  others: Note;
  lines: Note;
  asks: Note;
  any: Note;
  log: Note;
  audit: Note;
}

export interface StoreUnderTest {
  readonly store: Store<Notes>;
  /** Moves the store's clock. */
  advance(ms: number): void;
}

const note = (text: string): Note => ({ version: 1, text });

/** What every store promises. `make` gives an empty one each time. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`the store "${name}"`, () => {
    it("gives back what was put, and nothing for what was not", async () => {
      const { store } = await make();
      await store.commit([{ put: "notes", key: "a", value: note("one") }]);
      expect(await store.get("notes", "a")).toEqual(note("one"));
      expect(await store.get("notes", "b")).toBeUndefined();
      expect(await store.get("others", "a")).toBeUndefined();
    });

    it("keeps namespaces apart and lists one in the order of its keys", async () => {
      const { store } = await make();
      await store.commit([
        { put: "notes", key: "b", value: note("two") },
        { put: "notes", key: "a", value: note("one") },
        { put: "others", key: "c", value: note("three") },
      ]);
      expect((await store.all("notes")).map(({ key }) => key)).toEqual(["a", "b"]);
    });

    it("inserts only where nothing is, and says so", async () => {
      const { store } = await make();
      expect(
        (await store.commit([{ insert: "notes", key: "a", value: note("one") }])).happened,
      ).toEqual([true]);
      expect(
        (await store.commit([{ insert: "notes", key: "a", value: note("two") }])).happened,
      ).toEqual([false]);
      expect(await store.get("notes", "a")).toEqual(note("one"));
    });

    it("writes nothing at all where a required change cannot happen", async () => {
      const { store } = await make();
      const result = await store.commit([
        { put: "notes", key: "a", value: note("one") },
        { remove: "asks", key: "gone", require: true },
        { append: "lines", value: note("line") },
      ]);
      expect(result.done).toBe(false);
      expect(await store.get("notes", "a")).toBeUndefined();
      expect(await store.all("lines")).toEqual([]);
    });

    it("grants a removal to exactly one of fifty who ask at once", async () => {
      const { store } = await make();
      await store.commit([{ put: "asks", key: "it", value: note("who?") }]);
      const results = await Promise.all(
        Array.from({ length: 50 }, () =>
          store.commit([{ remove: "asks", key: "it", require: true }]),
        ),
      );
      expect(results.filter(({ done }) => done)).toHaveLength(1);
    });

    it("lets records expire: unseen, not removable, insertable again", async () => {
      const { store, advance } = await make();
      await store.commit([{ put: "notes", key: "a", value: note("one"), ttlMs: 1000 }]);
      advance(999);
      expect(await store.get("notes", "a")).toEqual(note("one"));
      advance(1);
      expect(await store.get("notes", "a")).toBeUndefined();
      expect(await store.all("notes")).toEqual([]);
      expect((await store.commit([{ remove: "notes", key: "a" }])).happened).toEqual([false]);
      expect(
        (await store.commit([{ insert: "notes", key: "a", value: note("two") }])).happened,
      ).toEqual([true]);
    });

    it("sweeps out what has expired, and nothing else", async () => {
      const { store, advance } = await make();
      await store.commit([
        { put: "notes", key: "old", value: note("one"), ttlMs: 1000 },
        { put: "notes", key: "young", value: note("two"), ttlMs: 2000 },
        { put: "notes", key: "lasting", value: note("three") },
      ]);
      advance(1500);
      expect(await store.sweep()).toBe(1);
      expect(await store.sweep()).toBe(0);
      expect((await store.all("notes")).map(({ key }) => key)).toEqual(["lasting", "young"]);
    });

    it("refuses a time to live that is not positive, since it would mean for ever", async () => {
      const { store } = await make();
      await expect(
        store.commit([{ put: "notes", key: "a", value: note("one"), ttlMs: 0 }]),
      ).rejects.toThrow("ttlMs must be positive");
    });

    it("keeps a queue in the order of its appends, and never gives a key twice", async () => {
      const { store } = await make();
      await store.commit([
        { append: "lines", value: note("one") },
        { append: "lines", value: note("two") },
      ]);
      const [first, second] = await store.all("lines");
      await store.commit([{ remove: "lines", key: second?.key ?? "" }]);
      await store.commit([{ append: "lines", value: note("three") }]);
      const left = await store.all("lines");
      expect(left.map(({ value }) => value.text)).toEqual(["one", "three"]);
      expect(Number(left[1]?.key)).toBeGreaterThan(Number(second?.key));
      expect(left[0]?.key).toBe(first?.key);
    });

    it("keeps any JSON text as it is", async () => {
      const { store } = await make();
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: "binary" }),
          fc.string({ minLength: 1 }),
          async (text, key) => {
            await store.commit([{ put: "any", key, value: note(text) }]);
            expect(await store.get("any", key)).toEqual(note(text));
          },
        ),
        { numRuns: 50 },
      );
    });
  });
}
