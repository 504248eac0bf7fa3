/** What the doctor finds from a shell, with its exit codes. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { botVersion } from "../../src/version.ts";
import { newFolder, pipe, start } from "../program/program.ts";

const PASSWORD = "canary-Pa55word";
const doctor = { flags: ["--doctor"], entry: "src/start.mjs" };

describe("npm run doctor", () => {
  it("finds all well on a bare machine: 0, and makes nothing", async () => {
    const { code, output } = await pipe([], doctor);
    expect(code).toBe(0);
    expect(output).toMatch(/^\[ok\] Doctor: 4 things looked at, all well\n/);
    expect(output).toMatch(/\nEM – It is the sandbox, .* and was not looked at/);
    const inJson = await pipe([], { ...doctor, flags: ["--doctor", "--json"] });
    expect(inJson.output).toContain("is not there yet; it is made at the start");
    const lines = inJson.output.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).version)).toEqual(lines.map(() => botVersion));
  });

  it("tells all faults of the settings, which keep the bot from starting: 1", async () => {
    const { code, output } = await pipe([], {
      ...doctor,
      env: { EM_POLL_MS: "5", SLACK_CHANNELS: "C0123", EM_URL: "https://em.example:9419" },
    });
    expect(code).toBe(1);
    expect(output).toMatch(/\[failed\] Setting EM_POLL_MS – It must be a whole number/);
    expect(output).toMatch(/\[failed\] Setting SLACK_BOT_TOKEN/);
    expect(output).toMatch(
      /\[failed\] Setting EM_URL – It must lead to Enterprise Manager; port 9419 is another API/,
    );
  });

  it("takes a bot that runs and holds the state for good news, and does not disturb it: 0", async () => {
    const folder = newFolder();
    const bot = start({ folder });
    await bot.saying(/Ctrl-D ends/);
    const { code, output } = await pipe([], { ...doctor, folder });
    expect(output).toContain("all well\n");
    expect(code).toBe(0);
    const inJson = await pipe([], { ...doctor, flags: ["--doctor", "--json"], folder });
    expect(inJson.output).toContain("A bot that runs holds");
    bot.type("plans");
    bot.end();
    expect((await bot.finished).code).toBe(0);
  });

  it("finds a state that is damaged, or cannot be made, and changes nothing about it: 1", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "state.db"), Buffer.alloc(4096));
    const damaged = await pipe([], { ...doctor, folder });
    expect(damaged.output).toMatch(/\[failed\] State – ".*" is damaged: .*Cure: bring back a copy/);
    expect(damaged.code).toBe(1);
    writeFileSync(join(folder, "state.db"), "somebody's own");
    const foreign = await pipe([], { ...doctor, folder });
    expect(foreign.output).toMatch(
      /\[failed\] State – ".*" cannot be used: it is no state file of/,
    );
    expect(readFileSync(join(folder, "state.db"), "utf8")).toBe("somebody's own");
    mkdirSync(join(folder, "folder.db"));
    const unusable = await pipe([], {
      ...doctor,
      folder,
      env: { STATE_URL: `sqlite:${folder}/folder.db` },
    });
    expect(unusable.output).toMatch(/\[failed\] State – ".*" cannot be used/);
  });

  it("says it in lines of JSON with --json, and shows no password", async () => {
    const server = createServer((_, response) => response.writeHead(500).end("<html>no</html>"));
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    const env = {
      EM_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      EM_USERNAME: "bot",
      EM_PASSWORD: PASSWORD,
    };
    const { code, output, errors } = await pipe([], {
      ...doctor,
      flags: ["--doctor", "--json"],
      env,
    });
    const checks = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(checks.find(({ about }) => about === "EM")).toMatchObject({ verdict: "fault" });
    expect(code).toBe(1);
    expect(output + errors).not.toContain(PASSWORD);
  });

  it("says faults of the settings in lines of JSON too", async () => {
    const env = { EM_POLL_MS: "soon" };
    const { code, output } = await pipe([], { ...doctor, flags: ["--doctor", "--json"], env });
    expect(JSON.parse(output.trim().split("\n")[0] ?? "")).toMatchObject({
      about: "Setting EM_POLL_MS",
      verdict: "fault",
    });
    expect(code).toBe(1);
  });
});
