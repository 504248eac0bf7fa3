/** A state file as a bot leaves it that dies amid its work: one record of each kind at least. */
import { copyFileSync } from "node:fs";
import { expect } from "vitest";
import { steadyClock } from "../../src/clock.ts";
import { digest } from "../../src/ops/digest.ts";
import { rememberTests } from "../../src/ops/last-tests.ts";
import type { Received } from "../../src/records/received.ts";
import { queueFile } from "../../src/speech/topics.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

export const RUNNING = "ABC Company Failover Plan";
const TESTED = "Standard Failover Plan @ Tech Dynamics";
export const ASKED = "Headquarters Failover";

/** Works the bot until its state holds a bit of everything, and copies the file. */
export async function leaveState(to: string): Promise<void> {
  const bot = await startBot();
  await bot.say("plans");
  await bot.say(`test "${TESTED}"`);
  await bot.say(`confirm ${TESTED}`);
  await bot.untilQuiet();
  await bot.say(`start "${ASKED}"`);
  await bot.say(`cancel ${ASKED}`);
  await watchReplication(bot);
  await bot.say(`start "${RUNNING}"`);
  await bot.say(`confirm ${RUNNING}`);
  await bot.pass(10_000);
  await bot.say(`start "${ASKED}"`);
  await bot.say("strat");
  await remember(bot);
  bot.chat.refuse({ channel: "ops", failure: { kind: "moment", perhapsDone: true } });
  for (let looks = 0; looks < 30 && (await bot.store.all("lines")).length === 0; looks++)
    await bot.pass(5000);
  await attachReport(bot);
  await bot.store.commit([{ put: "ops", key: "probe", value: { version: 1 } }]);
  await bot.restart();
  copyFileSync(bot.statePath, to);
}

/** To what waits to be said. */
async function attachReport({ store, clock }: TestBot): Promise<void> {
  const [line] = await store.all("lines");
  const bytes = Buffer.from("# All is well");
  const file = { name: "report.md", mediaType: "text/markdown", bytes, text: "All is well" };
  await store.commit(queueFile(line?.value.topic ?? "", file, clock.now()));
}

/** It runs now and then; whoever waits finds it running. */
async function watchReplication(bot: TestBot): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    await bot.say("watch cdp CDP Policy 1");
    if ((await bot.store.all("watches")).length > 0) return;
    await bot.pass(60_000);
  }
}

async function remember({ store, em, clock, parts }: TestBot): Promise<void> {
  const at = clock.now();
  const places = [{ platform: "terminal", channel: "ops" } as const];
  const told = {
    em,
    emKey: "sandbox",
    sandbox: true,
    store,
    places,
    untestedDays: 90,
    plans: parts.plans,
    clock: steadyClock(clock),
  };
  const done = { version: 1, at } as const;
  const started = { version: 1, settings: { EM: "sandbox" } } as const;
  const [place = expect.fail()] = places;
  const unheard: Received = {
    version: 1,
    from: { platform: "terminal", id: "anna", name: "Anna" },
    place,
    said: { is: "typed", line: `confirm ${ASKED}` },
  };
  await store.commit([
    ...(await digest({ at, late: false }, told)),
    ...(await rememberTests(store, "sandbox")),
    { put: "routine", key: "digest", value: done },
    { put: "starts", key: "last", value: started },
    { put: "received", key: "terminal left-unheard", value: unheard },
    { put: "heard", key: "slack", value: { version: 1, at } },
    { put: "moved-channels", key: "slack C0OLD", value: { version: 1, to: "C0NEW" } },
    {
      put: "replicas",
      key: "sandbox replica-1",
      value: { version: 1, em: "sandbox", replica: "replica-1", plan: "plan-1" },
    },
  ]);
}
