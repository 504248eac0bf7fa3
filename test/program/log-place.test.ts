import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ChatError } from "../../src/chat/port.ts";
import { EmError } from "../../src/em/errors.ts";
import { createLog } from "../../src/log.ts";
import { readableLine } from "../../src/program/log-line.ts";
import { logPlace } from "../../src/program/log-place.ts";
import { isForeseen } from "../../src/program/start-failure.ts";

function opened(face: "interactive" | "plain" | undefined, state = "data/state.db") {
  const folder = mkdtempSync(join(tmpdir(), "log-place-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const said: string[] = [];
  const stderr = { isTTY: true, write: (text: string) => said.push(text) };
  const statePath = join(folder, state);
  const blockFolder = () => writeFileSync(join(folder, "data"), "no folder");
  const open = () => {
    const { destination, file } = logPlace({ face, statePath, stderr });
    const log = createLog({
      secrets: ["canary"],
      level: "info",
      destination,
      isExpected: isForeseen,
    });
    return { log, file };
  };
  return { folder, said, blockFolder, open };
}

const unreachable = new EmError("unreachable", "Cannot reach EM as nobody listens there");
const sentence =
  /^\d\d:\d\d:\d\d UTC warn: EM could not be asked: Cannot reach EM as nobody listens there\n$/;

describe("where the log goes", () => {
  it("is a file beside the state where cards are redrawn in place, for its owner alone", () => {
    const { folder, said, open } = opened("interactive");
    const { log, file } = open();
    log.warn({ err: unreachable }, "EM could not be asked");
    expect(file).toBe(join(folder, "data/failover-bot.log"));
    expect(readFileSync(file ?? "", "utf8")).toMatch(
      /^{"level":"warn".*"failure":"unreachable".*}\n$/,
    );
    expect(statSync(file ?? "").mode & 0o777).toBe(0o600);
    expect(said).toEqual([]);
  });

  it.each(["plain", undefined] as const)(
    "is one readable line at another terminal (face: %s)",
    (face) => {
      const { said, open } = opened(face);
      const { log, file } = open();
      log.warn({ err: unreachable }, "EM could not be asked");
      expect(said).toEqual([expect.stringMatching(sentence)]);
      expect(file).toBeUndefined();
    },
  );

  it("breaks no word in a window that is narrower than its line", () => {
    const said: string[] = [];
    const stderr = { isTTY: true, columns: 40, write: (text: string) => said.push(text) };
    const { destination } = logPlace({ face: undefined, statePath: "state.db", stderr });
    const time = "2026-11-21T06:00:12.000Z";
    destination.write(JSON.stringify({ level: "warn", time, msg: "Nobody may read in Slack" }));
    expect(said).toEqual(["06:00:12 UTC warn: Nobody may read in\n  Slack\n"]);
  });

  it("is one readable line where there can be no file", () => {
    const { said, blockFolder, open } = opened("interactive");
    blockFolder();
    const { log, file } = open();
    log.warn({ err: unreachable }, "EM could not be asked");
    expect(said).toEqual([expect.stringMatching(sentence)]);
    expect(file).toBeUndefined();
  });
});

describe("a readable line of the log", () => {
  function written() {
    const { said, open } = opened("plain");
    const last = () => said.at(-1)?.replace(/^[\d:]+ UTC /, "");
    return { log: open().log, last };
  }

  it("names what else is known", () => {
    const { log, last } = written();
    log.child({ reference: "ab12" }).info({ where: { is: "em" }, count: 3 }, "looked");
    expect(last()).toBe('info: looked (reference ab12, where {"is":"em"}, count 3)\n');
  });

  it("says what was expected once, and where another failure came from", () => {
    const { log, last } = written();
    log.error(new ChatError({ kind: "bot" }, "Slack refuses the token"));
    expect(last()).toBe("error: Slack refuses the token\n");
    log.error({ err: new TypeError("x is no function") }, "a command failed");
    expect(last()).toMatch(/^error: a command failed: TypeError: x is no function, at .+\n$/);
  });

  it("does nothing but be read, and shows no secret", () => {
    const { log, last } = written();
    log.info("one\ntwo \u001b[31mred canary");
    expect(last()).toBe("info: one two red [secret]\n");
  });

  it("stays as it is where it is no JSON", () => {
    expect(readableLine("no JSON")).toBe("no JSON");
  });
});
