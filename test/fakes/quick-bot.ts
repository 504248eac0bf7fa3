/**
 * The bot's own parts, put together as in production, on an EM and a chat in memory and a state
 * file that nobody waits for; it starts in milliseconds. Where EM's own doings, its HTTP or the
 * platforms matter, `bot.ts` is right.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { tellUndone } from "../../src/bot/received.ts";
import type { Person, Place, Platform } from "../../src/chat/port.ts";
import { steadyClock } from "../../src/clock.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint, Task } from "../../src/em/types.ts";
import { createLog } from "../../src/log.ts";
import { type Permissions, permissionsBy } from "../../src/policy/permissions.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { assemble, type Parts } from "../../src/program/bot-process.ts";
import type { AuditEntry } from "../../src/records/audit-entry.ts";
import type { Order } from "../../src/records/order.ts";
import type { Watch } from "../../src/records/watch.ts";
import type { Config } from "../../src/settings/config.ts";
import type { Store } from "../../src/store/store.ts";
import { auditLog } from "./audit-log.ts";
import { besideStore } from "./beside-store.ts";
import { confirmLineIn, testConfig } from "./bot.ts";
import { type FakeChat, fakeChat } from "./chat.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { type PaperEm, paperEm } from "./paper-em.ts";
import { openTestState } from "./state.ts";

export const BEGUN = Date.UTC(2026, 10, 21, 6);
export const EM_KEY = "https://em.paper.example:9398";

export interface QuickBot {
  readonly em: PaperEm;
  readonly chat: FakeChat;
  readonly chats: readonly FakeChat[];
  readonly clock: FakeClock;
  readonly store: Store;
  readonly parts: Parts;
  /** Lines of the log, from warnings on. */
  readonly logged: string[];
  /** What everybody may do; can be changed at any time. */
  policy: Policy;
  /** Types a line, and lets the bot say all that it has to say. */
  say(text: string, options?: Parameters<FakeChat["type"]>[1]): Promise<void>;
  /** Types what the newest question asks for. */
  confirm(options?: Parameters<FakeChat["type"]>[1]): Promise<void>;
  /** One look at EM, and all that follows from it. */
  look(): Promise<void>;
  /** So many seconds go by, with a look at their end. */
  later(seconds: number): Promise<void>;
  /** The only order in hand. */
  order(): Promise<Order>;
  /** How the only order of the past has ended. */
  past(): Promise<Order>;
  /** The only failover that is watched. */
  watch(): Promise<Watch>;
  /** What it said last; what it showed first, as it stands now. */
  last(): string;
  root(): string;
  /** Who did what, as the audit log has it, from the beginning. */
  audit(): Promise<AuditEntry[]>;
  deeds(): Promise<string[]>;
  /** Another process on what this one has left, a moment later. */
  restart(awayMs?: number, tookOverFrom?: string): Promise<QuickBot>;
}

export const person = (name: string, platform: Platform = "terminal"): Person => ({
  platform,
  id: name.toLowerCase(),
  name,
});
export const OPS: Place = { platform: "terminal", channel: "ops" };

const everybody: Policy = {
  people: {},
  rules: [{ allow: ["all"], who: ["everyone"] }],
};

export const planOf = (own: Partial<FailoverPlan> = {}): FailoverPlan => ({
  id: "plan-1",
  name: "Plan A",
  kind: "cloud",
  description: "",
  tenant: { id: "tenant-1", name: "ABC" },
  vms: ["a", "b"].map((name, order) => ({ id: `vm-${name}`, name, order })),
  ...own,
});

/** What a production VM's newest replica point shows. */
export const pointOf = (vm: string, own: Partial<ReplicaPoint> = {}): ReplicaPoint => ({
  id: `point-${vm}`,
  name: `${vm} at five`,
  vm,
  createdAt: BEGUN - 3_600_000,
  type: "Snapshot",
  state: "Ready",
  replica: { id: `replica-${vm}`, name: `Replica of ${vm}` },
  backupServer: { id: "server-1", name: "srv13" },
  ...own,
});

export const sessionOf = (own: Partial<FailoverSession> = {}): FailoverSession => ({
  id: "session-1",
  name: "Plan A",
  createdAt: BEGUN,
  state: "Working",
  result: "None",
  progress: 10,
  vms: ["a", "b"].map((vm) => ({ vm, state: "Working", result: "None", progress: 10 })),
  ...own,
});

export const finished = (own: Partial<Task> = {}): Task => ({
  id: "task-1",
  state: "Finished",
  operation: "start",
  result: { success: true, confirmationNeeded: false, credentialsNeeded: false },
  sessions: [{ id: "session-1", name: "Plan A" }],
  ...own,
});

/** The plan's VMs after a failover that has gone well. */
export const over = (...vms: string[]) =>
  vms.map((vm) => pointOf(vm, { state: "Failover", createdAt: BEGUN + 1000 }));

