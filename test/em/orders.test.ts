import { connect, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { FailoverPlan } from "../../src/em/types.ts";
import { taskThing } from "./em-things.ts";
import { DIALECTS } from "./em-writer.ts";
import {
  emAt,
  failureOf,
  heldTime,
  LOGON,
  listening,
  loggedOnAs,
  type Said,
  said,
  scriptedEm,
  TOKEN,
} from "./scripted-em.ts";

const plan: FailoverPlan = {
  id: "e7ca6822-a87f-443d-8aae-8005970543bf",
  name: "ABC Company Failover Plan",
  kind: "cloud",
  description: "",
  vms: [],
};
const START = "POST /api/cloud/cloudFailoverPlans";
const task = {
  id: "task-1",
  state: "Running",
  operation: "StartCloudFailoverPlan",
  sessions: [],
} as const;
const accepted = (): Said => ({ ...said("Task", taskThing(task)), status: 202 });
const latest = { points: "latest" } as const;
const refusedByEm = (status: number, message = "It cannot be done"): Said => ({
  ...said("Error", { Message: message, StatusCode: status }),
  status,
});

describe("an order to start a plan", () => {
  it.each(DIALECTS)("is answered with a receipt, in %s", async (dialect) => {
    const server = await scriptedEm({
      [LOGON]: () => loggedOnAs(TOKEN, dialect),
      [START]: () => ({ ...said("Task", taskThing(task), dialect), status: 202 }),
    });
    const em = emAt(server.url, { format: dialect === "xml" ? "xml" : "json" });
    expect((await em.startPlan(plan, latest)).task).toEqual(task);
  });

  it("goes to the plan's own address, with one of the two parameters, in XML and in its namespace", async () => {
    const server = await scriptedEm({ [START]: accepted });
    const em = emAt(server.url);
    await em.startPlan(plan, latest);
    await em.startPlan(plan, { points: "before", at: Date.UTC(2026, 2, 4, 5, 6, 7, 890) });
    const [now, before] = server.askedFor(START);
    expect(now?.path).toBe(`/api/cloud/cloudFailoverPlans/${plan.id}?action=start`);
    expect(now?.headers).toMatchObject({
      accept: "application/xml",
      "content-type": "application/xml",
    });
    expect(now?.body).toMatch(
      /<CloudFailoverPlanManagementSpec xmlns="http:\/\/www.veeam.com\/ent\/v1.0".*><StartNow>true<\/StartNow><\/Cloud/s,
    );
    expect(now?.body).not.toContain("StartDate");
    expect(before?.body).toContain("<StartDate>2026-03-04T05:06:07.890Z</StartDate>");
    expect(before?.body).not.toContain("StartNow");
  });

  it.each([
    ["JSON of 10 to 12", "StartNow", "StartDate"],
    ["JSON of 13", "startNow", "startDate"],
  ] as const)(
    "speaks %s in all three places, spelt as EM spells",
    async (dialect, startNow, startDate) => {
      const server = await scriptedEm({
        [LOGON]: () => loggedOnAs(TOKEN, dialect),
        [START]: () => ({ ...said("Task", taskThing(task), dialect), status: 202 }),
      });
      const em = emAt(server.url, { format: "json" });
      await em.startPlan(plan, latest);
      await em.startPlan(plan, { points: "before", at: 0 });
      const [now, before] = server.askedFor(START);
      expect(now?.headers).toMatchObject({
        accept: "application/json",
        "content-type": "application/json",
      });
      expect([now?.body, before?.body]).toEqual([
        `{"${startNow}":true}`,
        `{"${startDate}":"1970-01-01T00:00:00.000Z"}`,
      ]);
    },
  );

  it("falls back to XML in all three places for an EM that knows no JSON", async () => {
    const server = await scriptedEm({ [START]: accepted });
    await emAt(server.url, { format: "json" }).startPlan(plan, latest);
    expect(server.askedFor(START)[0]?.headers).toMatchObject({
      accept: "application/xml",
      "content-type": "application/xml",
    });
    expect(server.askedFor(START)[0]?.body).toContain("<StartNow>");
  });

  it("for an ordinary plan has another address and another root", async () => {
    const server = await scriptedEm({ "POST /api/failoverPlans": accepted });
    await emAt(server.url).startPlan({ ...plan, kind: "ordinary" }, latest);
    expect(server.askedFor("POST /api/failoverPlans")[0]?.body).toContain(
      "<FailoverPlanManagementSpec ",
    );
  });
});

describe("an order goes once", () => {
  const perhapsDone = async (answer: Said | "cut") => {
    const server = await scriptedEm({ [START]: () => answer });
    const error = await failureOf(emAt(server.url).startPlan(plan, latest));
    expect(server.askedFor(START)).toHaveLength(1);
    return `${error.failure}, ${error.perhapsDone ? "perhaps done" : "not done"}`;
  };

  it.each<[string, Said | "cut", string]>([
    ["is cut off", "cut", "unreachable, perhaps done"],
    ["fails at EM", { status: 500 }, "server-error, perhaps done"],
    ["meets an overloaded EM", { status: 503 }, "busy, perhaps done"],
    [
      "is answered with nonsense",
      { status: 202, body: "<html></html>" },
      "unreadable, perhaps done",
    ],
    [
      "is answered with another thing",
      { status: 200, body: "<Jobs/>" },
      "unreadable, perhaps done",
    ],
    [
      "is sent elsewhere",
      { status: 302, headers: { Location: "https://elsewhere.example/" } },
      "unreadable, perhaps done",
    ],
    ["is malformed to EM", refusedByEm(400), "rejected, not done"],
    ["is not allowed by EM", refusedByEm(403), "forbidden, not done"],
    ["names no plan of EM's", refusedByEm(404), "not-found, not done"],
    ["is in conflict to EM", refusedByEm(409), "rejected, not done"],
  ])("when it %s, it is not sent again, and is said to be …", async (_how, answer, expected) => {
    expect(await perhapsDone(answer)).toBe(expected);
  });

  it("when it is not answered in time, it is perhaps done", async () => {
    const time = heldTime();
    const server = await scriptedEm({
      [START]: () => {
        time.runOut();
        return "hang";
      },
    });
    const error = await failureOf(emAt(server.url).startPlan(plan, latest));
    expect([error.failure, error.perhapsDone]).toEqual(["timed-out", true]);
  });

  it("a logon that EM has forgotten is noticed and renewed before it is sent", async () => {
    const server = await scriptedEm({
      [LOGON]: (_, nth) => loggedOnAs(`${nth}`),
      "GET /api/logonSessions/": () => ({ status: 401 }),
      [START]: accepted,
    });
    await emAt(server.url).startPlan(plan, latest);
    expect(server.askedFor(START).map(({ headers }) => headers["x-restsvcsessionid"])).toEqual([
      "2",
    ]);
  });

  it("a 401 does not send it again, as what says so may have passed it on; what is asked next is in a fresh logon", async () => {
    const server = await scriptedEm({
      [LOGON]: (_, nth) => loggedOnAs(`${nth}`),
      [START]: () => ({ status: 401 }),
      "GET /api/cloud": () => said("CloudFailoverPlans", {}),
    });
    const em = emAt(server.url);
    const error = await failureOf(em.startPlan(plan, latest));
    expect([error.failure, error.perhapsDone]).toEqual(["unauthorized", true]);
    expect(server.askedFor(START)).toHaveLength(1);
    await em.plans("cloud");
    const [asked] = server.askedFor("GET /api/cloud");
    expect(asked?.headers["x-restsvcsessionid"]).toBe("2");
  });

  /** Whatever the status, only EM's own words with one of four of them are a refusal. */
  describe("whatever is answered", () => {
    const statuses = [
      204, 301, 302, 304, 307, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 415,
      418, 421, 422, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 507, 511, 520, 599,
    ];
    const lost = "There is no backup task with id [task-297] in current rest session";
    const bodies: Readonly<Record<string, (status: number) => Said>> = {
      "EM's error": refusedByEm,
      "EM's words on an unknown task": (status) => refusedByEm(status, lost),
      "EM's error of another status": (status) => ({ ...refusedByEm(418), status }),
      "an HTML page": (status) => ({ status, body: "<html><body>Blocked</body></html>" }),
      nothing: (status) => ({ status }),
      "EM's error, cut": (status) => ({
        status,
        body: String(refusedByEm(status).body).slice(0, 40),
      }),
      "somebody's JSON": (status) => ({ status, body: '{"error":"denied"}' }),
    };
    const cases = statuses.flatMap((status) =>
      Object.keys(bodies).map((body) => [status, body] as const),
    );

    it.each(cases)("%i with %s is a refusal only in EM's own words", async (status, body) => {
      const answer = bodies[body]?.(status) ?? expect.fail();
      const server = await scriptedEm({ [START]: () => answer });
      const error = await failureOf(emAt(server.url).startPlan(plan, latest));
      const byEm = body === "EM's error" || body === "EM's words on an unknown task";
      expect(error.perhapsDone).toBe(!(byEm && [400, 403, 404, 409].includes(status)));
      expect(server.askedFor(START)).toHaveLength(1);
    });
  });

  it("is surely not done where EM cannot be reached", async () => {
    const refusing = createServer();
    const url = await listening(refusing, "http");
    refusing.close();
    const error = await failureOf(emAt(url).startPlan(plan, latest));
    expect([error.failure, error.perhapsDone]).toEqual(["unreachable", false]);
  });

  it("is surely not done where EM goes away between the logon and the order", async () => {
    const server = await scriptedEm({ "GET /api/cloud": () => said("CloudFailoverPlans", {}) });
    const relay = relayTo(Number(new URL(server.url).port));
    const em = emAt(await listening(relay, "http"));
    await em.plans("cloud");
    relay.close();
    const error = await failureOf(em.startPlan(plan, latest));
    expect([error.failure, error.perhapsDone]).toEqual(["unreachable", false]);
    expect(server.askedFor(START)).toEqual([]);
  });

  it("is surely not done where EM takes the connection but never gets as far as trust", async () => {
    const time = heldTime();
    const silent = createServer((socket) => {
      socket.on("error", () => {});
      time.runOut();
    });
    const url = await listening(silent, "https");
    const error = await failureOf(emAt(url).startPlan(plan, latest));
    expect([error.failure, error.perhapsDone]).toEqual(["timed-out", false]);
  });

  it("is not sent at all once the caller has lost interest", async () => {
    const server = await scriptedEm({ [START]: accepted });
    const error = await failureOf(emAt(server.url).startPlan(plan, latest, AbortSignal.abort()));
    expect([error.failure, error.perhapsDone]).toEqual(["timed-out", false]);
    expect(server.askedFor(START)).toEqual([]);
  });

  it("is perhaps done when the caller loses interest after it was sent", async () => {
    const left = new AbortController();
    const server = await scriptedEm({
      [START]: () => {
        left.abort();
        return "hang";
      },
    });
    const error = await failureOf(emAt(server.url).startPlan(plan, latest, left.signal));
    expect([error.failure, error.perhapsDone]).toEqual(["timed-out", true]);
  });
});

/** Passes bytes on, and takes no new connection once it is closed. */
function relayTo(port: number) {
  return createServer((near: Socket) => {
    const far = connect(port, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => {});
  });
}
