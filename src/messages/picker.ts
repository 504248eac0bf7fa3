/** A plan that is chosen from a list, in place of one that was not typed. */
import type { Picker } from "../chat/port.ts";

/** What a token may hold. */
const LONGEST_TOKEN = 60;

/**
 * The picker keeps what was typed beside the plan, such as a reason; nothing where that is too long
 * to be kept.
 */
export function planPicker(verb: string, beside: string): Picker | undefined {
  const token = `pick:${verb}${beside === "" ? "" : `:${beside}`}`;
  return token.length > LONGEST_TOKEN ? undefined : { label: "Choose a plan", token };
}

/**
 * The line that somebody would have typed; nothing where the token is none of a picker. `plan`:
 * default none.
 */
export function pickedLine(token: string, plan = ""): string | undefined {
  const [, verb, beside] = /^pick:([a-z]+)(?::(.*))?$/s.exec(token) ?? [];
  if (verb === undefined) return undefined;
  return `${verb} "${plan}"${beside === undefined ? "" : ` ${beside}`}`;
}
