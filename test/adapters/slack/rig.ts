/** The adapter against the fake Slack, with the scopes that manifest.yml asks for. */

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { SlackOptions } from "../../../adapters/slack/options.ts";
import { createSlackPort } from "../../../adapters/slack/slack.ts";
import type { ChatPort, Handlers, Hearing, Incoming } from "../../../src/chat/port.ts";
import type { Proxies } from "../../../src/network/proxies.ts";
import { type FakeClock, fakeClock } from "../../fakes/clock.ts";
import { hearsAll } from "../../fakes/hears-all.ts";
import { createFakeSlack, type FakeSlack } from "../../fakes/slack/fake-slack.ts";

const manifestFile = new URL("../../../manifest.yml", import.meta.url);

export const manifest = () => parse(readFileSync(manifestFile, "utf8"));
export const manifestText = () => readFileSync(manifestFile, "utf8");

const allScopes: readonly string[] = manifest().oauth_config.scopes.bot;

export interface Said {
  readonly level: "info" | "warn" | "error";
  readonly sentence: string;
}

export interface SlackRig {
  readonly slack: FakeSlack;
  readonly port: ChatPort;
  readonly clock: FakeClock;
  /** What stands in the log. */
  readonly said: Said[];
  /** What the handler was given. */
  readonly arrived: Incoming[];
  /** Resolves with the next thing that arrives, after the handler has ended. */
  next(): Promise<Incoming>;
  start(): Promise<void>;
  /** Where Slack's requests go, in HTTP mode. */
  httpUrl(): string;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly mode?: "sockets" | "http";
  readonly channels?: readonly string[];
  readonly answer?: (incoming: Incoming) => Promise<void>;
  readonly arriving?: Handlers["arriving"];
  readonly moved?: Handlers["moved"];
  readonly hearing?: Partial<Hearing>;
  readonly complete?: Handlers["complete"];
  readonly commands?: Handlers["commands"];
  readonly command?: string;
  readonly scopes?: readonly string[];
  /** When Slack, in HTTP mode, lets go of what is not acknowledged. Default: after 3 s. */
  readonly letGo?: AbortSignal;
  readonly timeoutMs?: number;
  readonly pingTimeoutMs?: number;
  readonly proxies?: Proxies;
}

/** A fake Slack and a port that has not been started. */
export async function slackRig(options: RigOptions = {}): Promise<SlackRig> {
  const {
    mode = "sockets",
    answer,
    arriving = async () => undefined,
    complete = () => [],
    channels = [],
    scopes,
    moved = async () => undefined,
    hearing = {},
    commands = [],
    letGo,
    ...limits
  } = options;
  const clock = fakeClock();
  const slack = await createFakeSlack({
    clock,
    scopes: scopes ?? allScopes,
  });
  const said: Said[] = [];
  const arrived: Incoming[] = [];
  const waiting: ((incoming: Incoming) => void)[] = [];
  const note = (level: Said["level"]) => (sentence: string) => void said.push({ level, sentence });
  const log = { info: note("info"), warn: note("warn"), error: note("error") };
  const common = { botToken: slack.botToken, channels, apiUrl: slack.url, clock, log, ...limits };
  let url = "";
  const listening = (opened: number) => {
    url = `http://127.0.0.1:${opened}/slack/events`;
    slack.useHttp({ url, now: clock.now, ...(letGo ? { letGo } : {}) });
  };
  const how: SlackOptions =
    mode === "sockets"
      ? { ...common, appToken: slack.appToken }
      : { ...common, signingSecret: slack.signingSecret, port: 0, listening };
  const port = createSlackPort(how);

  async function incoming(one: Incoming): Promise<void> {
    arrived.push(one);
    await answer?.(one);
    for (const resolve of waiting.splice(0)) resolve(one);
  }

  return {
    slack,
    port,
    clock,
    said,
    arrived,
    next: () => new Promise((resolve) => void waiting.push(resolve)),
    httpUrl: () => url,
    start: () =>
      port.start({ commands, arriving, moved, incoming, complete, ...hearsAll, ...hearing }),
    close: async () => {
      await port.stop();
      await slack.close();
    },
  };
}
