/**
 * An order that two others approve, on two platforms: the bot dies at every commit, before it and
 * after it, with an EM that carries the order out, and with one that does not.
 */
import { describe, expect, it } from "vitest";
import type { Person } from "../../src/chat/port.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { AuditDeed } from "../../src/records/audit-entry.ts";
import { firstBadLink } from "../../src/store/chain.ts";
import type { Store } from "../../src/store/store.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { confirmLineIn, startBot, type TestBot } from "../fakes/bot.ts";
import { mortal } from "../fakes/mortal.ts";

const PLAN = "Standard Failover Plan @ Tech Dynamics";

const anna: Person = { platform: "slack", id: "U1", name: "Anna" };
const ben: Person = { platform: "discord", id: "12", name: "Ben" };
const cleo: Person = { platform: "slack", id: "U3", name: "Cleo" };
const policy: Policy = {
  people: {
    anna: { slack: "U1", discord: "11" },
    ben: { slack: "U2", discord: "12" },
    cleo: { slack: "U3", discord: "13" },
  },
  rules: [{ allow: ["all"], who: ["everyone"], confirm: { by: "type", approvals: 2 } }],
};

const isStart = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && path.includes("action=start");
const answer = (status: number, body = "") => ({ status, headers: {}, body });

interface Em {
  readonly set: (bot: TestBot) => void;
  readonly starts: number;
  /**
   * What comes before the sending is the same with every EM; it is gone through with two of them.
   */
  readonly from: "asking" | "sending";
}

/** What EM does with the order. */
const ems: Readonly<Record<string, Em>> = {
  "carries it out": { set: () => undefined, starts: 1, from: "asking" },
  "never hears of it": {
    set: ({ sandbox }) => sandbox.control.answerNext(answer(502), isStart),
    starts: 0,
    from: "asking",
  },
  "carries it out, and its answer is lost": {
    set: ({ sandbox }) => sandbox.control.loseNextAnswer(),
    starts: 1,
    from: "sending",
  },
  "refuses it": {
    set: ({ sandbox }) => sandbox.control.answerNext(answer(400), isStart),
    starts: 0,
    from: "sending",
  },
};

const isDead = ({ chats }: TestBot) => chats.some(({ frozen }) => frozen);

async function says(bot: TestBot, from: Person, text: string): Promise<void> {
  if (isDead(bot)) return;
  await bot.chats.find(({ platform }) => platform === from.platform)?.type(text, { from });
  await bot.parts.outbox.flush();
}

/** As the question asks, or as the answer does where it is shown in another place. */
async function approves(bot: TestBot, person: Person): Promise<void> {
  const shown = (platform: Person["platform"]) =>
    bot.chats
      .filter((chat) => chat.platform === platform)
      .flatMap((chat) => chat.messages.map(chat.text));
  if (isDead(bot)) return;
  await bot.parts.outbox.flush();
  const isAsked = shown("slack").some((text) => text.includes("To approve, type `"));
  await says(bot, person, isAsked ? confirmLineIn(shown("slack")) : `confirm ${PLAN}`);
  const code = shown(person.platform)
    .at(-1)
    ?.match(/type `(confirm [B-Z]{4})`/)?.[1];
  if (code !== undefined) await says(bot, person, code);
}

async function approve(bot: TestBot): Promise<void> {
  for (const person of [ben, cleo]) await approves(bot, person);
  await untilQuiet(bot);
}

/** A run takes little more than a minute; what takes longer is waited for in longer steps. */
async function untilQuiet(bot: TestBot): Promise<void> {
  const left = async () =>
    (
      await Promise.all(
        (["watches", "orders", "topics"] as const).map((name) => bot.store.all(name)),
      )
    ).flat();
  for (let looks = 0; looks < 200 && !isDead(bot) && (await left()).length > 0; looks++) {
    bot.clock.advance(looks < 20 ? 5000 : 120_000);
    await bot.look();
  }
}

/** As far as the bot lives: question, approvals, and the way to the end. */
async function live(bot: TestBot): Promise<void> {
  await says(bot, anna, `start "${PLAN}"`);
  await approve(bot);
}

