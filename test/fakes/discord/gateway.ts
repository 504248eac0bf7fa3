/**
 * Discord's gateway on a real WebSocket: hello, identify, heartbeats, dispatches, resume with what
 * was missed.
 */

import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type Channel, type Json, permissionBits, type World } from "./world.ts";

export interface FakeGateway {
  /** How often a client identified, and resumed. */
  readonly counts: { identified: number; resumed: number };
  /** What a client asked for when it identified last. */
  lastIdentify(): Json | undefined;
  dispatch(type: string, data: Json): void;
  /** Says something twice, as after a resume with an old sequence. */
  repeatLast(): void;
  /** Closes the connection; 4000 lets a client resume, 4004 ends it for good. */
  drop(code?: number): void;
  /** The server is there again, after an outage. */
  back(): void;
  /** No session can be resumed any more. */
  forgetSessions(): void;
  /** The next RESUMED is followed by an invalid session in the same breath. */
  invalidateAfterResume(): void;
  /** New connections are closed with this code when they identify. */
  refuseWith(code: number | undefined): void;
  /** Resolves at the next READY or RESUMED. */
  nextUp(): Promise<void>;
  close(): Promise<void>;
}

interface Session {
  /** Of the client that has it, several of which may be connected at once. */
  socket: WebSocket;
  sequence: number;
  readonly sent: { readonly s: number; readonly frame: string }[];
}

const op = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, invalid: 9, hello: 10, ack: 11 };
const heartbeatMs = 45_000;

const overwrite = (world: World, { denied }: Channel): Json => ({
  id: world.botRole,
  type: 0,
  allow: "0",
  deny: String([...denied].reduce((all, name) => all | permissionBits[name], 0n)),
});

export const channelJson = (world: World, channel: Channel): Json =>
  channel.person === undefined
    ? inServer(world, channel)
    : { id: channel.id, type: 1, recipients: [] };

const inServer = (world: World, channel: Channel): Json => ({
  id: channel.id,
  name: channel.name,
  type: channel.parent ? 11 : channel.isForum ? 15 : 0,
  guild_id: world.guild.id,
  parent_id: channel.parent ?? null,
  last_message_id: world.messages.findLast((message) => message.channel === channel.id)?.id ?? null,
  ...(channel.parent
    ? {
        thread_metadata: {
          archived: channel.archived,
          locked: channel.locked,
          auto_archive_duration: 1440,
        },
      }
    : { position: 0, permission_overwrites: [overwrite(world, channel)] }),
});

export const memberJson = ({ user, nick, roles }: World["bot"]): Json => ({
  user: { ...user, discriminator: "0", avatar: null },
  nick,
  roles,
  joined_at: "2026-01-01T00:00:00.000000+00:00",
  deaf: false,
  mute: false,
  flags: 0,
});

const role = (id: string, name: string, permissions: bigint, more: Json = {}): Json => ({
  ...{ id, name, color: 0, hoist: false, position: 1, managed: false, mentionable: true, flags: 0 },
  permissions: String(permissions),
  ...more,
});

export function guildJson(world: World): Json {
  const all = Object.values(permissionBits).reduce((sum, bit) => sum | bit, 0n);
  const channels = [...world.channels.values()].filter(({ person }) => person === undefined);
  return {
    ...world.guild,
    owner_id: "1",
    member_count: world.people.size + 1,
    joined_at: "2026-01-01T00:00:00.000000+00:00",
    large: false,
    unavailable: false,
    roles: [
      role(world.guild.id, "@everyone", 0n),
      role(world.botRole, "failover-bot", all, {
        managed: true,
        tags: { bot_id: world.bot.user.id },
      }),
      ...[...world.roles].map(([id, more]) => role(id, `role ${id}`, 0n, more)),
    ],
    channels: channels
      .filter(({ parent }) => !parent)
      .map((channel) => channelJson(world, channel)),
    threads: channels.filter(({ parent }) => parent).map((channel) => channelJson(world, channel)),
    members: [memberJson(world.bot)],
    ...{ emojis: [], stickers: [], presences: [], voice_states: [], stage_instances: [] },
    ...{ guild_scheduled_events: [], features: [], soundboard_sounds: [] },
  };
}