interface Ground {
  readonly em: PaperEm;
  readonly chats: readonly FakeChat[];
  readonly clock: FakeClock;
  readonly path: string;
  readonly config: Config;
  readonly announceIn: readonly Place[];
  readonly wrap: (store: Store) => Store;
  readonly tookOverFrom?: string | undefined;
  policy: Policy;
}

interface Options {
  readonly wrap?: (store: Store) => Store;
  readonly config?: Partial<Config>;
  readonly policy?: Policy;
  readonly platforms?: readonly Platform[];
  readonly announceIn?: readonly Place[];
}

export async function startQuickBot(options: Options = {}): Promise<QuickBot> {
  const clock = fakeClock();
  const folder = mkdtempSync(join(tmpdir(), "quick-bot-"));
  const em = paperEm();
  em.plans = [planOf()];
  em.points = [pointOf("a"), pointOf("b")];
  const { platforms = ["terminal"], policy = everybody, wrap = (store) => store } = options;
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return boot({
    em,
    chats: platforms.map((platform) => fakeChat(clock, platform)),
    clock,
    path: join(folder, "state.db"),
    config: { ...testConfig, ...options.config },
    announceIn: options.announceIn ?? [OPS],
    wrap,
    policy,
  });
}

async function boot(ground: Ground): Promise<QuickBot> {
  const { em, chats, clock, path, config, announceIn } = ground;
  const [chat = expect.fail("There is no chat")] = chats;
  const { store: file } = await openTestState(path, clock.now);
  const store = ground.wrap(file);
  const logged: string[] = [];
  const log = createLog({
    secrets: [],
    level: "warn",
    destination: { write: (line: string) => void logged.push(line) },
  });
  const steady = steadyClock(clock);
  const parts = assemble({
    config,
    under: {
      ...{ em: em.client, emKey: EM_KEY, sandbox: false, clock: steady },
      close: async () => undefined,
    },
    ...{ ...besideStore(), store, ports: chats, announceIn, log },
    permissions: permissionsNow(() => ground.policy, chats),
    machine: clock,
    ...(ground.tookOverFrom === undefined ? {} : { tookOverFrom: ground.tookOverFrom }),
  });
  await tellUndone(parts);
  for (const one of chats) await one.start(parts.bot);
  const close = closing(chats, file);
  onTestFinished(close);
  const bot: QuickBot = {
    ...{ em, chat, chats, clock, store, parts, logged },
    get policy() {
      return ground.policy;
    },
    set policy(policy) {
      ground.policy = policy;
    },
    say: async (text, options) => {
      await chat.type(text, options);
      await parts.outbox.flush();
    },
    confirm: (options) => bot.say(confirmLineIn(chat.messages.map(chat.text)), options),
    look: async () => {
      await parts.watcher.tick();
      await parts.outbox.flush();
    },
    later: async (seconds) => {
      clock.advance(seconds * 1000);
      await bot.look();
    },
    order: async () => only(await store.all("orders")),
    past: async () => only(await store.all("past-orders")),
    watch: async () => {
      const watch = only(await store.all("watches"));
      return watch.of === "failover" ? watch : expect.fail("a replication is watched");
    },
    last: () => chat.text(chat.messages.at(-1) ?? expect.fail("nothing was said")),
    root: () => chat.text(chat.messages[0] ?? expect.fail("nothing was said")),
    audit: async () => (await auditLog(store)).map(({ value }) => value),
    deeds: async () => (await auditLog(store)).map(({ value }) => value.deed),
    restart: async (awayMs = 1000, tookOverFrom) => {
      await close();
      clock.advance(awayMs);
      for (const one of chats) one.frozen = false;
      return boot({ ...ground, wrap: (one) => one, tookOverFrom });
    },
  };
  return bot;
}

function closing(chats: readonly FakeChat[], file: Store): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async () => {
    await Promise.all(chats.map((one) => one.stop()));
    await file.close();
  };
  return () => {
    closed ??= close();
    return closed;
  };
}

/** The policy as it is at each question. */
function permissionsNow(policy: () => Policy, chats: readonly FakeChat[]): Permissions {
  const belongs = (one: Person, place: Place) =>
    chats.find(({ platform }) => platform === one.platform)?.belongs(one, place);
  const now = () => permissionsBy(policy(), { belongs });
  return {
    get policy() {
      return policy();
    },
    actor: (incoming) => now().actor(incoming),
    actorNow: (known) => now().actorNow(known),
    allows: (asker, deed) => now().allows(asker, deed),
    whoMay: (deed, place) => now().whoMay(deed, place),
    targetsFor: (plan) => now().targetsFor(plan),
    identity: (one) => now().identity(one),
    shownAs: (one, beside) => now().shownAs(one, beside),
    areTwo: (one, other) => now().areTwo(one, other),
  };
}

function only<T>(entries: readonly { readonly value: T }[]): T {
  const [first, ...others] = entries;
  expect(others).toEqual([]);
  return first?.value ?? expect.fail("there is none");
}
