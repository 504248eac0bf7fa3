import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { openFile } from "../../src/store/file.ts";
import { remembering } from "../../src/store/remembered.ts";
import { storeOver } from "../../src/store/sqlite.ts";
import type { Conditional, Store } from "../../src/store/store.ts";
import { type Note, type Notes, notesFound } from "../contracts/store.ts";

type NoteStore = Store<Notes, typeof notesFound>;

const note = (text: string) => ({ version: 1, text }) as const;

function onFile(): NoteStore {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-remembered-"));
  const store = storeOver<Notes, typeof notesFound>(
    openFile(join(folder, "state.db"), () => 0, notesFound),
  );
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

/** Counts what is read from below. */
function counted(store: NoteStore) {
  const reads: string[] = [];
  const below: NoteStore = {
    ...store,
    all: (name) => {
      reads.push(name);
      return store.all(name);
    },
  };
  return { reads, below };
}

it("reads a namespace once, and gives the same object as long as nobody writes it", async () => {
  const { reads, below } = counted(onFile());
  const store = remembering(below, ["notes"]);
  await store.commit([{ put: "notes", key: "a", value: note("one") }]);
  const first = await store.get("notes", "a");
  await store.commit([{ put: "notes", key: "b", value: note("two") }]);
  expect(await store.get("notes", "a")).toBe(first);
  expect((await store.find("notes", "text", "one"))[0]?.value).toBe(first);
  expect(await store.all("notes")).toBe(await store.all("notes"));
  expect(reads).toEqual(["notes"]);
});

it("knows of what was written while it read", async () => {
  const file = onFile();
  const writing: Promise<unknown>[] = [];
  const store: NoteStore = remembering(
    {
      ...file,
      all: async (name) => {
        const read = await file.all(name);
        if (writing.length === 0)
          writing.push(store.commit([{ put: "notes", key: "a", value: note("new") }]));
        await writing[0];
        return read;
      },
    },
    ["notes"],
  );
  expect(await store.get("notes", "a")).toEqual(note("new"));
});

it("reads anew after a commit of which nobody knows what it wrote", async () => {
  const file = onFile();
  let fails = false;
  const store: NoteStore = remembering(
    {
      ...file,
      commit: async (changes) => {
        const committed = await file.commit(changes);
        if (fails) throw new Error("the line went dead");
        return committed;
      },
    },
    ["notes"],
  );
  await store.commit([{ put: "notes", key: "a", value: note("one") }]);
  expect(await store.get("notes", "a")).toEqual(note("one"));
  fails = true;
  await expect(store.commit([{ put: "notes", key: "a", value: note("two") }])).rejects.toThrow();
  expect(await store.get("notes", "a")).toEqual(note("two"));
});

const keys = fc.constantFrom("a", "b", "c");
const texts = fc.constantFrom("x", "y").map(note);

function kindsOf(key: string, value: Note, was: Note): readonly Conditional<Notes>[] {
  return [
    { put: "notes", key, value },
    { put: "notes", key, value, was },
    { insert: "notes", key, value },
    { remove: "notes", key, require: true },
    { append: "lines", value },
    { remove: "lines", key: String(key.charCodeAt(0) - 96) },
  ];
}

const change = fc
  .tuple(keys, texts, texts, fc.nat(5))
  .map(([key, value, was, kind]) => kindsOf(key, value, was)[kind] ?? expect.fail("no such kind"));

it("says what the file says, whatever is written in whatever order", async () => {
  const file = onFile();
  const store = remembering(file, ["notes", "lines"]);
  const property = fc.asyncProperty(
    fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
    async (commits) => {
      await Promise.all(commits.map((changes) => store.commit(changes)));
      for (const name of ["notes", "lines"] as const) {
        expect(await store.all(name)).toEqual(await file.all(name));
        for (const text of ["x", "y"])
          expect(await store.find(name, "text", text)).toEqual(await file.find(name, "text", text));
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});
