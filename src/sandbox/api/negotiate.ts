/**
 * In which format EM answers, and writes the answer in it. The request's own Content-Type does not
 * matter to it.
 */

import type { Dialect } from "../dialects.ts";
import type { Switches } from "../switches.ts";
import type { Answer } from "./answer.ts";
import { type JsonStyle, writeBareJson, writeJson } from "./json.ts";
import { escapeText, writeXml } from "./xml.ts";

/** What goes over the wire. */
export interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `application/json` anywhere in Accept makes everything JSON; EM 9.5 knows only XML. */
export const wantsJson = (accept: string | undefined, dialect: Dialect): boolean =>
  dialect !== "9.5" && /application\/json/i.test(accept ?? "");

export function write(answer: Answer, isJson: boolean, dialect: Dialect, switches: Switches): Raw {
  if (!("body" in answer) && !("error" in answer))
    return { status: answer.status, headers: {}, body: "" };
  const body = isJson ? jsonText(answer, dialect, switches) : xmlText(answer, switches);
  const type = isJson ? "application/json" : "application/xml; charset=utf-8";
  return { status: answer.status, headers: { "Content-Type": type, ...answer.headers }, body };
}

type Spoken = Exclude<Answer, { readonly status: 204 }>;

function jsonText(answer: Spoken, dialect: Dialect, switches: Switches): string {
  const style = jsonStyle(dialect, switches);
  const text =
    "body" in answer
      ? writeJson(answer.body, style)
      : jsonError(answer.status, answer.error, style);
  return switches.jsonBom === "present" ? `\ufeff${text}` : text;
}

function jsonStyle(dialect: Dialect, { v13Keys }: Switches): JsonStyle {
  switch (dialect) {
    case "9.5":
    case "9.5u4":
      return { keys: "PascalCase", nulls: "omitted", fractionDigits: 0 };
    case "12":
      return { keys: "PascalCase", nulls: "written", fractionDigits: 3 };
    case "13":
      return { keys: v13Keys, nulls: "written", fractionDigits: 6 };
  }
}

const jsonError = (status: number, message: string, style: JsonStyle): string =>
  writeBareJson(
    [
      ["FirstChanceExceptionMessage", null],
      ["Message", message],
      ["StackTrace", null],
      ["Status", null],
      ["StatusCode", status],
    ],
    style,
  );

function xmlText(answer: Spoken, switches: Switches): string {
  if ("body" in answer) return writeXml(answer.body, { hrefs: switches.hrefEscapes });
  const message = escapeText(answer.error);
  return [
    '<?xml version="1.0" encoding="utf-8"?>\r\n',
    `<Error Message="${message}" StatusCode="${answer.status}" xmlns="http://www.veeam.com/ent/v1.0">`,
    `<FirstChanceExceptionMessage>${message}</FirstChanceExceptionMessage></Error>`,
  ].join("");
}

/** The bodies of 401 and 403 are nowhere published. */
export function writeRefusal(
  answer: Answer,
  isJson: boolean,
  dialect: Dialect,
  switches: Switches,
): Raw {
  const raw = write(answer, isJson, dialect, switches);
  if (switches.refusalBody === "error") return raw;
  const { "Content-Type": _, ...headers } = raw.headers;
  if (switches.refusalBody === "empty") return { ...raw, headers, body: "" };
  const page = `<html><head><title>${raw.status}</title></head><body><h1>Access denied</h1></body></html>`;
  return { ...raw, headers: { ...headers, "Content-Type": "text/html" }, body: page };
}
