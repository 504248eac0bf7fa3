/** Whether processes on one Postgres go by the same settings, as any of them may have to lead. */
import type { Log } from "../log.ts";
import type { Config } from "../settings/config.ts";
import type { Presence, Prints } from "../store/presence.ts";
import { sha256, shownSettings } from "./audit-start.ts";

/** What each machine may have of its own; what is secret is in none of them. */
const OWN: readonly string[] = ["STATE", "HEALTH", "LOG_LEVEL"];

/** A hash of each setting that all are to share, by its name. */
export const printsOf = (config: Config): Prints =>
  Object.fromEntries(
    Object.entries(shownSettings(config))
      .filter(([name]) => !OWN.includes(name))
      .map(([name, value]) => [name, sha256(`${name}=${value}`)]),
  );

/** By name. */
export const differingIn = (own: Prints, other: Prints): string[] =>
  [...new Set([...Object.keys(own), ...Object.keys(other)])]
    .filter((name) => own[name] !== other[name])
    .sort();

/** Logs once what differs on another host, for as long as it does. */
export function differencesTo(log: Log, own: Prints): Presence["others"] {
  let told: ReadonlyMap<string, unknown> = new Map();
  return (present) => {
    const differing = new Map(
      present
        .map(({ host, settings }) => ({ host, differ: differingIn(own, settings) }))
        .filter(({ differ }) => differ.length > 0)
        .map((one) => [JSON.stringify(one), one]),
    );
    for (const [key, one] of differing)
      if (!told.has(key)) log.warn(one, "settings differ from another process");
    told = differing;
  };
}