export function createGateway(
  http: Server,
  world: World,
  tokenIsRight: (token: string) => boolean,
): FakeGateway {
  const server = new WebSocketServer({ server: http, path: "/gateway" });
  const sessions = new Map<string, Session>();
  const counts = { identified: 0, resumed: 0 };
  let active: { id: string; socket: WebSocket } | undefined;
  let invalidateNext = false;
  let refusal: number | undefined;
  let identify: Json | undefined;
  let waiters: (() => void)[] = [];

  const send = (socket: WebSocket, frame: Json) => socket.send(JSON.stringify(frame));
  const url = () => `ws://127.0.0.1:${(http.address() as AddressInfo).port}/gateway`;

  function emit(id: string, t: string, d: Json): void {
    const session = sessions.get(id);
    if (!session) return;
    session.sequence += 1;
    const frame = JSON.stringify({ op: op.dispatch, t, s: session.sequence, d });
    session.sent.push({ s: session.sequence, frame });
    const { socket } = session;
    if (socket.readyState === socket.OPEN) socket.send(frame);
  }

  function up(): void {
    for (const wake of waiters.splice(0)) wake();
  }

  function welcome(socket: WebSocket): void {
    const id = randomUUID();
    sessions.set(id, { socket, sequence: 0, sent: [] });
    active = { id, socket };
    counts.identified += 1;
    emit(id, "READY", {
      v: 10,
      user: { ...world.bot.user, discriminator: "0", avatar: null },
      guilds: [{ id: world.guild.id, unavailable: true }],
      session_id: id,
      resume_gateway_url: url(),
      application: { id: world.application, flags: 0 },
      shard: [0, 1],
    });
    emit(id, "GUILD_CREATE", guildJson(world));
    up();
  }

  function onIdentify(socket: WebSocket, data: Json): void {
    identify = data;
    if (!tokenIsRight(String(data.token))) socket.close(4004, "Authentication failed.");
    else if (refusal !== undefined) socket.close(refusal);
    else welcome(socket);
  }

  function onResume(socket: WebSocket, data: Json): void {
    const id = String(data.session_id);
    const session = sessions.get(id);
    if (!tokenIsRight(String(data.token))) socket.close(4004, "Authentication failed.");
    else if (session) resume(socket, id, session, Number(data.seq));
    else send(socket, { op: op.invalid, d: false });
  }

  function resume(socket: WebSocket, id: string, session: Session, sequence: number): void {
    active = { id, socket };
    session.socket = socket;
    counts.resumed += 1;
    for (const { s, frame } of session.sent) if (s > sequence) socket.send(frame);
    emit(id, "RESUMED", {});
    if (invalidateNext) invalidate(socket, id);
    else up();
  }

  function invalidate(socket: WebSocket, id: string): void {
    invalidateNext = false;
    sessions.delete(id);
    send(socket, { op: op.invalid, d: false });
  }

  server.on("connection", (socket) => {
    send(socket, { op: op.hello, d: { heartbeat_interval: heartbeatMs } });
    socket.on("message", (raw) => {
      const frame = JSON.parse(String(raw)) as { op: number; d: Json };
      if (frame.op === op.heartbeat) send(socket, { op: op.ack });
      if (frame.op === op.identify) onIdentify(socket, frame.d);
      if (frame.op === op.resume) onResume(socket, frame.d);
    });
  });

  return {
    counts,
    lastIdentify: () => identify,
    dispatch: (type, data) => {
      for (const id of sessions.keys()) emit(id, type, data);
    },
    repeatLast: () => {
      const last = active && sessions.get(active.id)?.sent.at(-1);
      if (last) active?.socket.send(last.frame);
    },
    drop: (code = 4000) => active?.socket.close(code),
    back: () => {
      for (const id of sessions.keys()) emit(id, "GUILD_CREATE", guildJson(world));
    },
    forgetSessions: () => sessions.clear(),
    invalidateAfterResume: () => {
      invalidateNext = true;
    },
    refuseWith: (code) => {
      refusal = code;
    },
    nextUp: () => new Promise((resolve) => waiters.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        waiters = [];
        server.close(() => resolve());
      }),
  };
}
