/** How long a script waits for the runs that it began. */

import { type SettingFault, shownValue } from "./faults.ts";
import type { Flags } from "./flags.ts";

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** Nothing where the flag is not given or cannot be read. */
export function patienceOf({ wait = "" }: Flags): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,6})([smh])$/.exec(wait) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? 0);
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}

export const patienceFaults = (flags: Flags): SettingFault[] =>
  flags.wait === undefined || flags.wait === "" || patienceOf(flags) !== undefined
    ? []
    : [
        {
          name: "--wait",
          wants: "must be a time of up to 596 h, like 90s, 30m or 2h",
          got: shownValue(flags.wait),
        },
      ];
