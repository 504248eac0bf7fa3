/**
 * A canary of each password and token is driven through the failure paths of EM, Slack, Discord,
 * the store, the settings and a crash. What can be read afterwards holds none of them: the log
 * (which is written here without knowing any secret, so that nothing is merely covered up), every
 * card on either platform, the state file with the audit log, errors, health sentences, standard
 * output and standard error.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createDiscordPort } from "../../adapters/discord/discord.ts";
import { createSlackPort } from "../../adapters/slack/slack.ts";
import { steadyClock } from "../../src/clock.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createLog } from "../../src/log.ts";
import { auditStart } from "../../src/ops/audit-start.ts";
import { assemble } from "../../src/program/bot-process.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import type { Config } from "../../src/settings/config.ts";
import { ConfigError, readConfig } from "../../src/settings/config.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { besideStore } from "../fakes/beside-store.ts";
import { testConfig } from "../fakes/bot.ts";
import { until } from "../fakes/chatting-bot.ts";
import { fakeClock } from "../fakes/clock.ts";
import { discordSide } from "../fakes/discord-bot.ts";
import { failingStore } from "../fakes/failing-store.ts";
import { hearsAll } from "../fakes/hears-all.ts";
import { slackSide } from "../fakes/slack-bot.ts";
import { tattlingProxy } from "../fakes/tattling-proxy.ts";
import { newFolder, pipe, start } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";
const PASSWORD = "canary&Pa55<word>";
const policy = {
  people: {},
  rules: [{ allow: ["all"], who: ["everyone"], confirm: { by: "press" as const, approvals: 0 } }],
};

/** A secret in every shape in which it travels. */
function shapesOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64].filter(
    (shape) => shape.length >= 8,
  );
}

function expectNoneIn(text: string, secrets: Iterable<string>): void {
  const found = [...secrets].flatMap(shapesOf).filter((shape) => text.includes(shape));
  const around = found.map((shape) =>
    text.slice(Math.max(0, text.indexOf(shape) - 200), text.indexOf(shape) + 100),
  );
  expect(around).toEqual([]);
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString("latin1"))
    .join("\n");

