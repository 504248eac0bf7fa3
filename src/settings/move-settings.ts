/** From where to where the state is to be moved, and what is wrong with how that is said. */
import * as v from "valibot";
import { quotedAddress, type SettingFault } from "./faults.ts";
import type { Flags } from "./flags.ts";
import { statePlace } from "./setting-forms.ts";
import type { Values } from "./settings.ts";
import { passwordFaults, type StateSettings, stateOf } from "./state-settings.ts";

export interface StateMove {
  readonly from: StateSettings;
  readonly to: StateSettings;
}

const FLAG = "--move-state";

type Passwords = Partial<Pick<Values, "STATE_PASSWORD">>;

export function moveFaults(flags: Flags, values: Passwords): SettingFault[] {
  if (!flags["move-state"]) return [];
  if (flags.moveTo === undefined)
    return [
      { name: FLAG, wants: "must be followed by two addresses", got: "followed by one alone" },
    ];
  const addresses = [flags["move-state"], flags.moveTo];
  const faults = addresses.flatMap(addressFaults);
  return faults.length > 0 ? faults : passwordsWrong(addresses, values);
}

function addressFaults(text: string): SettingFault[] {
  const read = v.safeParse(statePlace, text);
  if (read.success) return [];
  return [{ name: FLAG, wants: read.issues[0].message, got: quotedAddress(text) }];
}

/** The password is for whichever is a Postgres. */
function passwordsWrong(addresses: readonly string[], { STATE_PASSWORD }: Passwords) {
  const places = addresses.map((text) => v.parse(statePlace, text));
  const postgres = places.filter(({ is }) => is === "postgres");
  return (postgres.length > 0 ? postgres : places.slice(0, 1)).flatMap((STATE_URL) =>
    passwordFaults({ STATE_URL, STATE_PASSWORD }),
  );
}

/** Nothing where none is asked for. */
export function moveOf(flags: Flags, { STATE_PASSWORD }: Passwords): StateMove | undefined {
  const { "move-state": from, moveTo: to } = flags;
  if (from === undefined || to === undefined) return undefined;
  const home = (text: string) => stateOf({ STATE_URL: v.parse(statePlace, text), STATE_PASSWORD });
  return { from: home(from), to: home(to) };
}
