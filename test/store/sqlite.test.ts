import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Stored } from "../../src/records/stored.ts";
import { openFile } from "../../src/store/file.ts";
import { remembering } from "../../src/store/remembered.ts";
import { openSqliteStore, storeOver } from "../../src/store/sqlite.ts";
import { StoreError } from "../../src/store/store.ts";
import { type Notes, notesFound, storeContract } from "../contracts/store.ts";
import { fakeClock } from "../fakes/clock.ts";

const value = { version: 1 };

interface Held {
  a: Stored;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "failover-bot-store-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

storeContract("SQLite file", async () => {
  const clock = fakeClock();
  const file = openFile(join(folder(), "state.db"), clock.now, notesFound);
  const store = storeOver<Notes, typeof notesFound>(file);
  onTestFinished(() => store.close());
  return { store, advance: clock.advance };
});

storeContract("SQLite file, kept in memory besides", async () => {
  const clock = fakeClock();
  const file = openFile(join(folder(), "state.db"), clock.now, notesFound);
  const kept = ["notes", "others", "lines", "asks", "any", "log", "audit"];
  const store = remembering(storeOver<Notes, typeof notesFound>(file), kept);
  onTestFinished(() => store.close());
  return { store, advance: clock.advance };
});

it("is still there after it was closed and opened again", async () => {
  const path = join(folder(), "deep", "state.db");
  const first = openSqliteStore<Held>(path);
  await first.commit([{ put: "a", key: "b", value }]);
  await first.close();
  const second = openSqliteStore<Held>(path);
  expect(await second.get("a", "b")).toEqual(value);
  await second.close();
});

it("refuses a second process in a sentence, and a killed one leaves no lock", async () => {
  const path = join(folder(), "state.db");
  const script = `
    import { openSqliteStore } from ${JSON.stringify(new URL("../../src/store/sqlite.ts", import.meta.url).href)};
    const store = openSqliteStore(${JSON.stringify(path)});
    await store.commit([{ put: "a", key: "b", value: { version: 1 } }]);
    console.log("held");
    // It lives as long as whoever began it.
    process.stdin.resume();`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script]);
  onTestFinished(() => void holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  expect(() => openSqliteStore(path)).toThrow(/as another failover-bot uses it: stop that one/);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const store = openSqliteStore<Held>(path);
  expect(await store.get("a", "b")).toEqual(value);
  await store.close();
});

it("refuses a file that is not a state file, and leaves it as it is", () => {
  const path = join(folder(), "state.db");
  writeFileSync(path, "this is no database ".repeat(100));
  expect(() => openSqliteStore(path)).toThrow(StoreError);
});
