/** One conversation in which the bot says nearly all that it can say of a scenario. */
import { type ScenarioName, scenarios } from "../../src/sandbox/scenarios.ts";
import { type Switches, setSwitches } from "../../src/sandbox/switches.ts";
import { confirmLineIn, startBot, type TestBot } from "../fakes/bot.ts";
import { type EmPast, emPast } from "./em-past.ts";
import type { Shown } from "./truth.ts";

export interface Conversation {
  readonly shown: readonly Shown[];
  readonly past: EmPast;
  /** When EM was sent an order, be it that it never got it. */
  readonly asked: readonly number[];
}

const HOUR_MS = 3_600_000;
/** Where EM takes its time, that is of the machine's clock. */
const SPEEDS: Partial<Record<ScenarioName, number>> = { "slow-and-flaky": 100 };

type Verb = "start" | "undo" | "test";

/** `verbs`: what is ordered of the first plan, one after the other; in a large estate, where a hundred runs last, the first alone. */
export async function converse(
  scenario: ScenarioName,
  verbs: readonly Verb[] = ["start", "undo", "test"],
  given: Partial<Switches> = {},
): Promise<Conversation> {
  const bot = await startBot({ scenario, switches: given, speed: SPEEDS[scenario] ?? 1 });
  const past = emPast(scenarios[scenario], setSwitches(scenarios[scenario].switches, given));
  const note = () => past.note(bot.sandbox.estate.recorded());
  const say = async (line: string) => {
    await bot.say(line);
    note();
  };
  const pass = async (ms: number, everyMs = 5_000) => {
    for (let left = ms; left > 0; left -= everyMs) {
      await bot.pass(Math.min(left, everyMs), everyMs);
      note();
    }
  };
  const plans = bot.sandbox.estate.plans();
  const name = plans[0]?.name ?? "";
  const look = async () => {
    for (const line of ["status", "plans", "sessions", "watches", `status "${name}"`])
      await say(line);
  };
  await look();
  for (const verb of verbs) {
    await say(`${verb} "${name}"`);
    const texts = bot.chat.messages.map(bot.chat.text);
    if (/To (go on|approve), type/.test(texts.at(-1) ?? "")) await say(confirmLineIn(texts));
    for (const watched of ['cdp "CDP Policy 1"', 'replica "Replication Job 2"'])
      if (verb === "start") await say(`watch ${watched}`);
    await pass(60_000);
    await look();
    if (scenario === "many") break;
    await pass(4 * 60_000);
    await look();
    await pass(HOUR_MS / 2, 60_000);
    await look();
  }
  const asked = bot.sandbox.requests.filter(({ method }) => method === "POST").map(({ at }) => at);
  return { shown: shownIn(bot), past, asked };
}

function shownIn({ chat }: TestBot): Shown[] {
  return chat.messages.flatMap((message) => {
    const root = chat.messages.find(({ id }) => id === message.place.thread);
    return message.versions.map((card, i) => {
      const at = message.times[i] ?? 0;
      const nth = root?.times.findLastIndex((time) => time <= at) ?? -1;
      const above = root?.versions[nth];
      return { at, card, ...(above ? { root: above } : {}) };
    });
  });
}
