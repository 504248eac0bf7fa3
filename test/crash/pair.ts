/** Two instances on one Postgres, each with a way of its own to it that can be cut. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import type { PostgresServer } from "../fakes/postgres-server.ts";
import { startTcpProxy, type TcpProxy } from "../fakes/tcp-proxy.ts";
import { createInstance, type Instance, type Turn } from "./instance.ts";
import { urlAs } from "./two-witness.ts";

export interface Member {
  readonly bot: Instance;
  /** To Postgres. */
  readonly way: TcpProxy;
}

export interface Pair {
  readonly members: readonly Member[];
  /** All that was said of who leads, oldest first. */
  readonly turns: readonly Turn[];
  /** Whoever serves in the newest epoch. */
  leader(): Member | undefined;
  /** The other one. */
  standby(): Member | undefined;
  /** Of the newest epoch; 0 before there was one. */
  epoch(): number;
  close(): Promise<void>;
}

export interface PairOptions {
  readonly server: Pick<PostgresServer, "port">;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Somebody serves. */
  serves(): void;
}

const POLICY = "version: 1\nrules:\n  - allow: [all]\n    who: [everyone]\n";

export async function createPair({ server, url, env, serves }: PairOptions): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-two-"));
  const policy = join(folder, "policy.yaml");
  writeFileSync(policy, POLICY);
  const turns: Turn[] = [];
  const turned = (turn: Turn) => {
    turns.push(turn);
    if (turn.part.is === "serves") serves();
  };
  const member = async (name: string): Promise<Member> => {
    const way = await startTcpProxy(server.port);
    const own = (self: string) => ({
      ...env,
      POLICY_FILE: policy,
      CRASH_HOST: `site-${name}`,
      STATE_URL: urlAs(url, self, way.port),
    });
    return { way, bot: createInstance({ name, cwd: folder, env: own, turned }) };
  };
  const members = [await member("one"), await member("two")];
  const epoch = () => Math.max(0, ...turns.map(({ part }) => ("epoch" in part ? part.epoch : 0)));
  const leader = () =>
    members.find(({ bot: { part } }) => part.is === "serves" && part.epoch === epoch());
  return {
    members,
    turns,
    leader,
    standby: () => {
      const leads = leader();
      return members.find((one) => one !== leads);
    },
    epoch,
    close: async () => {
      await Promise.all(members.map((one) => one.bot.end("SIGKILL")));
      await Promise.all(members.map(({ way }) => way.end()));
      rmSync(folder, { recursive: true });
    },
  };
}

const GLANCE_MS = 20;

/** Gives whether it came to be so in time. Of real time. */
export async function cameToBe(isSo: () => boolean, withinMs: number): Promise<boolean> {
  const since = performance.now();
  while (!isSo()) {
    if (performance.now() - since > withinMs) return false;
    await systemClock.sleep(GLANCE_MS);
  }
  return true;
}
