import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { RequestInfo } from "../../src/em/exchange.ts";
import { allPages } from "../../src/em/paging.ts";
import type { FailoverSession, ReplicaPoint } from "../../src/em/types.ts";
import { linkOf, linksOf, pageThing, planThing, pointThing, sessionThing } from "./em-things.ts";
import { DIALECTS, listOf, type Thing } from "./em-writer.ts";
import {
  type Asked,
  emAt,
  failureOf,
  heldTime,
  LOGON,
  loggedOnAs,
  patientClock,
  type Said,
  said,
  scriptedEm,
  TOKEN,
} from "./scripted-em.ts";

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const QUERY = "GET /api/query?type=";
const HOUR = 3_600_000;
const SESSIONS = `${QUERY}CloudFailoverSession`;
const POINTS = `${QUERY}CloudVmReplicaPoint`;

const session = (number: number, more: Partial<FailoverSession> = {}): FailoverSession => ({
  id: idOf(number),
  name: "Berlin",
  createdAt: Date.UTC(2026, 0, 1) + number * 1_000,
  state: "Working",
  result: "None",
  progress: 0,
  vms: [],
  ...more,
});

const point = (number: number, vm: string): ReplicaPoint => ({
  id: idOf(number),
  name: `${vm}@x`,
  vm,
  createdAt: number * 1_000,
  type: "Snapshot",
  state: "Ready",
});

const SESSION_NAMES = ["CloudFailoverSessions", "CloudFailoverSession"] as const;
const POINT_NAMES = ["CloudVmReplicaPoints", "CloudVmReplicaPoint"] as const;
const pageOf = (sessions: readonly FailoverSession[], page = 1, pages = 1): Said =>
  said("QueryResult", pageThing(SESSION_NAMES, sessions.map(sessionThing), page, pages));

const query = (asked: Asked | undefined) => new URL(asked?.path ?? "/", "http://em").searchParams;
const numbers = (found: readonly { id: string }[]) => found.map(({ id }) => Number(id.slice(-12)));

describe("one thing by its id", () => {
  it.each(DIALECTS)("is asked for as an entity, and read from %s", async (dialect) => {
    const server = await scriptedEm({
      [LOGON]: () => loggedOnAs(TOKEN, dialect),
      "GET /api/cloud/failoverSessions/": () =>
        said("CloudFailoverSession", sessionThing(session(7)), dialect),
      "GET /api/cloud/vmReplicaPoints/": () =>
        said("CloudVmReplicaPoint", pointThing(point(8, "db")), dialect),
    });
    const em = emAt(server.url, { format: dialect === "xml" ? "xml" : "json" });
    expect(await em.session(idOf(7))).toEqual(session(7));
    expect(await em.point(idOf(8))).toEqual(point(8, "db"));
    expect(server.asked[1]?.path).toBe(`/api/cloud/failoverSessions/${idOf(7)}?format=Entity`);
    expect(server.asked[1]?.headers.accept).toBe(
      dialect === "xml" ? "application/xml" : "application/json",
    );
  });

  it("cannot lead to another address, whatever the id is", async () => {
    const server = await scriptedEm({});
    await failureOf(emAt(server.url).session("../../x?y=//elsewhere.example/#"));
    expect(server.asked.at(-1)?.path).toBe(
      "/api/cloud/failoverSessions/..%2F..%2Fx%3Fy%3D%2F%2Felsewhere.example%2F%23?format=Entity",
    );
  });

  it("a plan is found in its own kind's collection", async () => {
    const plan = { id: idOf(1), name: "SQL", kind: "ordinary", description: "d", vms: [] } as const;
    const server = await scriptedEm({
      "GET /api/failoverPlans/": () => said("FailoverPlan", planThing(plan)),
      "GET /api/failoverPlans?format=Entity": () =>
        said("FailoverPlans", { FailoverPlan: planThing(plan) }),
    });
    const em = emAt(server.url);
    expect(await em.plan("ordinary", plan.id)).toEqual(plan);
    expect(await em.plans("ordinary")).toEqual([plan]);
  });
});

