/** What is set otherwise when the bot is started again. */
import type { Config } from "../../src/settings/config.ts";
import { announcements, cast, policyOf, rooms } from "./people.ts";
import { oneOf } from "./weather.ts";
import type { World } from "./world.ts";

/** Sets one thing otherwise, where the run has that, and says what as the end of a sentence. */
export function otherSettings(world: World): string {
  const { weather } = world;
  if (!weather.strikes("settings", 70)) return "";
  const dice = weather.dice("settings");
  const [what, change] = oneOf(dice, changes);
  world.config = { ...world.config, ...change(world) };
  return `, ${what}`;
}

type Change = readonly [what: string, change: (world: World) => Partial<Config>];

const changes: readonly [Change, ...Change[]] = [
  [
    "announcing in the war-room too",
    () => ({ announceIn: [channelOf(announcements), channelOf(rooms[0])] }),
  ],
  ["announcing in the war-room alone", () => ({ announceIn: [channelOf(rooms[1])] })],
  ["with nobody on call", () => ({ onCall: [] })],
  ["with another one on call", () => ({ onCall: [{ platform: "discord", id: cast.cleo.id }] })],
  ["looking less often", () => ({ pollMs: 8_000, confirmMs: 60_000 })],
  ["with orders from Slack alone", slackAlone],
];

/** The rule of the war-rooms is that of Slack's alone. */
function slackAlone({ config, people, removed, time }: World): Partial<Config> {
  for (const person of people.slackAlone()) removed.push({ person, at: time.elapsed() });
  const confirm = config.policy?.rules.flatMap((rule) => ("confirm" in rule ? rule.confirm : []));
  const { approvals = 0, by = "press" } = confirm?.[0] ?? {};
  return { policy: policyOf(approvals, by, [rooms[0]]) };
}

const channelOf = ({ platform, channel }: { platform: "slack" | "discord"; channel: string }) => ({
  platform,
  id: channel,
});
