/**
 * The version and the settings at each start, as the audit log keeps them: none that is secret, and
 * what has changed since the last.
 */
import { createHash } from "node:crypto";
import { startedWords } from "../messages/audit-words.ts";
import type { LastStart } from "../records/routine.ts";
import type { Config } from "../settings/config.ts";
import { hidden } from "../settings/faults.ts";
import { audited } from "../store/audit.ts";
import type { Store } from "../store/store.ts";
import { botVersion } from "../version.ts";

/** To be called once the store is open, before anything else is saved. */
export async function auditStart(store: Store, config: Config, now: number): Promise<void> {
  const settings = shownSettings(config);
  const last = await store.get("starts", "last");
  const value: LastStart = { version: 1, settings };
  await store.commit([
    { put: "starts", key: "last", value },
    audited({
      at: now,
      deed: "started",
      what: startedWords(settings, last?.settings),
    }),
  ]);
}

export const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** Named one by one, so that no setting gets in here by being new. */
export function shownSettings(config: Config): LastStart["settings"] {
  const { policy, digest, health } = config;
  const shown: Readonly<Record<string, string | number | undefined>> = {
    VERSION: botVersion,
    ...emOf(config),
    ...slackOf(config),
    ...discordOf(config),
    POLICY: policy === undefined ? "none" : sha256(JSON.stringify(policy)),
    ANNOUNCE_IN: tags(config.announceIn),
    ON_CALL: tags(config.onCall),
    STATE: config.postgres?.name ?? config.statePath,
    EM_POLL_MS: config.pollMs,
    EM_COLLECT: config.collects ? "on" : "off",
    TIME_ZONE: config.timeZone,
    STALL_MS: config.stallMs,
    EVIDENCE_WAIT_MS: config.evidenceWaitMs,
    WATCH_LIMIT_MS: config.watchLimitMs,
    CONFIRM_MS: config.confirmMs,
    DIGEST_AT: digest?.at,
    UNTESTED_DAYS: digest?.untestedDays,
    REPORT_DAYS: config.reportDays,
    HEALTH: health && `${health.host}:${health.port}`,
    LOG_LEVEL: config.logLevel,
  };
  const set = Object.entries(shown).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}

const tags = (all: Config["announceIn"]) =>
  all.map(({ platform, id }) => `${platform}:${id}`).join(" ");

function emOf({ em }: Config) {
  if (em.kind === "sandbox")
    return {
      EM: `sandbox ${em.scenario}, version ${em.dialect}, speed ${em.speed}`,
      EM_FORMAT: em.format,
    };
  return {
    EM_URL: em.url,
    EM_USERNAME: em.username,
    EM_FORMAT: em.format,
    EM_CA: em.ca && sha256(em.ca),
    EM_FINGERPRINT: em.fingerprints?.join(" "),
  };
}

/** An address in which a password may stand is not shown. */
const address = (url: string | undefined) => (url?.includes("@") ? hidden(url) : url);

function slackOf({ slack }: Config) {
  if (!slack) return {};
  const http =
    "port" in slack.mode ? `HTTP on ${slack.mode.host}:${slack.mode.port}` : "Socket Mode";
  return {
    SLACK: http,
    SLACK_CHANNELS: slack.channels.join(" "),
    SLACK_COMMAND: slack.command,
    SLACK_API_URL: address(slack.apiUrl),
  };
}

function discordOf({ discord }: Config) {
  if (!discord) return {};
  return { DISCORD_CHANNELS: discord.channels.join(" "), DISCORD_API_URL: address(discord.apiUrl) };
}
