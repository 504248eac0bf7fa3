/**
 * Whether a request is Slack's, before anything else looks at it.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
import type { IncomingMessage } from "node:http";
import type { BufferedIncomingMessage } from "@slack/bolt";
import { HTTPModuleFunctions, isValidSlackRequest } from "./bolt.ts";

/** `answer`: the status that its sender gets; `why`: a word for the log. */
export type Admission =
  | { readonly is: "admitted"; readonly request: BufferedIncomingMessage }
  /** Slack looks whether the address has a certificate; such a request bears no signature. */
  | { readonly is: "ssl-check" }
  | { readonly is: "refused"; readonly answer: 400 | 401 | 413; readonly why: string };

/** Slack's payloads have some ten kilobytes. */
const longestBody = 1024 * 1024;
/** Of either sign: a request of the future could be played again for longer than one of now. */
const oldestS = 300;
const form = "application/x-www-form-urlencoded";

const refused = (answer: 400 | 401 | 413, why: string): Admission => ({
  is: "refused",
  answer,
  why,
});

/** Rejects where the request ends before its body does. `now` in milliseconds. */
export async function admit(
  request: IncomingMessage,
  signingSecret: string,
  now: number,
): Promise<Admission> {
  const body = await bodyOf(request);
  if (!body) return refused(413, "its body is too long");
  if (isSslCheck(request, body)) return { is: "ssl-check" };
  const why = whyNotSlacks(request, body, signingSecret, now);
  if (why !== undefined) return refused(401, why);
  const buffered = Object.assign(request, { rawBody: body });
  return isObject(buffered)
    ? { is: "admitted", request: buffered }
    : refused(400, "it holds no payload");
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > longestBody) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const isSslCheck = ({ headers }: IncomingMessage, body: Buffer) =>
  headers["content-type"] === form && new URLSearchParams(body.toString()).get("ssl_check") === "1";

function whyNotSlacks(
  { headers }: IncomingMessage,
  body: Buffer,
  signingSecret: string,
  now: number,
): string | undefined {
  const signature = headers["x-slack-signature"];
  const dated = headers["x-slack-request-timestamp"];
  if (typeof signature !== "string" || typeof dated !== "string") return "it is not signed";
  const atS = Number(dated);
  if (!/^\d{1,12}$/.test(dated) || Math.abs(now / 1000 - atS) > oldestS)
    return "its time is not the time here";
  const isValid = isValidSlackRequest({
    signingSecret,
    body: body.toString(),
    headers: { "x-slack-signature": signature, "x-slack-request-timestamp": atS },
    nowMilliseconds: now,
  });
  return isValid ? undefined : "its signature is wrong";
}

/** Bolt takes it for granted that a payload is an object. */
function isObject(request: BufferedIncomingMessage): boolean {
  try {
    const parsed: unknown = HTTPModuleFunctions.parseHTTPRequestBody(request);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
