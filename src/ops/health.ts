/**
 * How the bot is, for machines: `/healthz` (start it again where this fails), `/readyz` (what works
 * now, each part with a sentence) and `/metrics`. No secret, no name and no text of EM's stands in
 * an answer.
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import { duration } from "../chat/duration.ts";
import type { ChatPort } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import type { EmEstate } from "../em/client.ts";
import { count } from "../messages/words.ts";
import type { Services } from "../services.ts";
import { endsWithoutPlace } from "../speech/last-words.ts";
import { type LoopName, type Pulse, socketsOf } from "./liveness.ts";
import type { Figures } from "./metrics.ts";

export interface HealthParts extends Pick<Services, "ports" | "store" | "log"> {
  readonly clock: Pick<Clock, "elapsed">;
  readonly pulse: Pulse;
  readonly figures: Figures;
  /** Asked where the bot has not asked it lately. */
  readonly em: Pick<EmEstate, "estate">;
}

export interface Part {
  readonly ok: boolean;
  /** A sentence. */
  readonly state: string;
}

export type Report = Readonly<Record<string, Part>>;

export interface HealthChecks {
  /** Looks at the sockets, so that it is known since when one is dead. */
  look(): void;
  alive(): Report;
  ready(): Promise<Report>;
}

/** A socket is opened again by itself; after so long without one, a new process is worth a try. */
const DEAD_SOCKET_MS = 120_000;
/** A look at EM may take long; a loop that is so late is stuck. */
const STUCK_MS = 300_000;
/** Where EM answered within this time, it is not asked for readiness' sake. */
const LATELY_MS = 60_000;
/** For readiness alone, EM gets no longer. */
const EM_PATIENCE_MS = 5000;
/**
 * A probe is good for so long, so that whoever asks often does not write often, and does not press
 * a silent EM.
 */
const PROBE_KEPT_MS = 5000;

export function createHealth(parts: HealthParts): HealthChecks {
  const { ports, pulse, clock } = parts;
  const deadMs = socketsOf(ports, clock.elapsed);
  const em = kept(() => emPart(parts), clock);
  const store = kept(() => storePart(parts), clock);
  return {
    look: () => void deadMs(),
    alive: () => ({
      ...loopReport("watcher", pulse),
      ...loopReport("outbox", pulse),
      ...socketReport(ports, deadMs()),
    }),
    ready: async () => {
      const [emNow, storeNow, ends] = await Promise.all([em(), store(), endsPart(parts)]);
      const platforms = ports.map((port) => [port.platform, platformPart(port)]);
      return { em: emNow, store: storeNow, ends, ...Object.fromEntries(platforms) };
    },
  };
}

function platformPart(port: ChatPort): Part {
  const { ok, state } = port.health();
  return { ok, state };
}

/** The same answer for whoever asks soon again. */
function kept(probe: () => Promise<Part>, clock: HealthParts["clock"]): () => Promise<Part> {
  let last: { readonly at: number; readonly part: Promise<Part> } | undefined;
  return () => {
    if (!last || clock.elapsed() - last.at >= PROBE_KEPT_MS)
      last = { at: clock.elapsed(), part: probe() };
    return last.part;
  };
}

function loopReport(loop: LoopName, pulse: Pulse): Report {
  const late = pulse.overdueMs(loop);
  const state =
    late < STUCK_MS
      ? `The ${loop} goes round`
      : `The ${loop} is stuck for ${duration(late)}; start the bot again`;
  return { [loop]: { ok: late < STUCK_MS, state } };
}

function socketReport(ports: readonly ChatPort[], deadMs: ReadonlyMap<string, number>): Report {
  return Object.fromEntries(
    ports.map((port) => {
      const dead = deadMs.get(port.platform) ?? 0;
      const { state } = port.health();
      return [
        port.platform,
        { ok: dead < DEAD_SOCKET_MS, state: dead > 0 ? lasting(state, dead) : state },
      ];
    }),
  );
}

const lasting = (state: string, ms: number) => `${state} (for ${duration(ms)})`;

async function emPart({ pulse, em }: HealthParts): Promise<Part> {
  if ((pulse.em.silentMs ?? LATELY_MS) >= LATELY_MS)
    await em.estate(AbortSignal.timeout(EM_PATIENCE_MS)).catch(() => undefined);
  const { silentMs, last } = pulse.em;
  const ended = last === undefined ? "" : `; the last request ended so: ${last}`;
  if (silentMs === undefined) return { ok: false, state: `EM has not answered yet${ended}` };
  const ok = silentMs < LATELY_MS;
  return { ok, state: `EM answered ${duration(silentMs)} ago${ok ? "" : ended}` };
}

async function endsPart({ store }: HealthParts): Promise<Part> {
  const ends = await endsWithoutPlace(store).catch(() => undefined);
  if (!ends) return { ok: false, state: "What waits to be said cannot be read" };
  if (ends.length === 0) return { ok: true, state: "No end of a run waits for a place" };
  const waits = count(ends.length, "failure or end waits", "failures and ends wait");
  return { ok: false, state: `${waits} for a place that can be written; the log names it` };
}

async function storePart({ store, log }: HealthParts): Promise<Part> {
  try {
    await store.commit([{ put: "ops", key: "probe", value: { version: 1 } }]);
    return { ok: true, state: "The state can be written" };
  } catch (error) {
    log.warn({ err: error }, "the state cannot be written");
    return { ok: false, state: "The state cannot be written; the log says why" };
  }
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 10_000;
/** https://prometheus.io/docs/instrumenting/exposition_formats */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Listens until it is closed. Rejects where it cannot listen there. */
export async function serveHealth(
  health: HealthChecks,
  figures: Figures,
  at: { readonly host: string; readonly port: number },
): Promise<HealthServer> {
  const looking = setInterval(health.look, LOOK_EVERY_MS);
  looking.unref();
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    answer(request.method ?? "", path, health, figures, response).catch(() => {
      response.writeHead(500).end();
    });
  });
  await listening(server, at);
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : at.port,
    close: () => {
      clearInterval(looking);
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/**
 * It cannot listen where the settings say. The message is a sentence. `mayPass`: another process
 * listens there, which may end.
 */
export class HealthError extends Error {
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(message);
    this.name = "HealthError";
    this.mayPass = mayPass;
  }
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      const code = "code" in error ? String(error.code) : "no reason is known";
      reject(
        new HealthError(
          `Cannot listen on ${host}:${port} (${code}): set another HEALTH_PORT or HEALTH_HOST`,
          code === "EADDRINUSE",
        ),
      );
    };
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

async function answer(
  method: string,
  path: string,
  health: HealthChecks,
  figures: Figures,
  response: ServerResponse,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD")
    return void response.writeHead(405, { Allow: "GET, HEAD" }).end();
  switch (path) {
    case "/healthz":
      return report(health.alive(), response);
    case "/readyz":
      return report(await health.ready(), response);
    case "/metrics": {
      const text = await figures.text();
      return void response.writeHead(200, { "Content-Type": METRICS_TYPE }).end(text);
    }
    default:
      return void response.writeHead(404).end();
  }
}

function report(parts: Report, response: ServerResponse): void {
  const ok = Object.values(parts).every((part) => part.ok);
  response.writeHead(ok ? 200 : 503, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
  });
  response.end(`${JSON.stringify({ ok, parts }, undefined, 2)}\n`);
}
