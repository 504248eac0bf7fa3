import { describe, expect, it } from "vitest";
import { fakeClock } from "../fakes/clock.ts";
import { taskThing } from "./em-things.ts";
import {
  emAt,
  failureOf,
  LOGON,
  LOGON_ID,
  loggedOnAs,
  PASSWORD,
  said,
  scriptedEm,
  TOKEN,
} from "./scripted-em.ts";

const NO_PLANS = said("CloudFailoverPlans", {});
const PLANS = "GET /api/cloud/cloudFailoverPlans";
const LOGOFF = "DELETE /api/logonSessions";

const runningTask = said(
  "Task",
  taskThing({ id: "task-1", state: "Running", operation: "X", sessions: [] }),
);
const berlin = {
  id: "e7ca6822-a87f-443d-8aae-8005970543bf",
  name: "Berlin",
  kind: "cloud",
  description: "",
  vms: [],
} as const;

/** Knows logons by the number in their token, and only those from `from` on. */
const onlyFrom =
  (from: number, answer = NO_PLANS) =>
  (asked: { headers: NodeJS.Dict<string | string[]> }) =>
    Number(asked.headers["x-restsvcsessionid"]) >= from ? answer : { status: 401 };
const numbered = { [LOGON]: (_: unknown, nth: number) => loggedOnAs(`${nth}`) };

