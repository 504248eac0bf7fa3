import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IndexesOf } from "../../src/records/indexed.ts";
import type { Stored } from "../../src/records/stored.ts";
import { firstBadLink } from "../../src/store/chain.ts";
import type { Conditional, Store } from "../../src/store/store.ts";

export interface Note extends Stored {
  readonly text: string;
  readonly about?: { readonly whom?: string };
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

/** By which fields it finds them. */
export const notesFound = {
  notes: ["text", "about.whom"],
  lines: ["text"],
} as const satisfies IndexesOf<Notes>;

export interface StoreUnderTest {
  readonly store: Store<Notes, typeof notesFound>;
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

    it("fails once it is closed, also for what was read before", async () => {
      const { store } = await make();
      await store.commit([{ put: "notes", key: "a", value: note("one") }]);
      await store.all("notes");
      await store.close();
      await expect(store.get("notes", "a")).rejects.toThrow("Cannot read the state");
      await expect(store.all("notes")).rejects.toThrow("Cannot read the state");
    });

    it("lists and finds records by whatever keys they have", async () => {
      const { store } = await make();
      const keys = ["a\u0000b", "a\u{1F30A}", "é", " ", "'; --"].toSorted((one, other) =>
        Buffer.compare(Buffer.from(one), Buffer.from(other)),
      );
      for (const key of keys) await store.commit([{ put: "notes", key, value: note("x\u0000") }]);
      expect((await store.all("notes")).map(({ key }) => key)).toEqual(keys);
      expect((await store.find("notes", "text", "x\u0000")).map(({ key }) => key)).toEqual(keys);
      for (const key of keys) expect(await store.get("notes", key)).toEqual(note("x\u0000"));
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

    it("gives a chain page by page, from its beginning or after an entry, each with its hash", async () => {
      const { store } = await make();
      for (const text of ["one", "two", "three"])
        await store.commit([
          { chain: "log", value: note(text) },
          { chain: "audit", value: note(`${text} of another chain`) },
        ]);
      const first = await store.links("log", { limit: 2 });
      const rest = await store.links("log", { after: first.at(-1)?.key, limit: 2 });
      const texts = [...first, ...rest].map(({ text }) => JSON.parse(text).value.text);
      expect([first.length, texts]).toEqual([2, ["one", "two", "three"]]);
      expect(firstBadLink([...first, ...rest])).toBeUndefined();
      expect(firstBadLink(rest, first.at(-1)?.hash)).toBeUndefined();
      expect(await store.links("log", { after: rest.at(-1)?.key, limit: 2 })).toEqual([]);
      expect(await store.links("log", { newest: 2 })).toEqual([first[1], rest[0]]);
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

    it("puts and removes only where the record is still what was read, and says so", async () => {
      const { store } = await make();
      const happened = async (change: Conditional<Notes>) =>
        (await store.commit([change])).happened[0];
      const [one, two] = [note("one"), note("two")];
      const replace = { put: "notes", key: "a", value: two, was: one } as const;
      expect(await happened(replace)).toBe(false);
      expect(await store.get("notes", "a")).toBeUndefined();
      await store.commit([{ put: "notes", key: "a", value: one }]);
      expect(await happened(replace)).toBe(true);
      expect(await happened(replace)).toBe(false);
      expect(await happened({ remove: "notes", key: "a", was: one })).toBe(false);
      expect(await store.get("notes", "a")).toEqual(two);
      expect(await happened({ remove: "notes", key: "a", was: two })).toBe(true);
      expect(await store.get("notes", "a")).toBeUndefined();
    });

    it("writes nothing at all where a required record is no longer what was read", async () => {
      const { store } = await make();
      await store.commit([{ put: "notes", key: "a", value: note("theirs") }]);
      const was = note("mine");
      for (const change of [
        { put: "notes", key: "a", value: note("next"), was, require: true },
        { remove: "notes", key: "a", was, require: true },
      ] as const) {
        const { done } = await store.commit([{ append: "lines", value: note("line") }, change]);
        expect(done).toBe(false);
      }
      expect(await store.get("notes", "a")).toEqual(note("theirs"));
      expect(await store.all("lines")).toEqual([]);
    });

    it("lets exactly one of fifty who read the same write over it", async () => {
      const { store } = await make();
      const was = note("before");
      await store.commit([{ put: "notes", key: "a", value: was }]);
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          store.commit([{ put: "notes", key: "a", value: note(`${i}`), was, require: true }]),
        ),
      );
      const [first] = results.flatMap(({ done }, i) => (done ? [i] : []));
      expect(results.filter(({ done }) => done)).toHaveLength(1);
      expect(await store.get("notes", "a")).toEqual(note(`${first}`));
    });

    it("compares whatever JSON a record holds, as it was read", async () => {
      const { store } = await make();
      const anything = fc.record({
        version: fc.constant(1),
        text: fc.string({ unit: "binary" }),
        about: fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()),
      });
      await fc.assert(
        fc.asyncProperty(anything, async (value) => {
          await store.commit([{ put: "any", key: "a", value }]);
          const was = await store.get("any", "a");
          const change = {
            put: "any",
            key: "a",
            value: note("next"),
            was: was ?? note(""),
          } as const;
          expect((await store.commit([change])).happened).toEqual([true]);
        }),
        { numRuns: 200, examples: [[{ version: 1, text: "\0\ud800é😀", about: { 2: 1, 1: -0 } }]] },
      );
    });

    it("takes the same fields in another order, and a record that has expired, for another", async () => {
      const { store, advance } = await make();
      await store.commit([{ put: "notes", key: "a", value: note("one"), ttlMs: 1000 }]);
      const turned = { text: "one", version: 1 };
      const next = { put: "notes", key: "a", value: note("two") } as const;
      expect((await store.commit([{ ...next, was: turned }])).happened).toEqual([false]);
      advance(1000);
      expect((await store.commit([{ ...next, was: note("one") }])).happened).toEqual([false]);
      expect(await store.get("notes", "a")).toBeUndefined();
    });

    it("refuses a condition that was left empty, since it would be none", async () => {
      const { store } = await make();
      const was = await store.get("notes", "a");
      const change = { put: "notes", key: "a", value: note("one"), was } as const;
      await expect(store.commit([change])).rejects.toThrow("was must be what was read");
    });

    it("removes an entry of a queue only where it is still what was read", async () => {
      const { store } = await make();
      await store.commit([{ append: "lines", value: note("one") }]);
      const [entry] = await store.all("lines");
      const remove = { remove: "lines", key: entry?.key ?? "" } as const;
      expect((await store.commit([{ ...remove, was: note("two") }])).happened).toEqual([false]);
      expect((await store.commit([{ ...remove, was: note("one") }])).happened).toEqual([true]);
      expect(await store.all("lines")).toEqual([]);
    });

    it("finds records by a text in them, in the order of their keys, as they are now", async () => {
      const { store, advance } = await make();
      const about = (whom: string): Note => ({ ...note("a note"), about: { whom } });
      await store.commit([
        { put: "notes", key: "c", value: about("Anna") },
        { put: "notes", key: "a", value: about("Anna") },
        { put: "notes", key: "b", value: about("Ben") },
        { put: "notes", key: "d", value: about("Anna"), ttlMs: 1000 },
        { put: "notes", key: "e", value: note("about nobody") },
        { put: "others", key: "f", value: about("Anna") },
      ]);
      const annas = async () =>
        (await store.find("notes", "about.whom", "Anna")).map(({ key }) => key);
      expect(await annas()).toEqual(["a", "c", "d"]);
      advance(1000);
      await store.commit([{ put: "notes", key: "c", value: about("Ben") }]);
      await store.commit([{ put: "notes", key: "b", value: about("Anna") }]);
      expect(await annas()).toEqual(["a", "b"]);
      await store.commit([{ remove: "notes", key: "a" }]);
      expect(await annas()).toEqual(["b"]);
      expect(await store.find("notes", "about.whom", "nobody")).toEqual([]);
    });

    it("finds entries of a queue in the order of their appends", async () => {
      const { store } = await make();
      for (const text of ["mine", "theirs", "mine"])
        await store.commit([{ append: "lines", value: note(text) }]);
      const [first, , third] = await store.all("lines");
      expect(await store.find("lines", "text", "mine")).toEqual([first, third]);
    });

    it("finds any text, and nothing that only looks like it", async () => {
      const { store } = await make();
      const text = fc.string({ unit: "binary" });
      await fc.assert(
        fc.asyncProperty(text, text, async (own, other) => {
          await store.commit([
            { put: "notes", key: "own", value: note(own) },
            { put: "notes", key: "other", value: note(other) },
          ]);
          const keys = (await store.find("notes", "text", own)).map(({ key }) => key);
          expect(keys).toEqual(own === other ? ["other", "own"] : ["own"]);
        }),
        {
          numRuns: 100,
          examples: [
            ["a\0b", "a"],
            ["\ud800", "\ufffd"],
            ["1", "01"],
          ],
        },
      );
    });
  });
}
