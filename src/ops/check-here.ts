/** What the doctor looks at on this side: settings, policy and state. */

import type { DoctorCheck } from "../chat/check.ts";
import { allOf, count } from "../messages/words.ts";
import { type Policy, verbsOf } from "../policy/policy.ts";
import type { Config } from "../settings/config.ts";
import type { SettingFault } from "../settings/faults.ts";
import { inspect, roomFor } from "../store/inspect.ts";
import type { Store } from "../store/store.ts";
import type { Leader } from "../store/who-leads.ts";

/** Settings with which the bot does not start. */
export const faultChecks = (faults: readonly SettingFault[]): DoctorCheck[] =>
  faults.map(({ name, wants, got }) => ({
    about: `Setting ${name}`,
    verdict: "fault",
    says: `It ${wants}: it is ${got}`,
  }));

export function settingChecks({
  warnings,
  announceIn,
  onCall,
  slack,
  discord,
}: Config): DoctorCheck[] {
  const about = "Settings";
  const served = { slack: slack !== undefined, discord: discord !== undefined };
  const idle = (name: string, named: Config["announceIn"]) =>
    [...new Set(named.map(({ platform }) => platform))]
      .filter((platform) => !served[platform])
      .map((platform): DoctorCheck => {
        const says = `${name} names something in ${platform}, which is not configured`;
        return { about, verdict: "warning", says, cure: `take it out, or configure ${platform}` };
      });
  const found = [
    ...warnings.map((says): DoctorCheck => ({ about, verdict: "warning", says })),
    ...idle("ANNOUNCE_IN", announceIn),
    ...idle("ON_CALL", onCall),
  ];
  return found.length > 0 ? found : [{ about, verdict: "well", says: "All settings can be used" }];
}

/** `differ`: by name, what a process on another machine has otherwise. */
export const differingCheck = (host: string, differ: readonly string[]): DoctorCheck => ({
  about: "Settings",
  verdict: "warning",
  says: `The bot on ${host} goes by others than this one: ${allOf(differ)}`,
  cure: "give both the same, as either may have to lead",
});

export const policyChecks = ({ policy, discord }: Config, isChatting: boolean): DoctorCheck[] => [
  policyCheck(policy, isChatting),
  ...(policy && discord ? deafRooms(policy, discord.channels) : []),
];

/** In Discord, the bot hears its own channels alone. */
function deafRooms({ rules }: Policy, heard: readonly string[]): DoctorCheck[] {
  const named = new Set(rules.flatMap(({ where = [] }) => where));
  const deaf = [...named].filter(
    (one) => one.startsWith("discord:") && !heard.includes(one.slice("discord:".length)),
  );
  if (deaf.length === 0) return [];
  const says = `Its rules name ${allOf(deaf)}, where the bot hears nobody: DISCORD_CHANNELS does not name that`;
  return [
    { about: "Policy", verdict: "warning", says, cure: "set DISCORD_CHANNELS to it as well" },
  ];
}

export function policyCheck(policy: Policy | undefined, isChatting: boolean): DoctorCheck {
  const about = "Policy";
  if (!policy && !isChatting)
    return {
      about,
      verdict: "well",
      says: "None is needed: only the terminal is served, where all may be done",
    };
  if (!policy) {
    const says =
      "There is no POLICY_FILE: in chat the bot reads only, in the channels of the settings; orders are taken at the terminal alone";
    return { about, verdict: "warning", says, cure: "write a policy, and set POLICY_FILE to it" };
  }
  const rules = count(policy.rules.length, "rule");
  const ordering = policy.rules.some(
    (rule) =>
      "allow" in rule && verbsOf(rule).some((verb) => ["start", "order", "all"].includes(verb)),
  );
  if (ordering)
    return {
      about,
      verdict: "well",
      says: `${rules}, ${count(Object.keys(policy.people).length, "person", "people")}`,
    };
  const says = `${rules}, of which none allows anybody to start a failover`;
  return { about, verdict: "warning", says, cure: 'add a rule that allows "order"' };
}

const LITTLE_ROOM = 100 * 1024 * 1024;

/** The state as it is found by somebody who does not hold it. */
export function stateChecks(path: string): DoctorCheck[] {
  return [fileCheck(path), ...roomChecks(path)];
}

function fileCheck(path: string): DoctorCheck {
  const about = "State";
  const found = inspect(path);
  switch (found.is) {
    case "held":
      return {
        about,
        verdict: "well",
        says: `A bot that runs holds "${path}", which is as it should be`,
      };
    case "whole":
      return { about, verdict: "well", says: `"${path}" is whole, and no bot that runs holds it` };
    case "absent":
      return {
        about,
        verdict: "well",
        says: `"${path}" is not there yet; it is made at the start`,
      };
    case "damaged": {
      const cure =
        "bring back a copy; a bot that starts keeps the damaged file aside and begins a new one";
      return { about, verdict: "fault", says: `"${path}" is damaged: ${found.why}`, cure };
    }
    case "unusable": {
      const cure = "see whom the file and its folder belong to, or set STATE_URL to another file";
      return { about, verdict: "fault", says: `"${path}" cannot be used: ${found.why}`, cure };
    }
    default:
      return found satisfies never;
  }
}

/** A state in Postgres, by what it says of its leader. */
export function ledStateCheck(name: string, leader: Leader): DoctorCheck {
  const about = "State";
  if (leader.is === "unreachable")
    return {
      about,
      verdict: "fault",
      says: `"${name}" cannot be used: ${leader.why}`,
      cure: "see also the log of the server",
    };
  if (leader.is === "none")
    return { about, verdict: "well", says: `"${name}" answers, and no bot leads` };
  return { about, verdict: "well", says: `"${name}" answers, and a bot on ${leader.host} leads` };
}

function roomChecks(path: string): DoctorCheck[] {
  const room = roomFor(path);
  if (room >= LITTLE_ROOM) return [];
  const says = `There are only ${Math.floor(room / 1024 / 1024)} MiB left where it is kept`;
  return [
    {
      about: "State",
      verdict: "warning",
      says,
      cure: "make room: on a full disk no order is taken",
    },
  ];
}

/** The state as the bot finds it that holds it. */
export async function heldStateChecks(path: string, store: Store): Promise<DoctorCheck[]> {
  const about = "State";
  try {
    await store.commit([{ put: "ops", key: "probe", value: { version: 1 } }]);
    return [
      { about, verdict: "well", says: `This bot holds "${path}" and can write it` },
      ...roomChecks(path),
    ];
  } catch (error) {
    const says = error instanceof Error ? error.message : "It cannot be written";
    return [{ about, verdict: "fault", says }, ...roomChecks(path)];
  }
}
