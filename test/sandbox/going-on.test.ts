import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { ABC, at, BIRTH, logOn, OPEN, sessionsFor, wire } from "./wire.ts";

function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "data", "sandbox.json");
}

/** A sandbox at an instant of real time, so many seconds after the first one's birth. */
async function sandboxAt(seconds: number, options: SandboxOptions) {
  let now = BIRTH + seconds * 1_000;
  const sandbox = await startSandbox({ now: () => now, ...options });
  onTestFinished(() => sandbox.close());
  const token = (await logOn(sandbox)).headers.get("X-RestSvcSessionId") ?? "";
  return wire(sandbox, token, (more) => {
    now += more * 1_000;
  });
}

describe("a sandbox started again on the same file", () => {
  it("finds its runs moved on meanwhile", async () => {
    const file = freshFile();
    const first = await sandboxAt(0, { file });
    await first.order(first.plan(ABC), "start");
    first.advance(10);
    expect(await sessionsFor(first, OPEN)).toHaveLength(1);
    await first.sandbox.close();

    const second = await sandboxAt(40, { file });
    const [running] = await sessionsFor(second, OPEN);
    expect(running).toMatchObject({ Name: ABC, State: "Working" });
    await second.sandbox.close();

    const third = await sandboxAt(600, { file });
    const [ended] = await sessionsFor(third, `Name=="${ABC}"`);
    expect(ended).toMatchObject({ State: "Stopped", Result: "Success" });
    expect(at(ended, "UID")).toBe(at(running, "UID"));
    expect(third.sandbox.estate.startsOf(third.plan(ABC).id)).toHaveLength(1);
  });

  it("knows no logon and no task any more", async () => {
    const file = freshFile();
    const first = await sandboxAt(0, { file });
    await first.order(first.plan(ABC), "start");
    await first.sandbox.close();
    const second = await sandboxAt(1, { file });
    const headers = { "X-RestSvcSessionId": first.token };
    expect((await second.call("GET", "/tasks", { headers })).status).toBe(401);
    expect((await second.call("GET", "/tasks/task-1")).status).toBe(500);
  });

  it("keeps its own time, also where its speed is another", async () => {
    const file = freshFile();
    const first = await sandboxAt(0, { file, speed: 10 });
    first.advance(60);
    expect(first.sandbox.estate.now()).toBe(BIRTH + 600_000);
    await first.sandbox.close();
    const second = await sandboxAt(90, { file, speed: 1 });
    expect(second.sandbox.estate.now()).toBe(BIRTH + 900_000);
    await second.sandbox.close();
    const third = await sandboxAt(100, { file, speed: 2 });
    expect(third.sandbox.estate.now()).toBe(BIRTH + 910_000);
  });

  it("plays another scenario from then on, and leaves the past as it was", async () => {
    const file = freshFile();
    const first = await sandboxAt(0, { file, scenario: "vm-fails" });
    await first.order(first.plan(ABC), "start");
    await first.sandbox.close();
    const second = await sandboxAt(300, { file, scenario: "all-well" });
    await second.order(second.plan("Cloud failover plan 1"), "start");
    second.advance(300);
    const results = (await sessionsFor(second)).slice(0, 2).map((session) => at(session, "Result"));
    expect(results).toStrictEqual(["Success", "Failed"]);
  });

  it("leaves nothing beside its file", async () => {
    const file = freshFile();
    const first = await sandboxAt(0, { file });
    await first.order(first.plan(ABC), "start");
    expect(readdirSync(join(file, ".."))).toStrictEqual(["sandbox.json"]);
    expect(readFileSync(file, "utf8")).not.toContain(first.token);
  });

  it.each(["", "{", '{"version":2}', '"text"', "null"])(
    "refuses a file that holds %j",
    async (content) => {
      const file = join(freshFile(), "..", "..", "broken.json");
      writeFileSync(file, content);
      await expect(startSandbox({ file })).rejects.toThrow(
        `Cannot go on with the sandbox in "${file}": it does not hold one; remove the file to begin anew`,
      );
    },
  );
});

describe("a sandbox", () => {
  it("cannot run backwards", async () => {
    await expect(startSandbox({ speed: 0 })).rejects.toThrow("it must be above 0");
  });

  it("has the same plans wherever it is born", async () => {
    const one = await sandboxAt(0, {});
    const other = await sandboxAt(86_400, {});
    expect(other.sandbox.estate.plans()).toStrictEqual(one.sandbox.estate.plans());
  });

  it("can be closed twice", async () => {
    const { sandbox } = await sandboxAt(0, {});
    await sandbox.close();
    await expect(sandbox.close()).resolves.toBeUndefined();
  });

  it("says so where its port is taken", async () => {
    const { sandbox } = await sandboxAt(0, {});
    const port = Number(new URL(sandbox.url).port);
    await expect(startSandbox({ port })).rejects.toThrow("EADDRINUSE");
  });

  it("lives at the beginning of time as well", async () => {
    const sandbox = await startSandbox({ now: () => 0 });
    onTestFinished(() => sandbox.close());
    expect((await logOn(sandbox)).headers.get("Date")).toBe("Thu, 01 Jan 1970 00:00:00 GMT");
    expect(sandbox.estate.points().every((point) => /@19(69|70)-/.test(point.name))).toBe(true);
  });
});