describe("logging on", () => {
  it("sends the user and the password once, with an empty body, and from then on the token alone", async () => {
    const server = await scriptedEm({ [PLANS]: () => NO_PLANS });
    await emAt(server.url).plans("cloud");
    const [logon, plans] = server.asked;
    expect(logon?.path).toBe("/api/sessionMngr/?v=latest");
    expect(logon?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`DOM\\bot:${PASSWORD}`).toString("base64")}`,
      "content-length": "0",
      accept: "application/xml",
    });
    expect(logon?.headers["content-type"]).toBeUndefined();
    expect(plans?.headers["x-restsvcsessionid"]).toBe(TOKEN);
    expect(plans?.headers.authorization).toBeUndefined();
    expect(plans?.headers.cookie).toBeUndefined();
  });

  it("keeps no cookie, because EM would prefer it to the token", async () => {
    const withCookie = () => ({
      ...loggedOnAs(TOKEN),
      headers: { "X-RestSvcSessionId": TOKEN, "Set-Cookie": `X-RestSvcSessionId=${TOKEN}` },
    });
    const server = await scriptedEm({ [LOGON]: withCookie, [PLANS]: () => NO_PLANS });
    await emAt(server.url).plans("cloud");
    expect(server.asked.at(-1)?.headers.cookie).toBeUndefined();
  });

  it("is shared by all who ask at once", async () => {
    const server = await scriptedEm({ [PLANS]: () => NO_PLANS });
    const em = emAt(server.url);
    await Promise.all(Array.from({ length: 6 }, () => em.plans("cloud")));
    expect(server.askedFor(LOGON)).toHaveLength(1);
    expect(server.askedFor(PLANS)).toHaveLength(6);
  });

  it("goes on for the others when one of them leaves", async () => {
    const left = new AbortController();
    const hanging = Promise.withResolvers<void>();
    const server = await scriptedEm({
      [LOGON]: () => {
        left.abort();
        hanging.resolve();
        return loggedOnAs(TOKEN);
      },
      [PLANS]: () => NO_PLANS,
    });
    const em = emAt(server.url);
    const leaving = failureOf(em.plans("cloud", left.signal));
    const staying = em.plans("cloud");
    expect((await leaving).failure).toBe("timed-out");
    expect(await staying).toEqual([]);
    expect(server.askedFor(LOGON)).toHaveLength(1);
  });

  it("is renewed once, unseen, when EM no longer knows it, whoever notices it first", async () => {
    const server = await scriptedEm({ ...numbered, [PLANS]: onlyFrom(2) });
    const em = emAt(server.url);
    const all = await Promise.all([em.plans("cloud"), em.plans("cloud"), em.plans("cloud")]);
    expect(all).toEqual([[], [], []]);
    expect(server.askedFor(LOGON)).toHaveLength(2);
  });

  it("is not renewed forever: a second 401 is the account's fault", async () => {
    const server = await scriptedEm({ [PLANS]: () => ({ status: 401 }) });
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(error.failure).toBe("unauthorized");
    expect(error.message).toContain("EM_USERNAME");
    expect(server.askedFor(LOGON)).toHaveLength(2);
  });

  it("with a refused password names both settings, and waits before it tries again, so that the account is not locked", async () => {
    const clock = fakeClock();
    const server = await scriptedEm({
      [LOGON]: () => ({ status: 401, headers: { "WWW-Authenticate": "Basic Realm=RestSvc" } }),
    });
    const em = emAt(server.url, { clock });
    const error = await failureOf(em.plans("cloud"));
    expect(error.failure).toBe("unauthorized");
    expect(error.message).toMatch(/EM_USERNAME.*EM_PASSWORD/);
    await failureOf(em.plans("cloud"));
    expect(server.askedFor(LOGON)).toHaveLength(1);
    clock.advance(30_000);
    await failureOf(em.plans("cloud"));
    expect(server.askedFor(LOGON)).toHaveLength(2);
  });

  it("without a token in the answer says what is missing", async () => {
    const server = await scriptedEm({ [LOGON]: () => ({ ...loggedOnAs(TOKEN), headers: {} }) });
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(error.failure).toBe("unreadable");
    expect(error.message).toContain("X-RestSvcSessionId");
  });

  it("at an address without an EM says where EM is", async () => {
    const server = await scriptedEm({
      [LOGON]: () => ({ status: 404, body: "<html>nothing here</html>" }),
    });
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(error.failure).toBe("not-found");
    expect(error.message).toContain("9398");
  });
});

describe("logging off", () => {
  it("ends our own logon by its own id, at the configured origin", async () => {
    const server = await scriptedEm({ [PLANS]: () => NO_PLANS });
    const em = emAt(server.url);
    await em.plans("cloud");
    await em.close();
    const [logoff] = server.askedFor(LOGOFF);
    expect(logoff?.path).toBe(`/api/logonSessions/${LOGON_ID}`);
    expect(logoff?.headers["x-restsvcsessionid"]).toBe(TOKEN);
  });

  it("is left undone where the logon is kept, and where there is none", async () => {
    const server = await scriptedEm({ [PLANS]: () => NO_PLANS });
    const em = emAt(server.url);
    await em.plans("cloud");
    await em.close({ keepLogon: true });
    await emAt(server.url).close();
    expect(server.askedFor(LOGOFF)).toEqual([]);
  });

  it("waits for a logon that is being made", async () => {
    const server = await scriptedEm({ [PLANS]: () => NO_PLANS });
    const em = emAt(server.url);
    const plans = em.plans("cloud").catch(() => []);
    await em.close();
    await plans;
    expect(server.askedFor(LOGOFF)).toHaveLength(1);
  });

  it("never fails, and nothing is asked afterwards", async () => {
    const server = await scriptedEm({ [PLANS]: () => NO_PLANS, [LOGOFF]: () => "cut" });
    const em = emAt(server.url);
    await em.plans("cloud");
    await em.close();
    await em.close();
    expect((await failureOf(em.plans("cloud"))).message).toContain("closed");
    expect(server.askedFor(PLANS)).toHaveLength(1);
  });
});

describe("a task is read in its own logon or not at all", () => {
  const script = { ...numbered, "POST /api/cloud": () => ({ ...runningTask, status: 202 }) };

  it("in the logon of its receipt", async () => {
    const server = await scriptedEm({ ...script, "GET /api/tasks/task-1": () => runningTask });
    const em = emAt(server.url);
    const { task, logon } = await em.startPlan(berlin, { points: "latest" });
    expect(await em.task(task.id, logon)).toEqual(task);
  });

  it("a receipt's logon is a word of ours: neither EM's id nor the token", async () => {
    const server = await scriptedEm({ ...script, [LOGON]: () => loggedOnAs(TOKEN) });
    const { logon } = await emAt(server.url).startPlan(berlin, { points: "latest" });
    expect(logon).toMatch(/^[0-9a-f-]{36}$/);
    for (const secret of [TOKEN, LOGON_ID]) expect(logon).not.toContain(secret);
  });

  it("of another logon is not found, without asking EM", async () => {
    const server = await scriptedEm({ ...script, [PLANS]: onlyFrom(2) });
    const em = emAt(server.url);
    const { task, logon } = await em.startPlan(berlin, { points: "latest" });
    await em.plans("cloud");
    expect((await failureOf(em.task(task.id, logon))).failure).toBe("not-found");
    expect((await failureOf(emAt(server.url).task(task.id, logon))).failure).toBe("not-found");
    expect(server.askedFor("GET /api/tasks")).toEqual([]);
  });

  it("is lost when EM no longer knows the logon; other questions log on again", async () => {
    const server = await scriptedEm({
      ...script,
      "GET /api/tasks": () => ({ status: 401 }),
      [PLANS]: onlyFrom(2),
    });
    const em = emAt(server.url);
    const { task, logon } = await em.startPlan(berlin, { points: "latest" });
    expect((await failureOf(em.task(task.id, logon))).failure).toBe("not-found");
    expect(await em.plans("cloud")).toEqual([]);
    expect(server.askedFor(LOGON)).toHaveLength(2);
  });

  it("is lost where EM says so with a 500 of its own", async () => {
    const gone = said("Error", {
      "@Message": "There is no backup task with id [task-1] in current rest session",
      "@StatusCode": 500,
    });
    const server = await scriptedEm({
      ...script,
      "GET /api/tasks": () => ({ ...gone, status: 500 }),
    });
    const em = emAt(server.url);
    const { task, logon } = await em.startPlan(berlin, { points: "latest" });
    expect((await failureOf(em.task(task.id, logon))).failure).toBe("not-found");
    expect(server.askedFor("GET /api/tasks")).toHaveLength(1);
  });
});