/**
 * What people do who find the bot back: they ask again, or approve again, where that was lost; else
 * nothing.
 */
async function goOn(bot: TestBot): Promise<void> {
  const [order] = await bot.store.all("orders");
  const kept = await Promise.all(
    (["watches", "past-watches", "past-orders"] as const).map((name) => bot.store.all(name)),
  );
  if (!order && kept.flat().length === 0) return live(bot);
  return order?.value.phase.is === "asked" ? approve(bot) : untilQuiet(bot);
}

async function runDyingAt(most: number, saved: boolean, set: (bot: TestBot) => void) {
  let bot: TestBot | undefined;
  const death = mortal(most, saved, () => {
    for (const chat of bot?.chats ?? []) chat.frozen = true;
  });
  bot = await startBot({
    platforms: ["slack", "discord"],
    config: { policy },
    wrap: death.wrap,
  });
  set(bot);
  await live(bot).catch(() => undefined);
  const died = isDead(bot);
  const reborn = await bot.restart(2000, { wrap: (store) => store });
  await goOn(reborn);
  return { bot: reborn, died };
}

const linesOf = ({ chats }: TestBot) =>
  chats.flatMap((chat) =>
    chat.messages.filter(({ place }) => place.thread !== undefined).map(chat.text),
  );

async function faultsOf(bot: TestBot, expected: number): Promise<string[]> {
  const { sandbox, store } = bot;
  const links = await auditLog(store);
  const counted = (...deeds: AuditDeed[]) =>
    links.filter(({ value }) => deeds.includes(value.deed)).length;
  const starts = sandbox.estate
    .runs()
    .filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6)).length;
  const posts = sandbox.requests.filter(isStart).length;
  const lines = linesOf(bot);
  const ends = bot.chats
    .flatMap(({ messages }) => messages)
    .filter(
      ({ place, versions }) => place.thread !== undefined && versions[0]?.alsoInChannel,
    ).length;
  const left = await Promise.all(
    (["orders", "asks", "holds", "watches", "topics", "lines"] as const).map((name) =>
      store.all(name),
    ),
  );
  const rules: [boolean, string][] = [
    [starts <= expected && posts <= 1, `${posts} orders to EM, ${starts} starts`],
    [counted("confirmed") === 1, `${counted("confirmed")} confirmations`],
    [counted("sending") <= 1, "sent twice, by the audit log"],
    [
      counted("accepted", "answer-lost", "not-sent") === 1,
      "no answer of EM in the audit log, or several",
    ],
    [counted("ended") === counted("accepted", "answer-lost"), "an end is not in the audit log"],
    [ends === 1, `${ends} ends told`],
    [left.flat().length === 0, "something is left over"],
    [firstBadLink(links) === undefined, "the audit log does not fit"],
    [new Set(lines).size === lines.length, "a line was said twice"],
  ];
  return rules.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}

/** How many commits there are before the one that says that the order is being sent. */
async function commitsBeforeSending(): Promise<number> {
  let commits = 0;
  let before = 0;
  const wrap = (store: Store): Store => ({
    ...store,
    commit: (changes) => {
      if (JSON.stringify(changes).includes('"deed":"sending"')) before = commits;
      commits += 1;
      return store.commit(changes);
    },
  });
  await live(await startBot({ platforms: ["slack", "discord"], config: { policy }, wrap }));
  return before;
}

describe.each(Object.entries(ems))(
  "killed at any commit of an approved order, with an EM that %s",
  (_, { set, starts, from }) => {
    it("starts once at most, and every order has an end that is told", async () => {
      const found: string[] = [];
      const sending = await commitsBeforeSending();
      let killPoints = 0;
      for (let most = from === "asking" ? 0 : sending - 1; ; most++) {
        const runs = [await runDyingAt(most, true, set), await runDyingAt(most, false, set)];
        if (runs.every(({ died }) => !died)) break;
        killPoints += runs.length;
        for (const { bot } of runs)
          found.push(
            ...(await faultsOf(bot, starts)).map((fault) => `commit ${most + 1}: ${fault}`),
          );
      }
      expect(found).toEqual([]);
      expect(killPoints).toBeGreaterThan(10);
    }, 120_000);
  },
);
