import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { auditStart } from "../../src/ops/audit-start.ts";
import type { Config } from "../../src/settings/config.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { botVersion } from "../../src/version.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { testConfig } from "../fakes/bot.ts";

const config: Config = { ...testConfig, statePath: "data/state.db" };
const real: Config = {
  ...config,
  em: {
    kind: "real",
    url: "https://em.example:9398",
    username: "ACME\\bot",
    password: "canary-1",
    format: "xml",
    ca: "-----BEGIN CERTIFICATE-----",
  },
  slack: {
    botToken: "canary-2",
    channels: ["C1", "C2"],
    apiUrl: "https://anna:canary-3@proxy.example/api",
    mode: { signingSecret: "canary-4", host: "127.0.0.1", port: 3000 },
  },
  discord: { token: "canary-5", channels: ["5"], apiUrl: "https://discord.example/api" },
  policy: { people: {}, rules: [{ allow: ["read"], who: ["everyone"] }] },
  announceIn: [{ platform: "slack", id: "C1" }],
  onCall: [{ platform: "discord", id: "role:7" }],
  secrets: ["canary-1", "canary-2", "canary-3", "canary-4", "canary-5"],
};

async function startedWith(...configs: readonly Config[]) {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-"));
  const store = openSqliteStore(join(folder, "state.db"));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  for (const one of configs) await auditStart(store, one, 1);
  return (await auditLog(store)).map(({ value }) => value);
}

const whatOf = async (...configs: readonly Config[]) =>
  (await startedWith(...configs)).map(({ what }) => what);

describe("each start of the bot", () => {
  it("is in the audit log with its settings", async () => {
    const [entry] = await startedWith(config);
    expect(entry).toEqual({
      version: 1,
      at: 1,
      deed: "started",
      what: `Settings: VERSION ${botVersion}, EM sandbox all-well, version 12, speed 1, EM_FORMAT xml, POLICY none, STATE data/state.db, EM_POLL_MS 5000, EM_COLLECT on, TIME_ZONE UTC, STALL_MS 600000, EVIDENCE_WAIT_MS 1200000, WATCH_LIMIT_MS 604800000, CONFIRM_MS 300000, REPORT_DAYS 400`,
    });
  });

  it("names everything that is set but what is secret", async () => {
    const [what = ""] = await whatOf(real);
    for (const shown of [
      "EM_URL https://em.example:9398",
      "EM_USERNAME ACME\\bot",
      "EM_CA sha256:",
      "SLACK HTTP on 127.0.0.1:3000",
      "SLACK_CHANNELS C1 C2",
      "DISCORD_CHANNELS 5",
      "DISCORD_API_URL https://discord.example/api",
      "ANNOUNCE_IN slack:C1",
      "ON_CALL discord:role:7",
    ])
      expect(what).toContain(shown);
    expect(what).toMatch(/POLICY sha256:[0-9a-f]{64}/);
    expect(what).not.toContain("canary");
  });

  it("says what has changed since the last one, or that nothing has", async () => {
    const [, same, changed] = await whatOf(real, real, {
      ...real,
      stallMs: 60_000,
      announceIn: [],
      policy: { people: {}, rules: [] },
    });
    expect(same).toBe("Settings as at the last start");
    expect(changed).toMatch(
      /^Settings changed since the last start: POLICY from sha256:\w+ to sha256:\w+, ANNOUNCE_IN from slack:C1 to nothing, STALL_MS from 600000 to 60000$/,
    );
  });

  it("says nothing of a password that changed", async () => {
    const { em } = real;
    const other: Config = { ...real, em: { ...em, password: "canary-6" } as Config["em"] };
    expect(await whatOf(real, other)).toEqual([
      expect.any(String),
      "Settings as at the last start",
    ]);
  });
});
