/** A line of the log for people who read it as it comes. */
import { cleanText } from "../chat/clean.ts";

/** pino's own fields, and those that are said in words. */
const SAID = new Set(["level", "time", "msg", "err", "error"]);

/**
 * `06:00:12 UTC warn: EM could not be asked what runs: Cannot reach EM (reference ab12)`, from the
 * line of JSON that says the same. What is no JSON stays as it is.
 */
export function readableLine(line: string): string {
  const entry = parsed(line);
  if (entry === undefined) return line;
  const { time, level, msg, err, error } = entry;
  const words = [...new Set([msg, errorWords(err ?? error)])].filter(Boolean).join(": ");
  return cleanText(`${clockTime(time)} ${level}: ${words}${besides(entry)}`);
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return recordOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

const recordOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null ? { ...value } : undefined;

const clockTime = (time: unknown) => `${String(time).slice(11, 19)} UTC`;

/** The message, and of what nobody expected where it came from. */
function errorWords(described: unknown): string {
  const error = recordOf(described);
  if (error === undefined) return typeof described === "string" ? described : "";
  const { name, message, stack } = error;
  if (!Array.isArray(stack)) return String(message);
  return [`${name}: ${message}`, ...stack.slice(0, 1)].join(", ");
}

function besides(entry: Record<string, unknown>): string {
  const fields = Object.entries(entry).filter(([name]) => !SAID.has(name));
  const said = fields.map(([name, value]) => `${name} ${asText(value)}`);
  return said.length > 0 ? ` (${said.join(", ")})` : "";
}

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
