/** What `--help` shows. */

import { wrapped } from "../chat/width.ts";
import { botName } from "../version.ts";
import type { SandboxChoice } from "./em-settings.ts";
import { flagRows } from "./flags.ts";
import { settingRows } from "./settings.ts";

type Row = readonly [name: string, summary: string];

/** Below that, a summary stands under its name. */
const NARROWEST_COLUMN = 40;

function rowsIn(width: number, rows: readonly Row[]): string[] {
  const names = Math.max(...rows.map(([name]) => name.length));
  const room = width - names - 4;
  if (room < NARROWEST_COLUMN) return rows.flatMap((row) => stacked(row, width));
  return rows.flatMap(([name, summary]) => {
    const [first = "", ...others] = wrapped(summary, room);
    return [
      `  ${name.padEnd(names)}  ${first}`,
      ...others.map((line) => " ".repeat(names + 4) + line),
    ];
  });
}

const stacked = ([name, summary]: Row, width: number): string[] => [
  `  ${name}`,
  ...wrapped(summary, width - 6).map((line) => `      ${line}`),
];

const withDefault = (summary: string, value: string) =>
  value === "" ? summary : `${summary} (default ${value})`;

/** How the bot is started, from the tables of flags and settings. `width`: of the window. */
export function helpText({ scenarios, dialects }: SandboxChoice, width: number): string {
  return [
    ...wrapped(
      `${botName}: failover plans of Veeam Backup Enterprise Manager (EM), from a chat`,
      width,
    ),
    "",
    "npm start                    a chat in this terminal, on a simulated EM",
    "npm start -- <flags>",
    "",
    "Flags",
    ...rowsIn(width, flagRows),
    "",
    "Settings, in the environment",
    ...rowsIn(
      width,
      settingRows.map((row) => [row.name, withDefault(row.summary, row.default)]),
    ),
    "",
    ...wrapped(`Scenarios of the sandbox: ${scenarios.join(", ")}`, width),
    `Its dialects: ${dialects.join(", ")}`,
    "",
  ].join("\n");
}