describe("sessions by query", () => {
  it("are asked for with the filter, and those that EM's coarser comparison lets through are sorted out", async () => {
    const server = await scriptedEm({
      [SESSIONS]: () =>
        pageOf([
          session(5),
          session(4, { name: "BERLIN" }),
          session(3, { state: "Stopped" }),
          session(2, { state: "unknown:Postprocessing" }),
          session(1),
        ]),
    });
    const found = await emAt(server.url).sessions({
      open: true,
      planName: "Berlin",
      createdFrom: session(2).createdAt,
    });
    expect(numbers(found)).toEqual([5, 2]);
    expect(query(server.asked.at(-1)).get("filter")).toContain('Name=="Berlin"');
  });

  it("with a result other than the one asked for are sorted out", async () => {
    const server = await scriptedEm({
      [SESSIONS]: () => pageOf([session(2, { result: "Failed" }), session(1)]),
    });
    expect(numbers(await emAt(server.url).sessions({ result: "Failed" }))).toEqual([2]);
  });

  it("are read to the last page, each once, though new ones move the pages", async () => {
    const pages = [
      [5, 4],
      [4, 3],
      [2, 1],
    ];
    const server = await scriptedEm({
      [SESSIONS]: (asked) => {
        const page = Number(query(asked).get("page"));
        return pageOf(
          (pages[page - 1] ?? []).map((number) => session(number)),
          page,
          pages.length,
        );
      },
    });
    expect(numbers(await emAt(server.url).sessions({}))).toEqual([5, 4, 3, 2, 1]);
    expect(server.askedFor(SESSIONS)).toHaveLength(3);
  });

  it("are read no further than the limit", async () => {
    const server = await scriptedEm({
      [SESSIONS]: (_, nth) => pageOf([session(9 - nth * 2), session(8 - nth * 2)], nth, 100),
    });
    expect(numbers(await emAt(server.url).sessions({ limit: 3 }))).toEqual([7, 6, 5]);
    expect(server.askedFor(SESSIONS)).toHaveLength(2);
  });

  it("end where a page brings nothing new, whatever EM says of more pages", async () => {
    const server = await scriptedEm({ [SESSIONS]: () => pageOf([session(1)], 1, 1_000_000) });
    expect(numbers(await emAt(server.url).sessions({}))).toEqual([1]);
    expect(server.askedFor(SESSIONS)).toHaveLength(2);
  });

  it("are none where EM has none", async () => {
    const server = await scriptedEm({ [SESSIONS]: () => pageOf([]) });
    expect(await emAt(server.url).sessions({ open: true })).toEqual([]);
  });
});

