/** What `--help` shows. */

import { botName } from "../version.ts";
import type { SandboxChoice } from "./em-settings.ts";
import { flagRows } from "./flags.ts";
import { settingRows } from "./settings.ts";

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
}

const withDefault = (summary: string, value: string) =>
  value === "" ? summary : `${summary} (default ${value})`;

/** How the bot is started, from the tables of flags and settings. */
export function helpText({ scenarios, dialects }: SandboxChoice): string {
  return [
    `${botName}: failover plans of Veeam Backup Enterprise Manager (EM), from a chat`,
    "",
    "npm start                    a chat in this terminal, on a simulated EM",
    "npm start -- <flags>",
    "",
    "Flags",
    ...columns(flagRows),
    "",
    "Settings, in the environment",
    ...columns(settingRows.map((row) => [row.name, withDefault(row.summary, row.default)])),
    "",
    `Scenarios of the sandbox: ${scenarios.join(", ")}`,
    `Its dialects: ${dialects.join(", ")}`,
    "",
  ].join("\n");
}
