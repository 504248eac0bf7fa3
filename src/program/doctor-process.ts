/** The doctor as a process of its own, beside a bot that runs or does not. */

import type { DoctorCheck } from "../chat/check.ts";
import { plainCard } from "../chat/plain.ts";
import { systemClock } from "../clock.ts";
import { connectEm } from "../em/connect.ts";
import { createLog } from "../log.ts";
import { doctorCard } from "../messages/doctor.ts";
import { faultChecks } from "../ops/check-here.ts";
import { examinationsOf, examine, exitCodeOf } from "../ops/doctor.ts";
import { type Config, ConfigError } from "../settings/config.ts";
import { botName, botVersion } from "../version.ts";
import { platformExaminations } from "./open-platforms.ts";

type Write = (text: string) => void;

/**
 * Writes what it finds, and gives the exit code: 0 where all is well, else 1. Throws what is no
 * fault of the settings. `json`: one line of JSON for each finding, also for those about the
 * settings themselves, with the version of the bot.
 */
export async function runDoctor(
  settings: () => Config,
  write: Write,
  json: boolean,
): Promise<0 | 1> {
  try {
    return tell(await examineAlone(settings()), write, json);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return tell(faultChecks(error.faults), write, json);
  }
}

/** The sandbox is left alone: a bot that runs may be living in it. */
async function examineAlone(config: Config): Promise<DoctorCheck[]> {
  const log = createLog({ secrets: config.secrets, level: "silent" });
  const em =
    config.em.kind === "real" ? connectEm({ ...config.em, clock: systemClock }) : undefined;
  const platforms = platformExaminations(config, systemClock, log);
  try {
    return await examine(
      examinationsOf({ config, ...(em ? { em } : {}), ports: [], platforms, clock: systemClock }),
    );
  } finally {
    await em?.close();
  }
}

function tell(checks: readonly DoctorCheck[], write: Write, json: boolean): 0 | 1 {
  const text = json
    ? checks.map((check) => JSON.stringify({ ...check, version: botVersion })).join("\n")
    : plainCard(doctorCard(checks, botName), { now: systemClock.now(), timeZone: "UTC" });
  write(`${text}\n`);
  return exitCodeOf(checks);
}
