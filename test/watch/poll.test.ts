/** What one look asks EM, and in which order. */
import { describe, expect, it } from "vitest";
import type { EmClient } from "../../src/em/client.ts";
import { EmError, type EmFailure } from "../../src/em/errors.ts";
import type { FailoverSession, ReplicaPoint, ReplicationSession } from "../../src/em/types.ts";
import { newId } from "../../src/ids.ts";
import type { Watch } from "../../src/records/watch.ts";
import type { Collections } from "../../src/watch/collecting.ts";
import { sessionDetails } from "../../src/watch/details.ts";
import { pollEm } from "../../src/watch/poll.ts";
import { newReplicationWatch } from "../../src/watch/records.ts";
import {
  begun,
  minute,
  phases,
  pointOf,
  second,
  server,
  sessionDone,
  sessionOf,
  taskOf,
  vmTaskOf,
  watchIn,
} from "./things.ts";

/** An EM of these parts; what is asked is written down. */
function emOf(parts: Partial<EmClient>) {
  const asked: string[] = [];
  const noting = Object.entries(parts).map(([name, part]) => [
    name,
    (...args: unknown[]) => {
      asked.push([name, ...args.map((arg) => JSON.stringify(arg))].join(" "));
      return (part as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  return { asked, em: Object.fromEntries(noting) as EmClient };
}

const checking = (id = "run-1") =>
  watchIn(phases.checking, { id, session: { ...sessionDone(), changedAt: begun, stalled: false } });

describe("the evidence of an end", () => {
  it("is read after how new EM's data is, which is asked once for all", async () => {
    const another = sessionOf({ id: "s2", vms: [vmTaskOf("z")] });
    const { em, asked } = emOf({
      points: async ({ vms }) =>
        vms ? [pointOf("a")] : [pointOf("x", { createdAt: begun + 5 * minute })],
      sessions: async () => [sessionDone(), another],
    });
    const look = pollEm(em, begun + 10 * minute);
    const sightings = await Promise.all(
      ["run-1", "run-2", "run-3"].map((id) => look.sight(checking(id))),
    );
    expect(sightings[0]).toEqual({
      is: "evidence",
      points: [pointOf("a")],
      since: [another],
      newestAt: begun + 5 * minute,
    });
    expect(asked.filter((question) => question.includes("limit"))).toEqual([
      'points {"limit":100}',
    ]);
    expect(asked[0]).toBe('points {"limit":100}');
    expect(asked.at(-1)).toBe(`sessions {"createdFrom":${begun}}`);
  });

  it("is not held to be new by a point that was made when EM's clock was ahead", async () => {
    const newest = [0, -5].map((ago) => pointOf("x", { createdAt: begun + ago * minute }));
    const { em } = emOf({
      points: async ({ vms }) => (vms ? [pointOf("a")] : newest),
      sessions: async () => [],
    });
    expect(await pollEm(em, begun).sight(checking())).toMatchObject({ newestAt: begun });
    expect(await pollEm(em, begun - minute).sight(checking())).toMatchObject({
      newestAt: begun - 5 * minute,
    });
  });

  it("says nothing of how new EM's data is where the points are of several backup servers, or of another", async () => {
    const other = { id: "server-2", name: "srv14" };
    const newest = [pointOf("x", { createdAt: begun + 5 * minute })];
    const sight = (points: ReplicaPoint[]) =>
      pollEm(
        emOf({ points: async ({ vms }) => (vms ? points : newest), sessions: async () => [] }).em,
        begun + 10 * minute,
      ).sight(checking());
    const several = [pointOf("a"), pointOf("b", { backupServer: other })];
    expect(await sight(several)).toEqual({ is: "evidence", points: several, since: [] });
    const another = [pointOf("a", { backupServer: other })];
    expect(await sight(another)).toEqual({ is: "evidence", points: another, since: [] });
  });

  it("is none where points may not be read", async () => {
    const { em } = emOf({ points: () => Promise.reject(new EmError("forbidden", "No.")) });
    expect(await pollEm(em, begun).sight(checking())).toEqual({ is: "no-evidence" });
  });
});

/** Of these it is known when they were collected last; who asks is written down. */
function collectionsOf(known: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const collections: Collections = {
    since: (asker, { id }) => {
      asked.push(`${asker} of ${id}`);
      return known[id];
    },
    attend: async () => undefined,
  };
  return { asked, collections };
}

describe("what EM has collected since a run ended", () => {
  const { em, asked } = emOf({ points: async () => [pointOf("a")], sessions: async () => [] });

  it("is asked for before the points are read, for the session, and dates them", async () => {
    let before = -1;
    const since = () => {
      before = asked.filter((question) => question.includes("vms")).length;
      return begun + minute;
    };
    const known = { since, attend: async () => undefined };
    expect(await pollEm(em, begun, known).sight(checking())).toMatchObject({
      collected: { server: "server-1", at: begun + minute },
    });
    expect(before).toBe(0);
    const { asked: askers, collections } = collectionsOf({});
    expect(await pollEm(em, begun, collections).sight(checking())).not.toHaveProperty("collected");
    expect(askers).toEqual(["s1 of server-1"]);
  });

  it("is of the plan's server where the session names none; where neither is known, nothing is", async () => {
    const { backupServer: _, ...session } = sessionDone();
    const nameless = { session: { ...session, changedAt: begun, stalled: false } };
    const { asked: askers, collections } = collectionsOf({ "server-2": begun });
    const sight = (own: Partial<Watch>) =>
      pollEm(em, begun, collections).sight(watchIn(phases.checking, { ...nameless, ...own }));
    const { subject } = watchIn(phases.checking);
    expect(await sight({})).not.toHaveProperty("collected");
    expect(askers).toEqual([]);
    const planned = { ...subject, server: { id: "server-2", name: "srv14" } };
    expect(await sight({ subject: planned })).toMatchObject({ collected: { server: "server-2" } });
  });

  it("is asked for an undo without a session once it has had two minutes, and for no other order", async () => {
    const { subject, order = expect.fail() } = watchIn(phases.looking);
    const { asked: askers, collections } = collectionsOf({ [server.id]: begun });
    const sight = (action: "start" | "undo", now: number, silentMs = 0) =>
      pollEm(em, now, collections).sight(
        watchIn(
          { ...phases.looking, silentMs },
          { subject: { ...subject, server }, order: { ...order, action } },
        ),
      );
    await sight("undo", begun + 2 * minute - 1);
    await sight("start", begun + 2 * minute);
    await sight("undo", begun + 2 * minute, second);
    expect(askers).toEqual([]);
    expect(await sight("undo", begun + 2 * minute)).toMatchObject({
      collected: { server: server.id, at: begun },
    });
    expect(askers).toEqual(["run-abc234 of server-1"]);
    expect(asked.at(-1)).toBe('points {"vms":["a","b"]}');
  });
});

describe("while the task of an order runs", () => {
  const mine = sessionOf({ id: "s7", vms: [vmTaskOf("a")] });
  const another = sessionOf({ id: "s8", name: "Another plan", vms: [vmTaskOf("a")] });
  const renamed = { ...mine, id: "s9", name: "Plan, renamed since" };
  const following = watchIn({ is: "following", session: "s9", receipt: phases.ordered });
  const em = (open: FailoverSession[], one: EmClient["session"] = () => expect.fail()) =>
    emOf({ task: async () => taskOf(), sessions: async () => open, session: one });

  it("the open sessions are seen with it that may be of the order, and no others", async () => {
    const look = pollEm(em([another, mine]).em, begun);
    expect(await look.sight(watchIn(phases.ordered))).toEqual({
      is: "task",
      task: taskOf(),
      sessions: [mine],
    });
  });

  it("so is the one that is followed, which is not asked for where it is open", async () => {
    const sighting = await pollEm(em([another, mine, renamed]).em, begun).sight(following);
    expect(sighting).toMatchObject({ is: "task", sessions: [mine, renamed] });
  });

  it("and it is asked for alone where it is not among them", async () => {
    const { em: client, asked } = em([mine], async () => renamed);
    expect(await pollEm(client, begun).sight(following)).toMatchObject({
      sessions: [mine, renamed],
    });
    expect(asked.at(-1)).toBe('session "s9"');
    const gone = em([mine], () => Promise.reject(new EmError("not-found", "No.")));
    expect(await pollEm(gone.em, begun).sight(following)).toMatchObject({ sessions: [mine] });
  });

  it("sessions are asked for of no ordinary plan, which has none", async () => {
    const subject = { ...watchIn(phases.ordered).subject, kind: "ordinary" } as const;
    const { em: client, asked } = em([mine]);
    const look = pollEm(client, begun);
    expect(await look.sight(watchIn(phases.ordered, { subject }))).toEqual({
      is: "task",
      task: taskOf(),
    });
    expect(await look.sight(watchIn(phases.looking, { subject }))).toEqual({
      is: "candidates",
      sessions: [],
    });
    expect(asked).toEqual(['task "task-1" "logon-1"']);
  });
});

describe("an EM that cannot be asked", () => {
  const sights = async (failure: EmFailure) => {
    const { em, asked } = emOf({
      sessions: async () => [],
      session: () => Promise.reject(new EmError(failure, "EM says no.")),
    });
    const look = pollEm(em, begun);
    const sight = (session: string) => look.sight(watchIn({ is: "following", session }));
    return { saw: [await sight("s1"), await sight("s2")], asked };
  };
  const silence = { is: "silence", why: "EM says no." };
  const one = ['sessions {"open":true}', 'session "s1"'];

  it.each(["unreachable", "timed-out", "certificate", "unauthorized"] as const)(
    "is asked nothing more in this look: %s",
    async (failure) => {
      expect(await sights(failure)).toEqual({ saw: [silence, silence], asked: one });
    },
  );

  it.each(["forbidden", "rejected", "busy", "server-error", "unreadable"] as const)(
    "about one thing is asked about the others: %s",
    async (failure) => {
      expect(await sights(failure)).toEqual({
        saw: [silence, silence],
        asked: [...one, 'session "s2"'],
      });
    },
  );

  it("is another thing than one that knows no such session", async () => {
    const unknown = { is: "session-unknown" };
    expect((await sights("not-found")).saw).toEqual([unknown, unknown]);
  });

  it("is another thing than a fault of the bot, which goes on as one", async () => {
    const { em } = emOf({ sessions: () => Promise.reject(new TypeError("a fault")) });
    const seen = pollEm(em, begun).sight(watchIn({ is: "following", session: "s1" }));
    await expect(seen).rejects.toThrow("a fault");
  });
});

describe("sessions whose VMs EM's list leaves out", () => {
  const looking = () => {
    const details = sessionDetails();
    const listed = new Map([1, 2, 3].map((n) => [`s${n}`, sessionOf({ id: `s${n}` })]));
    return async (at: number) => {
      const { em, asked } = emOf({
        sessions: async () => [...listed.values()],
        session: async (id) => sessionOf({ id, vms: [vmTaskOf("a")] }),
      });
      const look = pollEm(em, at, undefined, details);
      for (const session of listed.keys())
        expect(await look.sight(watchIn({ is: "following", session }))).toMatchObject({
          session: { id: session, vms: [{ vm: "a" }] },
        });
      return { asked: asked.filter((one) => one.startsWith("session ")), listed };
    };
  };

  it("are read by their ids once, and again where the list shows something new", async () => {
    const look = looking();
    expect((await look(begun)).asked).toEqual(['session "s1"', 'session "s2"', 'session "s3"']);
    const { asked, listed } = await look(begun + 5 * second);
    expect(asked).toEqual([]);
    listed.set("s2", sessionOf({ id: "s2", progress: 40 }));
    expect((await look(begun + 10 * second)).asked).toEqual(['session "s2"']);
  });

  it("are read again after half a minute in any case", async () => {
    const look = looking();
    await look(begun);
    expect((await look(begun + 30 * second - 1)).asked).toEqual([]);
    expect((await look(begun + 30 * second)).asked).toHaveLength(3);
  });

  it("are told as unknown once EM no longer knows them", async () => {
    const { em } = emOf({
      sessions: async () => [sessionOf({ id: "s1" })],
      session: () => Promise.reject(new EmError("not-found", "EM knows no such session.")),
    });
    const sighting = pollEm(em, begun).sight(watchIn({ is: "following", session: "s1" }));
    expect(await sighting).toEqual({ is: "session-unknown" });
  });
});

describe("open sessions", () => {
  const following = (session: string) => watchIn({ is: "following", session });

  it("are asked for once, and one by one where the answer lacks them or their VMs", async () => {
    const told = sessionOf({ vms: [vmTaskOf("a")] });
    const { em, asked } = emOf({
      sessions: async () => [told, sessionOf({ id: "s2" })],
      session: async (id) => sessionOf({ id, vms: [vmTaskOf("a")] }),
    });
    const look = pollEm(em, begun);
    await Promise.all(["s1", "s2", "s3", "s1"].map((id) => look.sight(following(id))));
    await look.open();
    expect(asked.toSorted()).toEqual(['session "s2"', 'session "s3"', 'sessions {"open":true}']);
  });

  it.each(["forbidden", "rejected", "not-found"] as const)(
    "are read one by one where EM answers no such question: %s",
    async (failure) => {
      const { em } = emOf({
        sessions: () => Promise.reject(new EmError(failure, "No.")),
        session: async (id) => sessionOf({ id }),
      });
      const look = pollEm(em, begun);
      expect(await look.sight(following("s1"))).toMatchObject({ is: "session" });
      expect(await look.open()).toBeUndefined();
    },
  );
});

describe("a session that is looked for by a name that plans share", () => {
  it("is read on its own where the list leaves its VMs out, unless it was there before the order", async () => {
    const { em, asked } = emOf({
      sessions: async () => [sessionOf({ id: "s2" }), sessionOf({ id: "s0" })],
      session: async (id) => sessionOf({ id, vms: [vmTaskOf("a")] }),
    });
    const subject = { ...watchIn(phases.looking).subject, shared: true };
    const sighting = await pollEm(em, begun).sight(watchIn(phases.looking, { subject }));
    expect(sighting).toMatchObject({ sessions: [{ id: "s2", vms: [{ vm: "a" }] }] });
    expect(asked).toEqual(['sessions {"planName":"Plan"}', 'session "s2"']);
  });
});

describe("replication", () => {
  const session = (id: string, own: Partial<ReplicationSession> = {}): ReplicationSession => ({
    id,
    name: id,
    kind: "cdp",
    createdAt: begun,
    state: "Working",
    result: "None",
    progress: 0,
    retry: false,
    ...own,
  });
  const many = Array.from({ length: 25 }, (_, index) => session(`s${index}`));
  const watchOf = (of: ReplicationSession, only?: string) =>
    newReplicationWatch(newId("watch"), of, only, "sandbox", begun);
  const vmsRead = (asked: readonly string[]) =>
    asked.filter((question) => question.startsWith("replicationTasks"));

  it("VMs are read of ten sessions a look, and of each in its turn", async () => {
    let watches = many.map((one) => watchOf(one));
    const turns: number[] = [];
    for (let looks = 1; looks <= 4; looks++) {
      const now = begun + looks * 5 * second;
      const { em, asked } = emOf({
        replicationSessions: async () => many,
        replicationTasks: async () => [],
      });
      const look = pollEm(em, now);
      watches = await Promise.all(
        watches.map(async (watch) => {
          const sighting = await look.sight(watch);
          return sighting.is === "replication" && sighting.tasks ? { ...watch, vmsAt: now } : watch;
        }),
      );
      turns.push(vmsRead(asked).length);
    }
    expect(turns).toEqual([10, 10, 5, 0]);
  });

  it("VMs that were read before are read again of one session a look", async () => {
    const { em, asked } = emOf({
      replicationSessions: async () => many,
      replicationTasks: async () => [],
    });
    const look = pollEm(em, begun + 60 * second);
    for (const one of many) await look.sight({ ...watchOf(one), vmsAt: begun });
    expect(vmsRead(asked)).toEqual(['replicationTasks "cdp" "s0"']);
  });

  it("VMs of a session that runs are read every half minute, and of one that ended at once", async () => {
    const read = async (own: Partial<ReplicationSession>, agoMs: number) => {
      const { em, asked } = emOf({
        replicationSessions: async () => [session("s1", own)],
        replicationTasks: async () => [],
      });
      const watch = { ...watchOf(session("s1")), vmsAt: begun - agoMs };
      await pollEm(em, begun).sight(watch);
      return vmsRead(asked).length;
    };
    expect(await read({}, 30 * second - 1)).toBe(0);
    expect(await read({}, 30 * second)).toBe(1);
    expect(await read({ state: "Stopped" }, second)).toBe(1);
  });

  it("sessions that are open are asked for once a kind", async () => {
    const { em, asked } = emOf({
      replicationSessions: async (kind) => many.map((one) => ({ ...one, kind })),
      replicationTasks: async () => [],
    });
    const look = pollEm(em, begun);
    for (const kind of ["cdp", "snapshot", "cdp"] as const)
      await look.sight(watchOf(session("s1", { kind })));
    expect(asked.filter((question) => question.startsWith("replicationSessions"))).toEqual([
      'replicationSessions "cdp" {"open":true}',
      'replicationSessions "snapshot" {"open":true}',
    ]);
  });

  it("VMs of one session are read once for all who watch it, and at its end in any case", async () => {
    const ended = many.map((one) => ({ ...one, state: "Stopped" as const }));
    const { em, asked } = emOf({
      replicationSessions: async () => [],
      replicationSession: async (_, id) => ended.find((one) => one.id === id) ?? expect.fail(),
      replicationTasks: async () => [],
    });
    const look = pollEm(em, begun);
    await Promise.all([...many, ...many].map((one) => look.sight(watchOf(one, "a"))));
    expect(vmsRead(asked)).toHaveLength(25);
  });
});
