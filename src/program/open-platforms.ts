/**
 * The chat platforms in the settings. A platform's package is loaded only where it is configured.
 */
import type { ChatPort } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Examination } from "../ops/doctor.ts";
import type { Config } from "../settings/config.ts";

export async function openPlatforms(
  { slack, discord }: Config,
  clock: Clock,
  log: Log,
): Promise<ChatPort[]> {
  const ports: ChatPort[] = [];
  if (slack) {
    const { createSlackPort } = await import("../../adapters/slack/slack.ts");
    const { mode, ...rest } = slack;
    ports.push(createSlackPort({ ...rest, ...mode, clock, log }));
  }
  if (discord) {
    const { createDiscordPort } = await import("../../adapters/discord/discord.ts");
    ports.push(createDiscordPort({ ...discord, clock, log }));
  }
  return ports;
}

/** What the doctor asks of them; each with its own calls, beside the bot that may be running. */
export function platformExaminations(
  { slack, discord }: Config,
  clock: Clock,
  log: Log,
): Examination[] {
  return [
    ...(slack ? [{ about: "Slack", look: () => examineSlack(slack, clock, log) }] : []),
    ...(discord ? [{ about: "Discord", look: () => examineDiscord(discord, clock, log) }] : []),
  ];
}

async function examineSlack(
  { mode, ...rest }: NonNullable<Config["slack"]>,
  clock: Clock,
  log: Log,
) {
  const slack = await import("../../adapters/slack/examine.ts");
  return slack.examineSlack({ ...rest, ...mode, clock, log });
}

async function examineDiscord(settings: NonNullable<Config["discord"]>, clock: Clock, log: Log) {
  const discord = await import("../../adapters/discord/examine.ts");
  return discord.examineDiscord({ ...settings, clock, log });
}
