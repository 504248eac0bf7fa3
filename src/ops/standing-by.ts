/** What a process does while another leads: nothing but wait, and tell machines so. */
import type { Log } from "../log.ts";
import { STANDING_BY } from "../messages/housekeeping.ts";
import type { Config } from "../settings/config.ts";
import type { Candidate } from "../store/leadership.ts";
import { serveHealth } from "./health.ts";
import { unreadFigures } from "./late-figures.ts";

export interface StandingBy {
  readonly waits: Candidate["waits"];
  close(): Promise<void>;
}

/** Machines are not told who leads, nor what Postgres says: the log is. Throws `HealthError`. */
export async function standBy({ health }: Pick<Config, "health">, log: Log): Promise<StandingBy> {
  const checks = {
    look: () => undefined,
    alive: () => ({}),
    ready: async () => ({ lead: { ok: true, state: STANDING_BY } }),
  };
  const server = health && (await serveHealth(checks, unreadFigures, health));
  return {
    waits: (why) => log.info({ why }, "standing by"),
    close: async () => server?.close(),
  };
}
