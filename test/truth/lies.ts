/** The same statement told otherwise, in each of its points that can be: no moment may bear it out. */
import type { Statement } from "./statements.ts";

const DAY_MS = 86_400_000;

/** Of these another name, or more of them, says nothing that could be wrong. */
const CANNOT_LIE = new Set<Statement["is"]>(["not seen", "failed", "nothing over", "session runs"]);

export const liesOf = (said: Statement): Statement[] =>
  CANNOT_LIE.has(said.is)
    ? []
    : Object.entries(said)
        .filter(([key]) => !["is", "id", "kind"].includes(key))
        .map(([key, value]) => ({ ...said, [key]: otherwise(key, value) }) as Statement);

const INSTANTS = ["at", "begun", "since", "from"];

function otherwise(key: string, value: unknown): unknown {
  if (typeof value === "number")
    return value + (INSTANTS.includes(key) ? DAY_MS / 3 : key === "percent" ? 40 : 7);
  if (key === "mark") return value === "failed" ? "well" : "failed";
  if (typeof value === "string") return `${value} of old`;
  if (isNames(value)) return { text: `old ${value.text}`, named: ["of old"], more: value.more };
  return { least: 40 * DAY_MS, below: 41 * DAY_MS };
}

const isNames = (value: unknown): value is { text: string; more: number } =>
  typeof value === "object" && value !== null && "named" in value;
