/**
 * The chat platforms in the settings, and the terminal where there are none. Each is loaded, and
 * its package with it, only where it is wanted.
 */
import type { FaceName } from "../../adapters/terminal/face.ts";
import type { Terminal, TerminalOptions } from "../../adapters/terminal/terminal.ts";
import type { NamedIds } from "../chat/check.ts";
import type { ChatPort } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Examination } from "../ops/doctor.ts";
import { namedIds } from "../policy/named-ids.ts";
import type { Config } from "../settings/config.ts";

/** Gives channels of the settings as Slack calls them now. Default: as they stand there. */
type ChannelsNow = (ids: readonly string[]) => Promise<readonly string[]>;

const unchanged: ChannelsNow = async (ids) => ids;

/** Takes its time while another process leads, so that none is lost when this one does. */
export async function loadPlatforms({ slack, discord }: Config): Promise<void> {
  if (slack) await import("../../adapters/slack/slack.ts");
  if (discord) await import("../../adapters/discord/discord.ts");
}

export async function openPlatforms(
  { slack, discord, timeZone }: Config,
  clock: Clock,
  log: Log,
  channelsNow = unchanged,
): Promise<ChatPort[]> {
  const ports: ChatPort[] = [];
  if (slack) {
    const { createSlackPort } = await import("../../adapters/slack/slack.ts");
    const { mode, ...rest } = slack;
    const channels = await channelsNow(slack.channels);
    ports.push(createSlackPort({ ...rest, ...mode, channels, timeZone, clock, log }));
  }
  if (discord) {
    const { createDiscordPort } = await import("../../adapters/discord/discord.ts");
    ports.push(createDiscordPort({ ...discord, clock, log }));
  }
  return ports;
}

export async function terminalFace(
  config: Config,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<FaceName> {
  const { faceFor } = await import("../../adapters/terminal/face.ts");
  return faceFor(config, input, output);
}

export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const { createTerminal } = await import("../../adapters/terminal/terminal.ts");
  return createTerminal(options);
}

/**
 * What the doctor asks of them; each with its own calls, beside the bot that may be running.
 */
export function platformExaminations(
  { slack, discord, policy, onCall }: Config,
  clock: Clock,
  log: Log,
  channelsNow = unchanged,
): Examination[] {
  const asked = (platform: "slack" | "discord"): Asked => ({
    named: policy && namedIds(policy, platform),
    onCall: onCall.flatMap((one) => (one.platform === platform ? [one.id] : [])),
  });
  return [
    ...(slack
      ? [
          {
            about: "Slack",
            look: () => examineSlack(slack, asked("slack"), { clock, log, channelsNow }),
          },
        ]
      : []),
    ...(discord
      ? [
          {
            about: "Discord",
            look: () => examineDiscord(discord, asked("discord"), { clock, log }),
          },
        ]
      : []),
  ];
}

/** What the settings name on a platform, beside the channels. */
interface Asked {
  readonly named: NamedIds | undefined;
  readonly onCall: readonly string[];
}

interface Asking {
  readonly clock: Clock;
  readonly log: Log;
  readonly channelsNow: ChannelsNow;
}

async function examineSlack(
  { mode, ...rest }: NonNullable<Config["slack"]>,
  { named, onCall }: Asked,
  { clock, log, channelsNow }: Asking,
) {
  const slack = await import("../../adapters/slack/examine.ts");
  const channels = await channelsNow(rest.channels);
  const asked = named && { ...named, channels: await channelsNow(named.channels) };
  return slack.examineSlack({ ...rest, ...mode, channels, clock, log }, asked, onCall);
}

async function examineDiscord(
  settings: NonNullable<Config["discord"]>,
  { named, onCall }: Asked,
  { clock, log }: Pick<Asking, "clock" | "log">,
) {
  const discord = await import("../../adapters/discord/examine.ts");
  return discord.examineDiscord({ ...settings, clock, log }, named, onCall);
}
