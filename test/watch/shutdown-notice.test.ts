/** What the cards say once nobody watches any more, as the bot was stopped. */
import { describe, expect, it } from "vitest";
import { sayGoodbye } from "../../src/watch/shutdown-notice.ts";
import { EM_KEY, OPS, type QuickBot, sessionOf, startQuickBot } from "../fakes/quick-bot.ts";

const LOUNGE = { ...OPS, channel: "lounge" };

/** A run that is shown in two places. */
async function shownTwice(own: Parameters<typeof startQuickBot>[0] = {}): Promise<QuickBot> {
  const bot = await startQuickBot(own);
  bot.em.sessions = [sessionOf()];
  await bot.look();
  await bot.say("watch Plan A", { place: LOUNGE });
  await bot.later(5);
  return bot;
}

async function stopped(bot: QuickBot): Promise<void> {
  bot.clock.advance(60_000);
  await sayGoodbye(bot.store, EM_KEY, bot.clock.now());
  await bot.parts.outbox.flush();
}

const roots = ({ chat }: QuickBot) =>
  chat.messages.filter(({ place }) => place.thread === undefined).map(chat.text);
const GOODBYE = "Nobody watches now";

describe("at a clean stop", () => {
  it("each open card says that nobody watches now, and what was seen last", async () => {
    const bot = await shownTwice();
    const before = await bot.store.all("topics");
    await stopped(bot);
    expect(roots(bot)).toHaveLength(2);
    for (const text of roots(bot)) {
      expect(text).toContain(`${GOODBYE}: In progress: Plan A`);
      expect(text).toContain("The bot was stopped 2026-11-21 06:01 UTC");
      expect(text).toContain("not started by this bot");
    }
    const after = await bot.store.all("topics");
    expect(after.map(({ value }) => ({ ...value, card: {}, updatedAt: 0 }))).toEqual(
      before.map(({ value }) => ({ ...value, card: {}, updatedAt: 0 })),
    );
    expect(after.map(({ value }) => value.updatedAt)).toEqual([bot.clock.now(), bot.clock.now()]);
  });

  it("a card where only the end of the run is wanted says nothing of it", async () => {
    const bot = await shownTwice();
    await bot.say("unwatch Plan A");
    await stopped(bot);
    expect(roots(bot).filter((text) => text.includes(GOODBYE))).toHaveLength(1);
    expect(roots(bot)[1]).toContain(GOODBYE);
  });

  it("the other cards say it where one is gone", async () => {
    const bot = await shownTwice();
    const [topic = expect.fail()] = (await bot.watch()).topics;
    await bot.store.commit([{ remove: "topics", key: topic }]);
    await stopped(bot);
    expect(roots(bot).filter((text) => text.includes(GOODBYE))).toHaveLength(1);
  });

  it("nothing is saved where nothing runs", async () => {
    let saved = 0;
    const bot = await startQuickBot({
      wrap: (store) => ({
        ...store,
        commit: (changes) => {
          saved += 1;
          return store.commit(changes);
        },
      }),
    });
    saved = 0;
    await sayGoodbye(bot.store, EM_KEY, bot.clock.now());
    expect(saved).toBe(0);
  });
});
