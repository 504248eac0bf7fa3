/** A client as bare as can be: what goes over the wire is what the tests see. */
import { XMLParser } from "fast-xml-parser";
import { expect, onTestFinished } from "vitest";
import type { Plan } from "../../src/sandbox/estate/estate.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";

export const JSON_TYPE = "application/json";
export const XML_TYPE = "application/xml";

export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly text: string;
}

export interface Wire {
  readonly sandbox: Sandbox;
  readonly token: string;
  /** A new logon, for calls to come. */
  logOnAgain(): Promise<void>;
  /** Lets so many seconds of the sandbox's clock go by. */
  advance(seconds: number): void;
  call(method: string, path: string, extra?: Extra): Promise<Reply>;
  /** What a path in JSON says; fails unless it is there. */
  json(path: string): Promise<unknown>;
  /** What a path in XML says, with attributes as `@name`. */
  xml(path: string): Promise<unknown>;
  plan(name: string, tenant?: string): Plan;
  order(plan: Plan, action: string, body?: string): Promise<Reply>;
}

interface Extra {
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const BIRTH = Date.parse("2026-03-02T10:00:00Z");

/** A sandbox with a clock of its own, logged on to, that is closed when the test is over. */
export async function wireTo(options: SandboxOptions = {}): Promise<Wire> {
  let now = BIRTH;
  const sandbox = await startSandbox({ now: () => now, ...options });
  onTestFinished(() => sandbox.close());
  const token = (await logOn(sandbox)).headers.get("X-RestSvcSessionId") ?? "";
  return wire(sandbox, token, (seconds) => {
    now += seconds * 1_000;
  });
}

export function wire(sandbox: Sandbox, token: string, advance: Wire["advance"]): Wire {
  let current = token;
  const call: Wire["call"] = (method, path, extra = {}) =>
    ask(`${sandbox.url}/api${path}`, method, extra.accept ?? JSON_TYPE, extra.body, {
      "X-RestSvcSessionId": current,
      ...extra.headers,
    });
  const read = async (path: string, accept: string) => {
    const reply = await call("GET", path, { accept });
    expect(reply.status, reply.text).toBe(200);
    return reply.text;
  };
  return {
    sandbox,
    token,
    async logOnAgain() {
      current = (await logOn(sandbox)).headers.get("X-RestSvcSessionId") ?? "";
    },
    advance,
    call,
    json: async (path) => JSON.parse(await read(path, JSON_TYPE)) as unknown,
    xml: async (path) => parseXml(await read(path, XML_TYPE)),
    plan(name, tenant) {
      const found = sandbox.estate
        .plans()
        .find((plan) => plan.name === name && (tenant ?? plan.tenant?.name) === plan.tenant?.name);
      if (!found) throw new Error(`no plan "${name}"`);
      return found;
    },
    order: (plan, action, body = action === "start" ? '{"StartNow":true}' : "") =>
      call("POST", `${planPath(plan)}?action=${action}`, { body }),
  };
}

export const planPath = (plan: Plan): string =>
  `${plan.kind === "cloud" ? "/cloud/cloudFailoverPlans" : "/failoverPlans"}/${plan.id}`;

export function basic(sandbox: Sandbox): string {
  return `Basic ${Buffer.from(`${sandbox.username}:${sandbox.password}`).toString("base64")}`;
}

export function logOn(sandbox: Sandbox, version = "latest", accept = JSON_TYPE): Promise<Reply> {
  const address = `${sandbox.url}/api/sessionMngr/?v=${version}`;
  return ask(address, "POST", accept, "", { Authorization: basic(sandbox) });
}

export async function ask(
  address: string,
  method: string,
  accept: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  const response = await fetch(address, {
    method,
    redirect: "manual",
    headers: { Accept: accept, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    reason: response.statusText,
    headers: response.headers,
    text: bytes.toString("utf8"),
  };
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

export function parseXml(text: string): unknown {
  return parser.parse(text) as unknown;
}

/** What stands at a path within a body; undefined where it leads nowhere. */
export function at(body: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === "object" && found !== null
        ? (found as Record<string, unknown>)[key]
        : undefined,
    body,
  );
}

export function listAt(body: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(body, ...path);
  expect(Array.isArray(found), `a list at ${path.join(".")}`).toBe(true);
  return found as readonly unknown[];
}

/** The sessions that the guard's question finds, in version 12's JSON. */
export async function sessionsFor(wire: Wire, filter = ""): Promise<readonly unknown[]> {
  const filtered = filter === "" ? "" : `&filter=${encodeURIComponent(filter)}`;
  const body = await wire.json(
    `/query?type=CloudFailoverSession&format=Entities&sortDesc=CreationTime${filtered}`,
  );
  return listAt(body, "Entities", "CloudFailoverSessions", "CloudFailoverSessions");
}

export async function pointsFor(wire: Wire, vm: string): Promise<readonly unknown[]> {
  const filter = encodeURIComponent(`VmDisplayName=="${vm}"`);
  const body = await wire.json(
    `/query?type=CloudVmReplicaPoint&format=Entities&sortDesc=CreationTime&filter=${filter}`,
  );
  return listAt(body, "Entities", "CloudVmReplicaPoints", "CloudVmReplicaPoints");
}

export const OPEN = "(State==Starting,State==Working,State==Stopping)";
export const ABC = "ABC Company Failover Plan";
