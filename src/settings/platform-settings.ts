/** The chat platforms that the settings ask for, and what is wrong with how they do. */
import type { Proxies } from "../network/proxies.ts";
import type { SettingFault } from "./faults.ts";
import type { Values } from "./settings.ts";

export interface SlackSettings {
  readonly botToken: string;
  readonly channels: readonly string[];
  /** With its slash. Default: that of the manifest. */
  readonly command?: string;
  readonly apiUrl?: string;
  readonly proxies?: Proxies;
  readonly mode:
    | { readonly appToken: string }
    | { readonly signingSecret: string; readonly port: number; readonly host: string };
}

export interface DiscordSettings {
  readonly token: string;
  readonly channels: readonly string[];
  readonly apiUrl?: string;
  readonly proxies?: Proxies;
}

export function slackOf(values: Values): SlackSettings | undefined {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
  } = values;
  const { SLACK_CHANNELS: channels, SLACK_COMMAND: command } = values;
  const { SLACK_API_URL: apiUrl, PORT: port, HOST: host } = values;
  if (botToken === undefined) return undefined;
  const common = {
    ...{ botToken, channels },
    ...(command === undefined ? {} : { command }),
    ...proxiesOf(values),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
  if (appToken !== undefined) return { ...common, mode: { appToken } };
  if (signingSecret === undefined || port === undefined) return undefined;
  return { ...common, mode: { signingSecret, port, host } };
}

export function discordOf(values: Values): DiscordSettings | undefined {
  const { DISCORD_TOKEN: token, DISCORD_CHANNELS: channels, DISCORD_API_URL: apiUrl } = values;
  if (token === undefined) return undefined;
  return { token, channels, ...proxiesOf(values), ...(apiUrl === undefined ? {} : { apiUrl }) };
}

function proxiesOf(values: Values): { readonly proxies?: Proxies } {
  const { HTTPS_PROXY: https, HTTP_PROXY: http, NO_PROXY: except } = values;
  if (https === undefined && http === undefined) return {};
  return {
    proxies: {
      ...(https === undefined ? {} : { https }),
      ...(http === undefined ? {} : { http }),
      except,
    },
  };
}

type Tagged = { readonly platform: string; readonly id: string };

/** Rooms whose runs could be told nowhere else, each as a sentence. */
export function lonelyRooms(
  slack: SlackSettings | undefined,
  discord: DiscordSettings | undefined,
  announceIn: readonly Tagged[],
): string[] {
  const served: Record<string, readonly string[] | undefined> = {
    slack: slack?.channels,
    discord: discord?.channels,
  };
  const others = announceIn.filter(({ platform }) => served[platform] !== undefined);
  return Object.entries(served).flatMap(([platform, rooms = []]) =>
    rooms
      .filter((room) => others.every((one) => one.platform === platform && one.id === room))
      .map((room) => lonely(platform, room)),
  );
}

const lonely = (platform: string, room: string) =>
  `What cannot be said in ${platform}:${room} has no other place: only the people of a run get ` +
  "its end, directly; name another channel in ANNOUNCE_IN";

/** What is named where nothing can be said, each as a sentence; nothing at a terminal alone. */
export function unserved(
  slack: SlackSettings | undefined,
  discord: DiscordSettings | undefined,
  named: Readonly<Record<string, readonly Tagged[]>>,
): string[] {
  if (!slack && !discord) return [];
  const missing = slack ? (discord ? undefined : "discord") : "slack";
  const token = missing === "slack" ? "SLACK_BOT_TOKEN" : "DISCORD_TOKEN";
  return Object.entries(named).flatMap(([name, all]) =>
    all
      .filter(({ platform }) => platform === missing)
      .map(
        ({ platform, id }) =>
          `${name} names ${platform}:${id}, which is left out, as ${token} is not set`,
      ),
  );
}

/** Platforms where no channel hears the bot, as its setting was forgotten, each as a sentence. */
export function roomlessPlatforms(
  slack: SlackSettings | undefined,
  discord: DiscordSettings | undefined,
  hasPolicy: boolean,
): string[] {
  const isSilent = (set: { readonly channels: readonly string[] } | undefined) =>
    set?.channels.length === 0;
  return [
    ...(isSilent(slack) && !hasPolicy
      ? [
          "SLACK_CHANNELS is not set: without a policy, nobody may read in a channel of Slack; " +
            "set it to the ids of channels like C0123ABCD",
        ]
      : []),
    ...(isSilent(discord)
      ? [
          "DISCORD_CHANNELS is not set: in Discord, the bot answers in no channel; " +
            "set it to the ids of channels like 1234567890123456789",
        ]
      : []),
  ];
}

const unset = "not set";

/** `set`: whether a variable was given. */
export function platformFaults(set: (name: string) => boolean): SettingFault[] {
  return [...slackFaults(set), ...discordFaults(set)];
}

function slackFaults(set: (name: string) => boolean): SettingFault[] {
  const others = [
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CHANNELS",
    "SLACK_COMMAND",
    "SLACK_API_URL",
    "PORT",
  ].filter(set);
  if (!set("SLACK_BOT_TOKEN"))
    return others.length === 0
      ? []
      : [{ name: "SLACK_BOT_TOKEN", wants: `must be set, as ${others[0]} is`, got: unset }];
  if (set("SLACK_APP_TOKEN") && set("SLACK_SIGNING_SECRET"))
    return [
      {
        name: "SLACK_SIGNING_SECRET",
        wants: "must not be set beside SLACK_APP_TOKEN: one is HTTP mode, the other Socket Mode",
        got: "set as well",
      },
    ];
  if (set("SLACK_APP_TOKEN")) return [];
  if (!set("SLACK_SIGNING_SECRET"))
    return [
      {
        name: "SLACK_APP_TOKEN",
        wants: "must be set for Socket Mode (or SLACK_SIGNING_SECRET and PORT for HTTP mode)",
        got: unset,
      },
    ];
  return set("PORT")
    ? []
    : [{ name: "PORT", wants: "must be set for Slack's HTTP mode", got: unset }];
}

function discordFaults(set: (name: string) => boolean): SettingFault[] {
  const others = ["DISCORD_CHANNELS", "DISCORD_API_URL"].filter(set);
  if (set("DISCORD_TOKEN") || others.length === 0) return [];
  return [{ name: "DISCORD_TOKEN", wants: `must be set, as ${others[0]} is`, got: unset }];
}
