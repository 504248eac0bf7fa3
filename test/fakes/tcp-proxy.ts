/** Stands between a program and a server on 127.0.0.1, and does to what passes what networks do. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** Ends every connection; further ones are let through. */
  cut(): void;
  /** Ends every connection, and each new one at once. */
  refuse(): void;
  /** Nothing passes any more, and nobody is told: every connection is half open, new ones too. */
  stall(): void;
  /** What the server says is lost; what it is told arrives. */
  mute(): void;
  /** All passes again, with what was held back; what was lost stays so. */
  resume(): void;
  /** All that passes is late by so much, each way. */
  slow(ms: number): void;
  end(): Promise<void>;
}

interface State {
  held: (() => void)[] | undefined;
  muted: boolean;
  refusing: boolean;
  lateMs: number;
}

export async function startTcpProxy(to: number): Promise<TcpProxy> {
  const state: State = { held: undefined, muted: false, refusing: false, lateMs: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (state.refusing) return void client.destroy();
    const beyond = connect(to, "127.0.0.1");
    pass(state, client, beyond, () => false);
    pass(state, beyond, client, () => state.muted);
    for (const socket of [client, beyond]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    cut,
    refuse: () => {
      state.refusing = true;
      cut();
    },
    stall: () => {
      state.held ??= [];
    },
    mute: () => {
      state.muted = true;
    },
    resume: () => {
      const { held = [] } = state;
      Object.assign(state, { held: undefined, muted: false, refusing: false, lateMs: 0 });
      for (const go of held) go();
    },
    slow: (ms) => {
      state.lateMs = ms;
    },
    end: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One way. */
function pass(state: State, from: Socket, to: Socket, isLost: () => boolean): void {
  const act = (deed: () => void) => {
    if (state.held) state.held.push(deed);
    else if (state.lateMs > 0) setTimeout(deed, state.lateMs);
    else deed();
  };
  from.on("error", () => undefined);
  from.on("data", (bytes) => {
    if (!isLost()) act(() => to.writable && to.write(bytes));
  });
  from.on("close", () => act(() => to.destroy()));
}
