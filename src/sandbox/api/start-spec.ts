/**
 * Reads what a start says of restore points. The format of the body is that of the answer, whatever
 * Content-Type says.
 */
import { BadRequest } from "./filter.ts";
import type { View } from "./resource.ts";

/** As far as given. */
interface Given {
  readonly startNow?: boolean;
  readonly startDate?: number;
}

/** Undefined: from the newest points. Else from the newest before that instant. */
export function readStart(
  body: string,
  root: string,
  isJson: boolean,
  view: View,
): number | undefined {
  const given = isJson ? fromJson(body, view) : fromXml(body, root, view);
  const count = (given.startNow === undefined ? 0 : 1) + (given.startDate === undefined ? 0 : 1);
  if (count !== 1 && view.switches.startSpec === "refused")
    throw new BadRequest("Either StartNow or StartDate must be specified");
  if (given.startNow === false && given.startDate === undefined)
    throw new BadRequest("StartNow must be true where StartDate is not specified");
  return given.startNow ? undefined : given.startDate;
}

function fromJson(body: string, { dialect, switches }: View): Given {
  const parsed = parsedObject(body);
  const isStrict = dialect === "13" && switches.v13Input === "camelCase";
  const find = (name: string, camel: string) =>
    Object.entries(parsed).find(([key]) =>
      isStrict ? key === camel : key.toLowerCase() === name,
    )?.[1];
  const now = find("startnow", "startNow");
  const date = find("startdate", "startDate");
  if (now !== undefined && now !== null && typeof now !== "boolean") throw malformed();
  return {
    ...(typeof now === "boolean" ? { startNow: now } : {}),
    ...(date === undefined || date === null ? {} : { startDate: instantOf(date) }),
  };
}

function parsedObject(body: string): object {
  const parsed: unknown = parsedOrUndefined(body);
  if (typeof parsed !== "object" || parsed === null)
    throw new BadRequest("Node [root] does not exist.");
  return parsed;
}

function parsedOrUndefined(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function fromXml(body: string, root: string, { switches }: View): Given {
  const [, name, attributes = "", content] =
    /^(?:<\?xml[^>]*\?>\s*)?<(\w+)((?:\s[^>]*)?)>([\s\S]*)<\/\1>$/.exec(body.trim()) ?? [];
  if (name !== root || content === undefined) throw malformed();
  const isNamed = attributes.includes('xmlns="http://www.veeam.com/ent/v1.0"');
  if (!isNamed && switches.xmlNamespace === "required") throw malformed();
  return givenIn(childrenOf(content), switches.xmlOrder === "checked");
}

function childrenOf(content: string): (readonly [name: string, text: string])[] {
  const child = /\s*<(\w+)\s*>([^<]*)<\/\1>\s*/gy;
  const found = [...content.matchAll(child)];
  if (found.map(([all]) => all).join("").length !== content.length && content.trim() !== "")
    throw malformed();
  return found.map(([, name = "", text = ""]) => [name, text.trim()] as const);
}

/** Elements in the wrong order are not seen as what they are, so the request lacks them. */
function givenIn(
  children: readonly (readonly [name: string, text: string])[],
  isOrdered: boolean,
): Given {
  const names = children.map(([name]) => name);
  if (names.some((name) => name !== "StartNow" && name !== "StartDate")) throw malformed();
  if (new Set(names).size !== names.length) throw malformed();
  if (isOrdered && names.join() === "StartDate,StartNow") throw malformed();
  const { StartNow: now, StartDate: date } = Object.fromEntries(children);
  if (now !== undefined && !/^(true|false|1|0)$/.test(now)) throw malformed();
  return {
    ...(now === undefined ? {} : { startNow: now === "true" || now === "1" }),
    ...(date === undefined ? {} : { startDate: instantOf(date) }),
  };
}

function instantOf(text: unknown): number {
  const at =
    typeof text === "string"
      ? Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
      : Number.NaN;
  if (Number.isNaN(at)) throw malformed();
  return at;
}

const malformed = (): BadRequest =>
  new BadRequest("The request body is malformed, incomplete or otherwise invalid");
