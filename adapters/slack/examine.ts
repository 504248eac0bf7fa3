/**
 * What the doctor asks Slack: tokens, scopes and channels. No socket is opened, as Slack would send
 * over it what the bot that runs should hear.
 */

import {
  clockCheck,
  type DoctorCheck,
  type NamedIds,
  namedChecks,
  reachChecks,
  webOf,
} from "../../src/chat/check.ts";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import { platformTime } from "../../src/chat/platform-time.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import type { PlatformLog } from "../../src/log.ts";
import { fetchBy, waysThrough } from "../../src/network/dispatcher.ts";
import { webApi } from "./bolt.ts";
import { clientOptions, createCall, type SlackCall } from "./call.ts";
import { chatErrorOf } from "./errors.ts";
import { isPerson, slackOnCallChecks } from "./examine-on-call.ts";
import { boltLogger } from "./log.ts";
import { lossWithout } from "./methods.ts";
import { defaultTimeoutMs, type SlackOptions } from "./options.ts";
import { identify, probeChannels } from "./probe.ts";

const silent: PlatformLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const indifferent = {
  wentWell: () => undefined,
  tokenRefused: () => undefined,
  silenced: () => undefined,
};

/** Without the scope to speak, nothing else is of use. */
const vital = "chat:write";

const API_URL = "https://slack.com/api/";

/** `named`: by the policy. `onCall`: ids of ON_CALL. */
export async function examineSlack(
  options: SlackOptions,
  named: NamedIds = { people: [], groups: [], channels: [] },
  onCall: readonly string[] = [],
): Promise<DoctorCheck[]> {
  const { botToken, apiUrl, timeoutMs = defaultTimeoutMs } = options;
  const time = platformTime(options.clock);
  const fetch = fetchBy(waysThrough(options.proxies));
  const call = createCall({
    ...{ botToken, apiUrl, timeoutMs, fetch, time },
    log: silent,
    condition: indifferent,
  });
  const { checks, name, is } = await examineBot(call, options);
  if (is === "unreached") return checks;
  return [
    ...checks,
    ...clockCheck("Slack", time.offsetMs()),
    ...(await examineWay(options, timeoutMs)),
    ...(is === "refused" ? [] : await examineChannels(call, options.channels, name)),
    ...(is === "refused" ? [] : await examineNamed(call, named, options.channels, name)),
    ...(is === "refused" ? [] : await slackOnCallChecks(call, onCall)),
  ];
}

interface Bot {
  readonly is: "taken" | "refused" | "unreached";
  readonly checks: DoctorCheck[];
  /** What the bot is called there. */
  readonly name: string;
}

async function examineBot(call: SlackCall, options: SlackOptions): Promise<Bot> {
  const about = "Slack";
  const unnamed = "failover";
  try {
    const { faults, name = unnamed } = await identify(call);
    const taken = { about, verdict: "well", says: "Slack takes the bot token" } as const;
    return { is: "taken", checks: [taken, ...scopes(faults)], name };
  } catch (error) {
    const unreached = isTroubleOf(error, "moment")
      ? await reached(about, "Slack", new URL(options.apiUrl ?? API_URL), options)
      : [];
    if (unreached.length > 0) return { is: "unreached", checks: unreached, name: unnamed };
    const says = failureSentence(error, "Slack could not be asked");
    return { is: "refused", checks: [{ about, verdict: "fault", says }], name: unnamed };
  }
}

const reached = (
  about: string,
  what: string,
  address: URL,
  { proxies, clock, timeoutMs = defaultTimeoutMs }: SlackOptions,
) => reachChecks(about, what, address, fetchBy(waysThrough(proxies)), clock.deadline(timeoutMs));

function scopes(missing: Awaited<ReturnType<typeof identify>>["faults"]): DoctorCheck[] {
  if (missing.length === 0) {
    const all = Object.keys(lossWithout).length;
    return [
      {
        about: "Slack scopes",
        verdict: "well",
        says: `All ${all} scopes of the manifest are granted`,
      },
    ];
  }
  return missing.map(([scope]) => ({
    about: `Slack scope ${scope}`,
    verdict: scope === vital ? "fault" : "warning",
    says: `It is not granted, so that ${lossWithout[scope] ?? "something does not work"}`,
    cure: "add it to the app (manifest.yml holds all) and install the app again",
  }));
}

async function examineWay(options: SlackOptions, timeoutMs: number): Promise<DoctorCheck[]> {
  const about = "Slack connection";
  if (!("appToken" in options)) {
    const says = `HTTP mode on port ${options.port}; whether Slack reaches it cannot be seen from here`;
    return [{ about, verdict: "note", says }];
  }
  const logger = boltLogger(silent);
  const client = new webApi.WebClient(options.appToken, {
    ...clientOptions({ ...options, timeoutMs }),
    fetch: fetchBy(waysThrough(options.proxies)),
    logger,
  });
  try {
    const answer = await client.apiCall("apps.connections.open");
    const url = "url" in answer ? answer.url : undefined;
    const what = "Slack's socket, over which the bot hears,";
    return [
      { about, verdict: "well", says: "Socket Mode: Slack takes the app-level token" },
      ...(typeof url === "string" ? await reached(about, what, webOf(url), options) : []),
    ];
  } catch (error) {
    const { failure, message } = chatErrorOf(error, { method: "apps.connections.open" });
    if (failure.kind !== "bot") return [{ about, verdict: "fault", says: message }];
    const cure =
      "make one with the scope connections:write, switch Socket Mode on, and set SLACK_APP_TOKEN";
    return [{ about, verdict: "fault", says: "Slack refuses the app-level token", cure }];
  }
}

async function examineChannels(
  call: SlackCall,
  channels: readonly string[],
  bot: string,
): Promise<DoctorCheck[]> {
  const about = "Slack channels";
  if (channels.length === 0) {
    const says = "SLACK_CHANNELS names none, so that without a policy nobody may read in Slack";
    return [
      {
        about,
        verdict: "warning",
        says,
        cure: "set SLACK_CHANNELS, or open channels in the policy",
      },
    ];
  }
  const faults = await probeChannels(call, channels, bot);
  const unwell = faults.filter(([about]) => channels.includes(about));
  const well = channels.length - unwell.length;
  return [
    ...(well > 0
      ? [{ about, verdict: "well", says: `The bot is in ${well} of ${channels.length}` } as const]
      : []),
    ...faults.map(
      ([channel, says]): DoctorCheck => ({
        about: `Slack channel ${channel}`,
        verdict: "warning",
        says,
      }),
    ),
  ];
}

async function examineNamed(
  call: SlackCall,
  { people, groups, channels }: NamedIds,
  looked: readonly string[],
  bot: string,
): Promise<DoctorCheck[]> {
  const others = channels.filter((id) => !looked.includes(id));
  return [
    ...(await namedChecks("Slack person", people, (id) => isPerson(call, id))),
    ...(await namedChecks("Slack group", groups, groupFinder(call, groups))),
    ...(await probeChannels(call, others, bot)).map(
      ([channel, says]): DoctorCheck => ({
        about: `Slack channel ${channel}`,
        verdict: "warning",
        says,
      }),
    ),
  ];
}

/** All groups are one question. */
function groupFinder(call: SlackCall, wanted: readonly string[]) {
  const asked = wanted.length > 0 ? call("usergroups.list", {}) : undefined;
  asked?.catch(() => undefined);
  return async (id: string) => ((await asked)?.usergroups ?? []).some((group) => group.id === id);
}