describe("replica points by query", () => {
  it("of many VMs are asked for in several questions, and come newest first", async () => {
    const vms = Array.from({ length: 120 }, (_, n) => `production server ${n}`);
    const server = await scriptedEm({
      [POINTS]: (_, nth) => {
        const things = [point(nth, "a"), point(nth + 50, "b")].map(pointThing);
        return said("QueryResult", pageThing(POINT_NAMES, things));
      },
    });
    const found = await emAt(server.url).points({ vms, limit: 3 });
    const asked = server.askedFor(POINTS);
    expect(asked.length).toBeGreaterThan(2);
    expect(numbers(found)).toEqual([asked.length + 50, asked.length + 49, asked.length + 48]);
    for (const { path } of asked) expect(path.length).toBeLessThan(1_600);
  });

  it("of no VM are none, without asking", async () => {
    const server = await scriptedEm({});
    expect(await emAt(server.url).points({ vms: [] })).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it("in some states are asked for by these, and what EM shows besides is sorted out", async () => {
    const over: ReplicaPoint = { ...point(2, "a"), state: "Failover" };
    const server = await scriptedEm({
      [POINTS]: () =>
        said("QueryResult", pageThing(POINT_NAMES, [over, point(1, "b")].map(pointThing), 1, 1)),
    });
    const found = await emAt(server.url).points({ states: ["Failover", "Failback"] });
    expect(numbers(found)).toEqual([2]);
    expect(query(server.asked.at(-1)).get("filter")).toBe("(State==Failover,State==Failback)");
  });

  it("are read in large pages, several at once, and no further than is enough", async () => {
    const server = await scriptedEm({
      [POINTS]: (asked) => {
        const page = Number(query(asked).get("page"));
        return said(
          "QueryResult",
          pageThing(POINT_NAMES, [pointThing(point(100 - page, "a"))], page, 30),
        );
      },
    });
    const enough = (found: readonly ReplicaPoint[]) => found.length >= 3;
    const found = await emAt(server.url).points({ enough });
    expect(numbers(found)).toEqual([99, 98, 97, 96, 95]);
    const asked = server.askedFor(POINTS).map((one) => query(one).get("pageSize"));
    expect(asked).toEqual(["1500", "1500", "1500", "1500", "1500"]);
  });

  it("are read in smaller pages where EM refuses large ones", async () => {
    const server = await scriptedEm({
      [POINTS]: (asked) =>
        query(asked).get("pageSize") === "100"
          ? said("QueryResult", pageThing(POINT_NAMES, [pointThing(point(1, "a"))], 1, 1))
          : { status: 400, body: "{}" },
    });
    expect(numbers(await emAt(server.url).points({ vms: ["a"] }))).toEqual([1]);
  });
});

describe("the estate", () => {
  const discovery = said("EnterpriseManager", {
    SupportedVersions: listOf("SupportedVersion", [
      { "@Name": "v1_7", Links: linksOf(linkOf("Create", "/sessionMngr/?v=v1_7")) },
    ]),
  });
  const servers: Thing = {
    BackupServer: { "@Name": "srv", "@UID": `urn:veeam:BackupServer:${idOf(1)}`, Description: "d" },
  };
  const script = {
    "GET /api/": () => discovery,
    "GET /api/backupServers": () => said("BackupServers", servers),
  };

  it("shows versions, backup servers and, by the logon's links, whether there are cloud plans", async () => {
    const plain = await scriptedEm(script);
    const provider = await scriptedEm({
      ...script,
      [LOGON]: () => loggedOnAs(TOKEN, "xml", "CloudConnectService"),
    });
    const estate = await emAt(plain.url).estate();
    expect(estate).toEqual({
      versions: ["v1_7"],
      cloud: false,
      backupServers: [{ id: idOf(1), name: "srv", description: "d" }],
      answeredInMs: expect.any(Number),
    });
    expect((await emAt(provider.url).estate()).cloud).toBe(true);
  });

  it("discovery needs no logon, and shows none", async () => {
    const server = await scriptedEm(script);
    await emAt(server.url).estate();
    expect(
      server.asked.find(({ path }) => path === "/api/")?.headers["x-restsvcsessionid"],
    ).toBeUndefined();
  });
});

describe("a question whose failure may pass is asked again", () => {
  const fine = said("CloudFailoverPlans", {});
  const PLANS = "GET /api/cloud/cloudFailoverPlans";

  it.each<[string, Said | "cut", number]>([
    ["a connection that was cut", "cut", 3],
    ["an overloaded EM", { status: 503 }, 3],
    ["an EM that failed", { status: 500 }, 3],
    ["a malformed question", { status: 400 }, 1],
    ["a missing right", { status: 403 }, 1],
    ["a thing that is not there", { status: 404 }, 1],
    ["an answer that makes no sense", { body: "<html></html>" }, 1],
  ])("after %s", async (_what, answer, times) => {
    const server = await scriptedEm({ [PLANS]: () => answer });
    await failureOf(emAt(server.url).plans("cloud"));
    expect(server.askedFor(PLANS)).toHaveLength(times);
  });

  it("and its answer then counts; the pauses grow and are never quite the same", async () => {
    const clock = patientClock();
    const server = await scriptedEm({ [PLANS]: (_, nth) => (nth < 3 ? { status: 503 } : fine) });
    expect(await emAt(server.url, { clock }).plans("cloud")).toEqual([]);
    const [first = 0, second = 0] = clock.slept;
    expect(first).toBeGreaterThanOrEqual(250);
    expect(first).toBeLessThanOrEqual(375);
    expect(second).toBeGreaterThanOrEqual(500);
  });

  it("with the logon as well, if that is what failed", async () => {
    const server = await scriptedEm({
      [LOGON]: (_, nth) => (nth === 1 ? "cut" : loggedOnAs(TOKEN)),
      [PLANS]: () => fine,
    });
    expect(await emAt(server.url).plans("cloud")).toEqual([]);
  });

  it.each([408, 425, 429, 503])(
    "after a %i, not before EM's Retry-After is over",
    async (status) => {
      const clock = patientClock();
      const pauses: number[] = [];
      const sleep = async (ms: number) => void pauses.push(ms);
      const server = await scriptedEm({
        [PLANS]: (_, nth) =>
          nth === 1 ? { status, headers: { "Retry-After": "7" } } : said("CloudFailoverPlans", {}),
      });
      expect(await emAt(server.url, { clock: { ...clock, sleep } }).plans("cloud")).toEqual([]);
      expect(pauses).toHaveLength(1);
      expect(pauses[0]).toBeGreaterThanOrEqual(7000);
    },
  );

  it("but not when the pause before is cut short", async () => {
    const clock = { ...patientClock(), sleep: () => Promise.reject(new Error("called off")) };
    const server = await scriptedEm({ [PLANS]: () => ({ status: 503 }) });
    expect((await failureOf(emAt(server.url, { clock }).plans("cloud"))).failure).toBe("busy");
    expect(server.askedFor(PLANS)).toHaveLength(1);
  });

  it("but not once the caller has lost interest", async () => {
    const left = new AbortController();
    const server = await scriptedEm({
      [PLANS]: () => {
        left.abort();
        return { status: 503 };
      },
    });
    expect((await failureOf(emAt(server.url).plans("cloud", left.signal))).failure).toMatch(
      /timed-out|busy/,
    );
    expect(server.askedFor(PLANS)).toHaveLength(1);
  });

  it("and the whole of it ends in time", async () => {
    const time = heldTime();
    const server = await scriptedEm({
      [PLANS]: () => {
        time.runOut();
        return "hang";
      },
    });
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(error.failure).toBe("timed-out");
    expect(server.askedFor(PLANS)).toHaveLength(1);
  });
});

describe("VMs of replication sessions", () => {
  const task = {
    "@Name": "db@x",
    "@UID": `urn:veeam:ReplicaTaskSession:${idOf(3)}`,
    "@VmDisplayName": "db",
    CreationTimeUTC: new Date(0),
    State: "InProgress",
    Reason: "",
    TotalSize: 64_424_509_440,
  };
  const read = {
    id: idOf(3),
    name: "db@x",
    kind: "snapshot",
    vm: "db",
    createdAt: 0,
    state: "InProgress",
    result: "None",
    totalBytes: 64_424_509_440,
  };
  const sessionWith = (address: string) =>
    said("ReplicaJobSession", {
      Links: linksOf(
        linkOf("Down", `/replicaSessions/${idOf(2)}/${address}`, "ReplicaTaskSessionReferenceList"),
      ),
    });

  it.each(["replicaTaskSessions", "repicaTaskSessions"])(
    "are read through the session's own link, though it says %s",
    async (address) => {
      const server = await scriptedEm({
        "GET /api/replicaSessions/": () => sessionWith(address),
        [`GET /api/replicaSessions/${idOf(2)}/${address}?format=Entity`]: () =>
          said("ReplicaTaskSessions", { ReplicaTaskSession: task }),
      });
      expect(await emAt(server.url).replicationTasks("snapshot", idOf(2))).toEqual([read]);
    },
  );

  it("are asked for without the session, once its link is known", async () => {
    const server = await scriptedEm({
      "GET /api/replicaSessions/": () => sessionWith("replicaTaskSessions"),
      [`GET /api/replicaSessions/${idOf(2)}/replicaTaskSessions?format=Entity`]: () =>
        said("ReplicaTaskSessions", { ReplicaTaskSession: task }),
    });
    const em = emAt(server.url);
    await em.replicationTasks("snapshot", idOf(2));
    const before = server.asked.length;
    expect(await em.replicationTasks("snapshot", idOf(2))).toEqual([read]);
    expect(server.asked.length - before).toBe(1);
  });

  it.each(["replicaTaskSessions", "repicaTaskSessions"])(
    "are found one by one where EM knows only %s",
    async (address) => {
      const server = await scriptedEm({
        [`GET /api/${address}/`]: () => said("ReplicaTaskSession", task),
      });
      expect(await emAt(server.url).replicationTask("snapshot", idOf(3))).toEqual(read);
    },
  );

  it("are not found where EM knows none", async () => {
    const server = await scriptedEm({});
    const em = emAt(server.url);
    expect((await failureOf(em.replicationTask("snapshot", idOf(3)))).failure).toBe("not-found");
    expect((await failureOf(em.replicationTask("cdp", idOf(3)))).failure).toBe("not-found");
  });
});

describe("a proxy in the environment", () => {
  it("does not get EM's password", async () => {
    const proxy = await scriptedEm({});
    const server = await scriptedEm({ "GET /api/cloud": () => said("CloudFailoverPlans", {}) });
    for (const name of ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"])
      vi.stubEnv(name, proxy.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await emAt(server.url).plans("cloud")).toEqual([]);
    expect(proxy.asked).toEqual([]);
  });
});

describe("EM's clock", () => {
  it("is known by the date of its last answer", async () => {
    const ahead = new Date(Date.UTC(2026, 0, 1) + 90_000).toUTCString();
    const server = await scriptedEm({
      [LOGON]: () => ({
        ...loggedOnAs(TOKEN),
        headers: { ...loggedOnAs(TOKEN).headers, Date: ahead },
      }),
      "GET /api/": () => ({ ...said("CloudFailoverPlans", {}), headers: { Date: ahead } }),
    });
    const em = emAt(server.url);
    expect(em.clockOffsetMs).toBe(0);
    await em.plans("cloud");
    expect(em.clockOffsetMs).toBe(90_000);
  });

  const NOW = Date.UTC(2026, 0, 1);
  /** The same answer, by a clock that is so much ahead of ours. */
  const dated = (answer: Said, aheadMs: number): Said => ({
    ...answer,
    headers: { ...answer.headers, Date: new Date(NOW + aheadMs).toUTCString() },
  });

  it("is left behind where answers come in, and meant where questions go out, the first one too", async () => {
    const start = "POST /api/cloud/cloudFailoverPlans";
    const server = await scriptedEm({
      [LOGON]: () => dated(loggedOnAs(TOKEN), 600_000),
      [SESSIONS]: () => dated(pageOf([session(1, { createdAt: NOW + 540_000 })]), 600_000),
      [start]: () => dated({ status: 500 }, 600_000),
    });
    const em = emAt(server.url);
    const [found] = await em.sessions({ createdFrom: NOW - 60_000 });
    expect(found?.createdAt).toBe(NOW - 60_000);
    expect(query(server.asked.at(-1)).get("filter")).toContain("2026-01-01T00:09:00Z");
    const plan = { id: idOf(1), name: "SQL", kind: "cloud", description: "", vms: [] } as const;
    await failureOf(em.startPlan(plan, { points: "before", at: NOW }));
    expect(server.askedFor(start)[0]?.body).toContain("2026-01-01T00:10:00.000Z");
  });

  it("gives a moment the same time at each look, though its seconds come cut", async () => {
    const server = await scriptedEm({
      [LOGON]: () => dated(loggedOnAs(TOKEN), 600_000),
      [SESSIONS]: (_, nth) => dated(pageOf([session(1)]), 600_000 + (nth % 2) * 1000),
    });
    const em = emAt(server.url);
    const [first] = await em.sessions({});
    expect(await em.sessions({})).toEqual([first]);
    expect(em.clockOffsetMs).toBe(600_000);
  });

  it("is not that of a proxy which answers in EM's place", async () => {
    const server = await scriptedEm({
      [LOGON]: () => dated(loggedOnAs(TOKEN), 0),
      [SESSIONS]: () => dated({ status: 403, body: "<html>Forbidden</html>" }, HOUR),
    });
    const em = emAt(server.url);
    await failureOf(em.sessions({}));
    expect(em.clockOffsetMs).toBe(0);
  });
});

describe("figures", () => {
  it("tell of each request its method, what it was about, how long it took and how it ended", async () => {
    const infos: RequestInfo[] = [];
    const server = await scriptedEm({ [SESSIONS]: () => ({ status: 403 }) });
    const em = emAt(server.url, { onRequest: (info) => infos.push(info) });
    await failureOf(em.sessions({}));
    await em.close();
    expect(infos).toEqual([
      { method: "POST", route: "logon", ms: expect.any(Number), outcome: "ok" },
      { method: "GET", route: "sessions", ms: expect.any(Number), outcome: "forbidden" },
      { method: "GET", route: "sessions", ms: expect.any(Number), outcome: "not-found" },
      { method: "DELETE", route: "logoff", ms: expect.any(Number), outcome: "ok" },
    ]);
  });
});

describe("links of EM's lead to the configured origin alone", () => {
  it("though EM, or somebody in its place, names another host", async () => {
    const elsewhere = await scriptedEm({});
    const logon = (): Said => {
      const own = loggedOnAs(TOKEN);
      return {
        ...own,
        body: String(own.body).replaceAll(
          "https:&#x2F;&#x2F;em.inside.example:9398",
          elsewhere.url,
        ),
      };
    };
    const server = await scriptedEm({
      [LOGON]: logon,
      "GET /api/cloud": () => said("CloudFailoverPlans", {}),
    });
    const em = emAt(server.url);
    await em.plans("cloud");
    await em.close();
    expect(server.askedFor("DELETE /api/logonSessions")).toHaveLength(1);
    expect(elsewhere.asked).toEqual([]);
  });

  it("and no redirection is followed", async () => {
    const elsewhere = await scriptedEm({});
    const server = await scriptedEm({
      "GET /api/cloud": () => ({ status: 302, headers: { Location: `${elsewhere.url}/login` } }),
    });
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(error.failure).toBe("unreadable");
    expect(error.message).toContain("EM_URL");
    expect(elsewhere.asked).toEqual([]);
  });
});

describe("pages that overlap", () => {
  it("give each thing once, however they overlap", async () => {
    const layouts = fc.array(
      fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(layouts, async (layout) => {
        const fresh = layout.map((page, at) => [...page, 100 + at]);
        const ask = async (page: number) => ({
          things: (fresh[page - 1] ?? []).map((n) => session(n)),
          pages: fresh.length,
        });
        const expected = [...new Set(fresh.flat())].sort((a, b) => b - a);
        expect(numbers(await allPages(ask, { wanted: () => true }))).toEqual(expected);
        expect(numbers(await allPages(ask, { wanted: () => true, limit: 2 })).length).toBe(
          Math.min(2, expected.length),
        );
      }),
    );
  });
});
