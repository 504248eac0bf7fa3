/**
 * Socket Mode: real WebSockets, any number of them; each envelope goes over one of those that Slack
 * believes in.
 */

import type { Server } from "node:http";
import { performance } from "node:perf_hooks";
import { WebSocket, WebSocketServer } from "ws";
import type { Envelope, Outcome, Way } from "./deliveries.ts";

interface Line {
  readonly socket: WebSocket;
  /** Nothing passes any more in either direction, and neither side is told. */
  isSilent: boolean;
  isLeaving: boolean;
}

interface Waiting {
  readonly line: Line;
  readonly since: number;
  settle(outcome: Outcome): void;
}

export interface Sockets extends Way {
  /** The address of one socket, to be used once. */
  newAddress(origin: string): string;
  count(): number;
  /** How many have been greeted since the beginning. */
  greeted(): number;
  /** Resolves as soon as so many are open. */
  reached(count: number): Promise<void>;
  /**
   * Slack says that the oldest socket will end; it is used until it is closed, which it is once what
   * was sent over it has been acknowledged: Slack gives it about ten seconds.
   */
  announce(reason: "warning" | "refresh_requested" | "link_disabled"): { close(): void };
  /** The oldest socket breaks, as if a cable were cut: both sides see it at once. */
  cut(): void;
  /** The oldest socket breaks, and nobody is told. */
  silence(): void;
  close(): void;
}

const notThere: Outcome = { acknowledged: false };

export function createSockets(server: Server, newId: (prefix: string) => string): Sockets {
  const hub = new WebSocketServer({ server, path: "/link" });
  const tickets = new Set<string>();
  const lines: Line[] = [];
  const waiting = new Map<string, Waiting>();
  const hopes: { readonly count: number; resolve(): void }[] = [];
  let greeted = 0;
  let turn = 0;

  const open = () => lines.filter(({ socket }) => socket.readyState === WebSocket.OPEN);

  function forget(line: Line): void {
    lines.splice(lines.indexOf(line), 1);
    for (const [id, each] of waiting) if (each.line === line) settle(id, notThere);
  }

  /** Takes no more; closed when nothing that it has brought waits any longer. */
  function leave(line: Line): void {
    line.isLeaving = true;
    if ([...waiting.values()].every((each) => each.line !== line)) line.socket.close(1000);
  }

  function settle(id: string, outcome: Outcome): void {
    const line = waiting.get(id)?.line;
    waiting.get(id)?.settle(outcome);
    waiting.delete(id);
    if (line?.isLeaving) leave(line);
  }

  function heard(line: Line, data: string): void {
    if (line.isSilent) return;
    const { envelope_id, payload } = JSON.parse(data);
    const since = waiting.get(envelope_id)?.since ?? 0;
    settle(envelope_id, {
      acknowledged: true,
      afterMs: performance.now() - since,
      answer: payload,
    });
  }

  function greet(line: Line): void {
    const hello = {
      type: "hello",
      num_connections: open().length,
      connection_info: { app_id: "A0FAILOVER" },
    };
    line.socket.send(JSON.stringify(hello));
    greeted++;
    for (const { count, resolve } of hopes) if (open().length >= count) resolve();
  }

  hub.on("connection", (socket, request) => {
    const ticket = new URL(request.url ?? "", "ws://slack").searchParams.get("ticket") ?? "";
    if (!tickets.delete(ticket)) return socket.close(4001);
    const line: Line = { socket, isSilent: false, isLeaving: false };
    lines.push(line);
    socket.on("message", (data) => heard(line, String(data)));
    socket.on("close", () => forget(line));
    socket.on("error", () => {});
    greet(line);
  });

  function deliver(envelope: Envelope): Promise<Outcome> {
    const all = open().filter(({ isLeaving }) => !isLeaving);
    const line = all[turn++ % Math.max(1, all.length)];
    if (!line) return Promise.resolve(notThere);
    return new Promise((resolve) => {
      waiting.set(envelope.id, { line, since: performance.now(), settle: resolve });
      if (line.isSilent) return;
      const { id, type, payload, retry } = envelope;
      const more = retry > 0 ? { retry_attempt: retry, retry_reason: "timeout" } : {};
      const accepts_response_payload = type !== "events_api";
      line.socket.send(
        JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload, ...more }),
      );
    });
  }

  function oldest(): Line {
    const [line] = open();
    if (!line) throw new Error("No socket is open");
    return line;
  }

  return {
    deliver,
    newAddress: (origin) => {
      const ticket = newId("ticket");
      tickets.add(ticket);
      return `${origin.replace(/^http/, "ws")}/link?ticket=${ticket}`;
    },
    count: () => open().length,
    greeted: () => greeted,
    reached: (count) =>
      new Promise((resolve) =>
        open().length >= count ? resolve() : void hopes.push({ count, resolve }),
      ),
    announce: (reason) => {
      const line = oldest();
      const notice = { type: "disconnect", reason, debug_info: { host: "fake" } };
      line.socket.send(JSON.stringify(notice));
      return { close: () => leave(line) };
    },
    cut: () => oldest().socket.terminate(),
    silence: () => {
      const line = oldest();
      line.isSilent = true;
      line.socket.pause();
    },
    close: () => {
      for (const { socket } of lines) socket.terminate();
      hub.close();
    },
  };
}
