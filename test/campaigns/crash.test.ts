/**
 * The bot dies at every commit of a run, before it and after it, and is started again on what it
 * left behind. `npm run crash -- commits` kills a real process at each.
 */
import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { mortal } from "../fakes/mortal.ts";

const PLAN = "Standard Failover Plan @ Tech Dynamics";

/** As far as the bot lives: question, confirmation, and the way to the end. */
async function live(bot: TestBot): Promise<void> {
  await bot.say(`start "${PLAN}"`);
  if (!bot.chat.frozen) await bot.say(`confirm ${PLAN}`);
  if (!bot.chat.frozen) await bot.untilQuiet();
}

async function runDyingAt(most: number, saved: boolean) {
  let bot: TestBot | undefined;
  const death = mortal(most, saved, () => {
    if (bot) bot.chat.frozen = true;
  });
  bot = await startBot({ wrap: death.wrap });
  await live(bot).catch(() => undefined);
  const died = bot.chat.frozen;
  const reborn = await bot.restart(2000, { wrap: (store) => store });
  await goOn(reborn);
  return { bot: reborn, died };
}

/**
 * What the person does who finds the bot back: asks again, or confirms again as soon as the
 * question is there to be read, where that was lost; else nothing.
 */
async function goOn(bot: TestBot): Promise<void> {
  const [order] = await bot.store.all("orders");
  const begun =
    order ?? (await bot.store.all("past-watches"))[0] ?? (await bot.store.all("watches"))[0];
  if (!begun) return live(bot);
  if (order?.value.phase.is === "asked") {
    await bot.parts.outbox.flush();
    await bot.confirm();
  }
  await bot.untilQuiet();
}

const lines = ({ chat }: TestBot) =>
  chat.messages.filter(({ place }) => place.thread !== undefined).map(chat.text);

function faultsOf(bot: TestBot): string[] {
  const starts = bot.sandbox.estate
    .runs()
    .filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6)).length;
  const all = lines(bot);
  const ends = bot.chat.messages.filter(
    ({ place, versions }) => place.thread !== undefined && versions[0]?.alsoInChannel,
  ).length;
  const vm = all.filter((line) => /shopdb01.* up \(/.test(line)).length;
  return [
    ...(starts > 1 ? [`${starts} starts`] : []),
    ...(ends !== 1 ? [`${ends} ends told`] : []),
    ...(starts === 1 && vm !== 1 ? [`the VM's line came ${vm} times`] : []),
    ...(new Set(all).size !== all.length ? ["a line was said twice"] : []),
  ];
}

describe("killed at any commit of a run", () => {
  it("starts once at most, tells the end once, repeats no line and loses none", async () => {
    const found: string[] = [];
    let points = 0;
    for (let most = 0; ; most++) {
      const saved = await runDyingAt(most, true);
      const unsaved = await runDyingAt(most, false);
      if (!saved.died && !unsaved.died) break;
      points += 2;
      for (const { bot } of [saved, unsaved])
        found.push(...faultsOf(bot).map((fault) => `commit ${most + 1}: ${fault}`));
    }
    expect(found).toEqual([]);
    expect(points).toBeGreaterThan(40);
  }, 60_000);
});