/** Everything that is printed meanwhile, by whomever. */
function listenToOutput(): string[] {
  const printed: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, "write").mockImplementation((chunk) => {
      printed.push(String(chunk));
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return printed;
}

/** A log that knows no secret, so that nothing is merely covered up, and writes down all. */
const unguardedLog = (printed: string[]) =>
  createLog({
    secrets: [],
    level: "trace",
    destination: { write: (line: string) => void printed.push(line) },
  });

/** The whole bot in Slack and Discord, on an EM behind a proxy that can tell all it was told. */
async function wholeBot() {
  const clock = fakeClock();
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-"));
  const sandbox = await startSandbox({ password: PASSWORD, now: clock.now });
  const proxy = await tattlingProxy(sandbox.url);
  const printed = listenToOutput();
  const log = unguardedLog(printed);
  const slack = await slackSide(clock, log);
  const discord = await discordSide(clock, log);
  const config: Config = {
    ...testConfig,
    statePath: join(folder, "state.db"),
    policy,
    em: {
      kind: "real",
      url: proxy.url,
      username: sandbox.username,
      password: PASSWORD,
      format: "xml",
    },
    slack: {
      botToken: slack.slack.botToken,
      channels: ["C0WAR"],
      mode: { appToken: slack.slack.appToken },
    },
    discord: { token: discord.discord.token, channels: [discord.discord.channel.id] },
  };
  const store = failingStore(openSqliteStore(config.statePath, clock.now));
  const impatient = { ...clock, sleep: async () => undefined };
  const { url, username } = { url: proxy.url, username: sandbox.username };
  const em = connectEm({
    url,
    username,
    password: PASSWORD,
    clock: impatient,
    limits: { totalMs: 1000 },
  });
  await auditStart(store, config, clock.now());
  const under = {
    em,
    emKey: em.origin,
    sandbox: false,
    clock: steadyClock(clock),
    close: async () => undefined,
  };
  const ports = [slack.port, discord.port];
  const announceIn = [{ platform: "slack", channel: "C0WAR" } as const];
  const parts = assemble({ ...besideStore(), config, under, store, ports, announceIn, log });
  let dealtWith = 0;
  const incoming: typeof parts.bot.incoming = async (arrived) => {
    await parts.bot.incoming(arrived);
    dealtWith += 1;
  };
  for (const port of ports) await port.start({ ...parts.bot, incoming });
  onTestFinished(async () => {
    await Promise.all(ports.map((port) => port.stop()));
    await em.close();
    await store.close();
    await proxy.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });
  async function heard(doing: Promise<unknown>): Promise<void> {
    const before = dealtWith;
    await doing;
    await until(() => dealtWith > before);
    await parts.outbox
      .flush()
      .catch((error) => printed.push(inspect(error, { depth: 20, showHidden: true })));
  }
  const look = async () => {
    for (let looks = 0; looks < 3; looks++) {
      clock.advance(5000);
      await parts.watcher
        .tick()
        .catch((error) => printed.push(inspect(error, { depth: 20, showHidden: true })));
      await parts.outbox.flush().catch(() => undefined);
    }
  };
  const world = {
    slack: slack.slack,
    discord: discord.discord,
    sandbox,
    proxy,
    store,
    parts,
    heard,
    look,
  };
  const everything = () => [
    ...printed,
    JSON.stringify([slack.slack.world.messages, slack.slack.world.forms]),
    JSON.stringify(discord.discord.world.messages),
    filesIn(folder),
    ...ports.map((port) => JSON.stringify(port.health())),
  ];
  /** Tokens that answer in a channel's name are secrets as well. */
  const passing = () =>
    discord.discord.rest.received.flatMap(
      ({ path }) => /^\/(?:interactions|webhooks)\/\d+\/([\w-]{20,})/.exec(path)?.[1] ?? [],
    );
  const secrets = () => [
    PASSWORD,
    `${sandbox.username}:${PASSWORD}`,
    slack.slack.botToken,
    slack.slack.appToken,
    discord.discord.token,
    ...proxy.tokens,
    ...passing(),
  ];
  return { ...world, everything, secrets };
}

type World = Awaited<ReturnType<typeof wholeBot>>;

/** What people do in an incident, on both platforms, whatever comes of it. */
async function incident(world: World): Promise<void> {
  const { slack, discord, heard, look } = world;
  for (const line of [
    "status",
    "plans",
    "tasks",
    "collect",
    "sessions",
    "whoami",
    `start "${PLAN}" because fire`,
  ])
    await heard(slack.command(line));
  await heard(discord.people.command(discord.ann, discord.channel.id, "status"));
  await heard(slack.command(`confirm ${PLAN}`));
  await look();
  await heard(slack.command(`undo "${PLAN}"`));
  await heard(slack.command(`stop "${PLAN}"`));
  await heard(slack.command("audit"));
  await look();
}

const statuses = [200, 302, 400, 401, 403, 404, 500, 503];
const emPaths: readonly (readonly [string, (world: World) => void])[] = [
  ["all goes well", () => undefined],
  ...statuses.map(
    (status) =>
      [
        `all is answered with ${status} and all that was sent`,
        ({ proxy }: World) => proxy.tattle(status),
      ] as const,
  ),
  ...statuses.map(
    (status) =>
      [
        `orders are answered with ${status} and all that was sent`,
        ({ proxy }: World) => proxy.tattle(status, "orders"),
      ] as const,
  ),
  ...[400, 401, 500].map(
    (status) =>
      [
        `logons are answered with ${status} and all that was sent`,
        ({ proxy }: World) => proxy.tattle(status, "logons"),
      ] as const,
  ),
  ["EM cannot be reached", ({ sandbox }) => sandbox.control.unreachable(true)],
  ["the answer to the order is lost", ({ sandbox }) => sandbox.control.loseNextAnswer()],
  ["EM forgets all logons", ({ sandbox }) => sandbox.control.dropLogons()],
];

describe("no secret is told where EM fails", () => {
  it.each(emPaths)("%s", async (_, set) => {
    const world = await wholeBot();
    set(world);
    await incident(world);
    world.proxy.behave();
    world.sandbox.control.unreachable(false);
    await world.look();
    const told = world.everything().join("\n");
    expect(told.length).toBeGreaterThan(1000);
    expectNoneIn(told, world.secrets());
  });
});

const slackPaths: readonly (readonly [string, (world: World) => void])[] = [
  ["refuses the token", ({ slack }) => void slack.faults.from({ error: "invalid_auth" })],
  [
    "refuses, and names the token",
    ({ slack }) => void slack.faults.from({ error: `bad_token_${slack.botToken}` }),
  ],
  [
    "lacks a scope that is called like the token",
    ({ slack }) =>
      void slack.faults.from({ error: "missing_scope", more: { needed: slack.botToken } }),
  ],
  ["fails", ({ slack }) => void slack.faults.from({ status: 500 })],
  ["breaks the connection", ({ slack }) => void slack.faults.from("dropped", "chat.postMessage")],
  ["loses answers", ({ slack }) => void slack.faults.from("lost", "chat.postMessage")],
  ["asks to wait", ({ slack }) => void slack.faults.from({ retryAfterS: 30 })],
];
const discordPaths: readonly (readonly [string, (world: World) => void])[] = [
  ["resets the token", ({ discord }) => discord.resetToken()],
  [
    "refuses, and names the token",
    ({ discord }) => {
      const refusal = {
        kind: "refusal",
        status: 400,
        code: 50035,
        message: `Bad ${discord.token}`,
      } as const;
      for (let i = 0; i < 20; i++) discord.rest.breakNext(refusal);
    },
  ],
  [
    "fails",
    ({ discord }) => {
      for (let i = 0; i < 20; i++) discord.rest.breakNext({ kind: "failure", status: 500 });
    },
  ],
  [
    "loses answers",
    ({ discord }) => {
      for (let i = 0; i < 20; i++) discord.rest.breakNext({ kind: "lost answer" });
    },
  ],
  [
    "asks to wait",
    ({ discord }) => discord.rest.breakNext({ kind: "rate limit", retryAfterS: 1, global: true }),
  ],
];

describe("no secret is told where a platform fails", () => {
  it.each(slackPaths)("Slack %s", async (_, set) => {
    const world = await wholeBot();
    set(world);
    for (const line of ["status", `start "${PLAN}"`, `confirm ${PLAN}`])
      await world.heard(world.slack.command(line));
    await world.look();
    expectNoneIn(world.everything().join("\n"), world.secrets());
  });

  it.each(discordPaths)("Discord %s", async (_, set) => {
    const { discord, ...world } = await wholeBot();
    await world.heard(
      discord.people.command(discord.ann, discord.channel.id, "start", { plan: PLAN }),
    );
    set({ ...world, discord });
    discord.people.say(discord.ann, discord.channel.id, "@bot status");
    void discord.people.command(discord.ann, discord.channel.id, "plans");
    await world.look();
    await world.look();
    expectNoneIn(world.everything().join("\n"), world.secrets());
  });

  it("at the start, with tokens that are refused", async () => {
    const clock = fakeClock();
    const printed = listenToOutput();
    const log = unguardedLog(printed);
    const { slack } = await slackSide(clock, log);
    const { discord } = await discordSide(clock, log);
    const wrong = {
      bot: "xoxb-canary-bot",
      app: "xapp-canary-app",
      discord: "canary.token.discord",
    };
    const ports = [
      createSlackPort({
        botToken: wrong.bot,
        appToken: wrong.app,
        channels: ["C0WAR"],
        apiUrl: slack.url,
        clock,
        log,
      }),
      createSlackPort({
        botToken: slack.botToken,
        appToken: wrong.app,
        channels: ["C0WAR"],
        apiUrl: slack.url,
        clock,
        log,
      }),
      createDiscordPort({
        token: wrong.discord,
        channels: ["1"],
        apiUrl: discord.apiUrl,
        clock,
        log,
      }),
    ];
    const handlers = {
      commands: [],
      incoming: async () => undefined,
      arriving: async () => undefined,
      moved: async () => undefined,
      ...hearsAll,
      complete: () => [],
    };
    for (const port of ports) {
      const error = await port.start(handlers).catch((failure: unknown) => failure);
      printed.push(inspect(error, { depth: 20, showHidden: true }), JSON.stringify(port.health()));
      await port.stop().catch(() => undefined);
    }
    expect(printed.join("\n")).toMatch(/refuses/);
    expectNoneIn(printed.join("\n"), [...Object.values(wrong), slack.botToken]);
  });

  it("over HTTP, with signatures that are wrong", async () => {
    const clock = fakeClock();
    const printed = listenToOutput();
    const log = unguardedLog(printed);
    const { slack } = await slackSide(clock, log);
    const arrived: unknown[] = [];
    const port = createSlackPort({
      botToken: slack.botToken,
      signingSecret: "canary-signing-secret",
      port: 0,
      channels: ["C0WAR"],
      apiUrl: slack.url,
      clock,
      log,
      listening: (at) =>
        slack.useHttp({ url: `http://127.0.0.1:${at}/slack/events`, now: clock.now }),
    });
    onTestFinished(() => port.stop());
    await port.start({
      commands: [],
      incoming: async (one) => void arrived.push(one),
      arriving: async () => undefined,
      moved: async () => undefined,
      ...hearsAll,
      complete: () => [],
    });
    await slack.command("status");
    await slack.mention("status");
    expect(arrived).toEqual([]);
    expectNoneIn([...printed, JSON.stringify(port.health())].join("\n"), [
      "canary-signing-secret",
      slack.signingSecret,
      slack.botToken,
    ]);
  });
});

describe("no secret is told where the bot itself fails", () => {
  it.each(["unwritten", "written"] as const)("its store fails, commits %s", async (fault) => {
    const world = await wholeBot();
    for (let i = 0; i < 60; i++) world.store.faults.push(i % 3 === 0 ? fault : "none");
    await incident(world);
    world.store.down = true;
    await world.heard(world.slack.command("status"));
    world.store.down = false;
    expectNoneIn(world.everything().join("\n"), world.secrets());
  });

  const settings: Readonly<Record<string, string>> = {
    EM_URL: "https://em.example",
    EM_USERNAME: "bot",
    EM_PASSWORD: "canary-password\u0007",
    SLACK_BOT_TOKEN: "canary-slack-bot",
    SLACK_APP_TOKEN: "canary-slack-app",
    SLACK_SIGNING_SECRET: "canary-signing secret",
    SLACK_API_URL: "https://anna:canary-proxy@slack.example\u0000:x",
    DISCORD_TOKEN: "canary discord",
    DISCORD_API_URL: "ftp://anna:canary-proxy@discord.example",
    STATE_URL: "postgres://anna:canary-database@db.example/bot",
  };

  it("all settings are wrong at once", async () => {
    const read = () =>
      readConfig(settings, [], () => "", { scenarios: ["all-well"], dialects: ["12"] });
    const error = (() => {
      try {
        return read();
      } catch (failure) {
        return failure;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    const { code, output, errors } = await pipe([], {
      env: { ...settings, SLACK_API_URL: "https://anna:canary-proxy@" },
    });
    expect(code).toBe(2);
    expect(errors).toContain("EM_PASSWORD must be one line without control characters");
    expect(output + errors + inspect(error, { depth: 20, showHidden: true })).not.toContain(
      "canary",
    );
  });

  it("the files that hold secrets are wrong", async () => {
    const folder = newFolder();
    const file = join(folder, "password");
    writeFileSync(file, "canary-one\ncanary-two");
    const env = {
      EM_URL: "https://em.example",
      EM_USERNAME: "bot",
      EM_PASSWORD_FILE: file,
      EM_PASSWORD: "canary-three",
    };
    const both = await pipe([], { env });
    expect(both.code).toBe(2);
    const { EM_PASSWORD: _, ...withFile } = env;
    const twoLines = await pipe([], { env: withFile });
    expect(twoLines.code).toBe(2);
    expect(both.output + both.errors + twoLines.output + twoLines.errors).not.toContain("canary");
  });

  /** Throws where nobody catches it, once the program has written this. */
  const bomb = (words: string) => `
    const { write } = process.stdout;
    process.stdout.write = function (text, ...more) {
      if (String(text).includes(${JSON.stringify(words)}))
        setImmediate(() => { throw Object.assign(new Error("boom"), { text }); });
      return write.call(this, text, ...more);
    };`;

  it.each(["Type `status`", "[question]", "Approved by", "EM has started the failover session"])(
    "it crashes once it has said %s, and is started again",
    async (words) => {
      const sandbox = await startSandbox({ password: PASSWORD, speed: 5 });
      onTestFinished(() => sandbox.close());
      const folder = newFolder();
      writeFileSync(join(folder, "bomb.mjs"), bomb(words));
      const { url: EM_URL, username: EM_USERNAME } = sandbox;
      const env = {
        EM_URL,
        EM_USERNAME,
        EM_PASSWORD: PASSWORD,
        EM_POLL_MS: "100",
        LOG_LEVEL: "trace",
      };
      const crashing = start({
        folder,
        env: { ...env, NODE_OPTIONS: `--import=${join(folder, "bomb.mjs")}` },
      });
      crashing.type("status", "plans", `start "${PLAN}"`, `confirm ${PLAN}`);
      const crashed = await crashing.finished;
      expect(crashed.errors).toContain("boom");
      const again = start({ folder, env });
      again.type("audit");
      await again.saying(/of the audit log/);
      again.kill("SIGKILL");
      const { output, errors } = await again.finished;
      const told = [crashed.output, crashed.errors, output, errors, filesIn(folder)].join("\n");
      expectNoneIn(told, [PASSWORD, `${EM_USERNAME}:${PASSWORD}`]);
    },
  );
});
