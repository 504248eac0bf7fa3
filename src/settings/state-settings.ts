/** Where the state is, and what is wrong with how that is set. */
import { hostNames, joinedHosts } from "../store/postgres-hosts.ts";
import type { PostgresPlace } from "../store/postgres-state.ts";
import type { SettingFault } from "./faults.ts";
import type { Values } from "./settings.ts";

export interface StateSettings {
  /** Of the state file; where Postgres has the state, what stands beside a file is there. */
  readonly statePath: string;
  /** Where Postgres has the state. */
  readonly postgres?: PostgresPlace;
}

const BESIDE = "data/failover-bot.db";

type StateValues = Pick<Values, "STATE_URL" | "STATE_PASSWORD">;

export function stateOf({ STATE_URL, STATE_PASSWORD }: StateValues): StateSettings {
  if (STATE_URL.is === "file") return { statePath: STATE_URL.path };
  const urls = STATE_URL.hosts.map((host) => withPassword(host, STATE_PASSWORD));
  const name = `postgres://${hostNames(urls)}${urls[0]?.pathname}`;
  return { statePath: BESIDE, postgres: { url: joinedHosts(urls), name } };
}

function withPassword(address: URL, password: string | undefined): URL {
  const url = new URL(address);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url;
}

/** A password that belongs to nothing, or is there twice. */
export function passwordFaults({
  STATE_URL,
  STATE_PASSWORD,
}: Partial<StateValues>): SettingFault[] {
  if (STATE_PASSWORD === undefined || STATE_URL === undefined) return [];
  const got = "set as well";
  if (STATE_URL.is === "file")
    return [{ name: "STATE_PASSWORD", wants: "must not be set where STATE_URL is a file", got }];
  return STATE_URL.hosts[0]?.password === ""
    ? []
    : [{ name: "STATE_PASSWORD", wants: "must not be set beside a password in STATE_URL", got }];
}
