import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import {
  backupServersReading,
  type Decoder,
  discoveryReading,
  logonReading,
  planReading,
  plansReading,
  pointReading,
  pointsReading,
  refusalIn,
  sessionReading,
  sessionsReading,
  taskReading,
} from "../../src/em/decode.ts";
import { piecesOf } from "../../src/em/pieces.ts";
import { type ReadBefore, readList, readPage } from "../../src/em/read-page.ts";
import type {
  FailoverPlan,
  FailoverSession,
  PlanKind,
  Ref,
  ReplicaPoint,
  Task,
  VmTask,
} from "../../src/em/types.ts";
import { BodyError, parseBody } from "../../src/em/wire.ts";
import {
  linkOf,
  linksOf,
  pageThing,
  planThing,
  pointThing,
  sessionThing,
  taskThing,
} from "./em-things.ts";
import { DIALECTS, type Dialect, JSON_DIALECTS, listOf, type Thing, write } from "./em-writer.ts";

const ID = "4347c445-c6a7-418a-877c-9d39b77a8933";
const OTHER_ID = "262824bd-525f-41b6-89c6-ec1b8cb703b3";

const understood = <T>(reading: Decoder<T>, body: string) => reading.read(parseBody(body));
const asXml = (body: string) => `<?xml version="1.0"?>${body}`;

// Anything that XML can carry: names are EM users' own text.
const legal = (text: string) =>
  text.toWellFormed().replace(/[^\t\n\r\x20-\uFFFD]|[\uD800-\uDFFF]/g, "?");
const anyText = fc.string({ unit: "binary", maxLength: 30 }).map(legal);
const name = anyText.map((text) => `n${text}`);
const remark = anyText.map((text) => `because ${text}`);
const at = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2090, 0) });
const id = fc.uuid();
const ref = fc.record({ id, name });
const words = <W extends string>(...known: readonly W[]) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: unknownWord },
  );
const unknownWord = fc.stringMatching(/^X[a-z]{2,8}$/).map((word) => `unknown:${word}` as const);
const perhaps = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });

const progress = {
  state: words("Starting", "Working", "Stopping", "Stopped"),
  result: words("None", "Success", "Warning", "Failed"),
  progress: fc.integer({ min: 0, max: 100 }),
  endedAt: perhaps(at),
  failureMessage: perhaps(remark),
};

const anyVmTask: fc.Arbitrary<VmTask> = fc.record({
  vm: anyText,
  point: perhaps(ref),
  createdAt: perhaps(at),
  ...progress,
});
const anySession: fc.Arbitrary<FailoverSession> = fc.record({
  id,
  name,
  backupServer: perhaps(ref),
  createdAt: at,
  ...progress,
  vms: fc.array(anyVmTask, { maxLength: 4 }),
});

const anyVms = fc
  .array(ref, { maxLength: 4 })
  .map((vms) => vms.map((vm, order) => ({ ...vm, order })));
const ofPlan = { id, name, description: anyText, backupServer: perhaps(ref), vms: anyVms };
const anyPlan: fc.Arbitrary<FailoverPlan> = fc.oneof(
  fc.record({ kind: fc.constant<PlanKind>("ordinary"), ...ofPlan }),
  fc.record({
    kind: fc.constant<PlanKind>("cloud"),
    ...ofPlan,
    tenant: perhaps(ref),
    commandBefore: perhaps(remark),
    commandAfter: perhaps(remark),
  }),
);

const anyTask: fc.Arbitrary<Task> = fc.record({
  id: fc.nat().map((number) => `task-${number}`),
  state: words("Running", "OperationFinished", "Finished"),
  operation: fc.constantFrom("StartCloudFailoverPlan", "UndoCloudFailoverPlan"),
  sessions: fc.array(ref, { maxLength: 2 }),
  result: perhaps(
    fc.record({
      success: fc.boolean(),
      message: perhaps(remark),
      confirmationNeeded: fc.boolean(),
      credentialsNeeded: fc.boolean(),
    }),
  ),
});

const anyPoint: fc.Arbitrary<ReplicaPoint> = fc.record({
  id,
  name,
  vm: name,
  createdAt: at,
  type: words("CDP", "Full", "ReverseIncrement", "Increment", "Snapshot"),
  state: words("Unknown", "Ready", "Failover", "Failback", "PermanentFailover"),
  replica: perhaps(ref),
  backupServer: perhaps(ref),
});

/** One thing, written in every dialect, is read as that thing from each. */
function readsTheSame<T>(
  any: fc.Arbitrary<T>,
  root: (thing: T) => string,
  written: (thing: T) => Thing,
  reading: (thing: T) => Decoder<T>,
) {
  const property = fc.property(any, fc.constantFrom(...DIALECTS), (thing, dialect) => {
    expect(understood(reading(thing), write(root(thing), written(thing), dialect))).toEqual(thing);
  });
  fc.assert(property, { numRuns: 400 });
}

describe("one thing means the same in XML and in all three dialects of JSON", () => {
  it("a cloud failover session", () => {
    readsTheSame(
      anySession,
      () => "CloudFailoverSession",
      sessionThing,
      () => sessionReading,
    );
  });

  it("a failover plan, of a tenant or of the site's own", () => {
    const root = (plan: FailoverPlan) =>
      plan.kind === "cloud" ? "CloudFailoverPlan" : "FailoverPlan";
    readsTheSame(
      anyPlan,
      root,
      (plan) => planThing(plan),
      (plan) => planReading[plan.kind],
    );
  });

  it("a task", () => {
    readsTheSame(
      anyTask,
      () => "Task",
      taskThing,
      () => taskReading,
    );
  });

  it("a cloud replica point", () => {
    readsTheSame(
      anyPoint,
      () => "CloudVmReplicaPoint",
      pointThing,
      () => pointReading,
    );
  });

  it("a page of sessions, read as a whole or in pieces", async () => {
    const property = fc.asyncProperty(
      fc.array(anySession, { maxLength: 3 }),
      fc.constantFrom(...DIALECTS),
      async (sessions, dialect) => {
        const body = pageOf(sessions, dialect);
        const expected = { things: sessions, pages: 7 };
        expect(understood(sessionsReading, body)).toEqual(expected);
        const pieces = piecesOf(body, sessionsReading);
        if (sessions.length > 0) expect(pieces?.entities).toHaveLength(sessions.length);
        expect(await readPage(body, sessionsReading, systemClock.turn())).toEqual(expected);
      },
    );
    await fc.assert(property);
  });

  it("a page of sessions of which some VMs are other than before", async () => {
    const property = fc.asyncProperty(
      anySession,
      anySession,
      fc.constantFrom(...DIALECTS),
      async (before, other, dialect) => {
        const now = { ...other, id: before.id, vms: [...other.vms, ...before.vms] };
        const known: ReadBefore<FailoverSession> = new Map();
        const read = (session: FailoverSession) =>
          readPage(pageOf([session], dialect), sessionsReading, systemClock.turn(), known);
        const first = await read(before);
        const then = await read(now);
        expect(then.things).toEqual([now]);
        const kept = then.things[0]?.vms.filter((vm) => first.things[0]?.vms.includes(vm)) ?? [];
        expect(kept.length).toBeGreaterThanOrEqual(before.vms.length);
      },
    );
    await fc.assert(property);
  });

  it("a collection of plans, read as a whole or in pieces", async () => {
    const clouds = anyPlan.filter((plan) => plan.kind === "cloud");
    const property = fc.asyncProperty(
      fc.array(clouds, { maxLength: 3 }),
      fc.constantFrom(...DIALECTS),
      fc.boolean(),
      async (plans, dialect, doubled) => {
        const things = plans.map((plan) => planThing(plan));
        const body = collection("CloudFailoverPlan", things, dialect, doubled);
        expect(understood(plansReading.cloud, body)).toEqual(plans);
        const pieces = piecesOf(body, plansReading.cloud);
        if (plans.length > 0) expect(pieces?.entities).toHaveLength(plans.length);
        expect(await readList(body, plansReading.cloud, systemClock.turn())).toEqual(plans);
      },
    );
    await fc.assert(property);
  });
});

const pageOf = (sessions: readonly FailoverSession[], dialect: Dialect) =>
  write(
    "QueryResult",
    pageThing(["CloudFailoverSessions", "CloudFailoverSession"], sessions.map(sessionThing), 2, 7),
    dialect,
  );

/** XML has the items right under the root; JSON in an array of the root's name, doubled or not. */
function collection(
  element: string,
  things: readonly Thing[],
  dialect: (typeof DIALECTS)[number],
  doubled: boolean,
): string {
  const root = `${element}s`;
  if (dialect !== "xml")
    return write("", { [root]: listOf(element, things, doubled ? root : undefined) }, dialect);
  const whole = write("Box", { [root]: listOf(element, things) }, "xml");
  return whole.replace(/^.*<Box[^>]*>/s, "").replace(/<\/Box>\s*$/, "");
}

const running = (vms = "<CloudFailoverTasks />", more = "") =>
  asXml(`<CloudFailoverSession xmlns="http://www.veeam.com/ent/v1.0" Name="Berlin" UID="urn:veeam:CloudFailoverSession:${ID}">
    <CreationTimeUTC>2026-03-04T05:06:07.5Z</CreationTimeUTC><State>Working</State>${more}${vms}</CloudFailoverSession>`);

describe("what EM leaves out, writes oddly or says in words of its own", () => {
  it("a session without result, progress and VM tasks has none of them yet", () => {
    const session = understood(sessionReading, running(""));
    expect(session).toEqual({
      id: ID,
      name: "Berlin",
      createdAt: Date.UTC(2026, 2, 4, 5, 6, 7, 500),
      state: "Working",
      result: "None",
      progress: 0,
      vms: [],
    });
    expect(Object.keys(session)).not.toContain("endedAt");
  });

  it("an end in 1753, an empty one and an xsi:nil one are no end", () => {
    const ends = [
      "<EndTimeUTC>1753-01-01T00:00:00Z</EndTimeUTC>",
      "<EndTimeUTC />",
      '<EndTimeUTC xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" />',
    ];
    for (const end of ends)
      expect(understood(sessionReading, running("", end)).endedAt).toBeUndefined();
  });

  it("a word in another case is our word, and an unknown one is kept", () => {
    const odd = running("", "<Result>wArNiNg</Result>").replace("Working", "Postprocessing");
    expect(understood(sessionReading, odd)).toMatchObject({
      state: "unknown:Postprocessing",
      result: "Warning",
    });
  });

  it("a failure message of blanks is none, and progress beyond 100 is 100", () => {
    const odd = running("", "<Progress>250</Progress><FailureMessage> </FailureMessage>");
    expect(understood(sessionReading, odd)).toMatchObject({ progress: 100 });
    expect(understood(sessionReading, odd).failureMessage).toBeUndefined();
  });

  it("one VM task alone is still a list, and its name keeps its entities and blanks", () => {
    const one = `<CloudFailoverTasks><CloudFailoverTasks VmName=" R&amp;D  &#x201C;db&#8221; &#39;1&apos; "><State>Starting</State></CloudFailoverTasks></CloudFailoverTasks>`;
    expect(understood(sessionReading, running(one)).vms).toEqual([
      { vm: " R&D  “db” '1' ", state: "Starting", result: "None", progress: 0 },
    ]);
  });

  it("VM tasks in JSON may be doubled, single, null inside or null", () => {
    const task = { VmName: "db", State: "Working", Result: "None", Progress: 5 };
    const shapes = [{ CloudFailoverTasks: [task] }, [task], { CloudFailoverTasks: null }, null, []];
    const vms = shapes.map((tasks) => {
      const session = {
        UID: `x:${ID}`,
        Name: "n",
        CreationTimeUTC: "2026-01-01T00:00:00",
        State: "Working",
        CloudFailoverTasks: tasks,
      };
      return understood(sessionReading, JSON.stringify(session)).vms.length;
    });
    expect(vms).toEqual([1, 1, 0, 0, 0]);
  });

  it("an id comes from the address where the UID has none, bare and in lower case", () => {
    const odd = running("").replace(
      `UID="urn:veeam:CloudFailoverSession:${ID}"`,
      `UID="urn:veeam:CloudFailoverSession" Href="https://x/api/backupServers/${OTHER_ID}/z/${ID.toUpperCase()}?format=Entity"`,
    );
    expect(understood(sessionReading, odd).id).toBe(ID);
  });

  it("VMs of a plan are called CloudFailoverPlanVm by old EMs, and come in the order of their start", () => {
    const vms = [
      { id: ID, name: "second", order: 1 },
      { id: OTHER_ID, name: "first", order: 0 },
    ];
    const plan: FailoverPlan = { id: ID, name: "p", kind: "cloud", description: "", vms };
    const old = write("CloudFailoverPlan", planThing(plan, "CloudFailoverPlanVm"), "xml");
    expect(understood(planReading.cloud, old).vms.map((vm) => vm.name)).toEqual([
      "first",
      "second",
    ]);
  });

  it("a result without a word about success is none", () => {
    const odd = asXml(
      "<Task><TaskId>task-3</TaskId><State>Finished</State><Operation>X</Operation><Result><Message>Hm</Message></Result></Task>",
    );
    expect(understood(taskReading, odd).result).toMatchObject({ success: false, message: "Hm" });
  });

  it("a task names the sessions that it made, not whatever else it is related to", () => {
    const related = (type: string, path: string) =>
      linkOf("Related", `${path}/${ID}?format=Entity`, type, "Berlin");
    const thing = {
      TaskId: "task-4",
      State: "Finished",
      Operation: "StartCloudFailoverPlan",
      Links: linksOf(
        related("CloudTenant", "/cloud/tenants"),
        related("CloudFailoverSession", "/cloud/failoverSessions"),
      ),
    };
    for (const dialect of DIALECTS) {
      const session: Ref = { id: ID, name: "Berlin" };
      expect(understood(taskReading, write("Task", thing, dialect)).sessions).toEqual([session]);
    }
  });

  it("a replica point without a VM name bears it before its @", () => {
    const point = asXml(
      `<CloudVmReplicaPoint UID="u:${ID}" Name="a@b@2026-01-01 00:00:00"><CreationTimeUTC>2026-01-01T00:00:00Z</CreationTimeUTC><PointType>CDP</PointType><State>Ready</State></CloudVmReplicaPoint>`,
    );
    expect(understood(pointReading, point).vm).toBe("a@b");
  });

  it("an empty collection is empty in every form", () => {
    const bodies = [
      "<CloudFailoverPlans />",
      '{"CloudFailoverPlans":null}',
      '{"cloudFailoverPlans":[]}',
      "{}",
    ];
    for (const body of bodies) expect(understood(plansReading.cloud, body)).toEqual([]);
  });
});

describe("the estate", () => {
  const link = (type: string) => linkOf("Down", "/x", type);

  it("discovery names EM's versions", () => {
    const versions = ["v1_6", "v1_7"].map((version) => ({
      "@Name": version,
      Links: linksOf(link("LogonSession")),
    }));
    const thing = {
      SupportedVersions: listOf("SupportedVersion", versions, "SupportedVersions"),
      Links: linksOf(),
    };
    for (const dialect of DIALECTS) {
      expect(understood(discoveryReading, write("EnterpriseManager", thing, dialect))).toEqual([
        "v1_6",
        "v1_7",
      ]);
    }
  });

  it("a logon shows whether there is Cloud Connect, and ends by its own link", () => {
    for (const dialect of DIALECTS) {
      const logon = (...types: string[]) => ({
        UserName: "SRV\\admin",
        SessionId: OTHER_ID,
        Links: linksOf(...types.map(link), linkOf("Delete", `/logonSessions/${ID}`)),
      });
      const read = (...types: string[]) =>
        understood(logonReading, write("LogonSession", logon(...types), dialect));
      expect(read("TaskList", "CloudConnectService")).toMatchObject({
        cloud: true,
        end: expect.stringContaining(ID),
      });
      expect(read("TaskList")).toMatchObject({ cloud: false });
    }
  });

  it("a logon without links ends by its SessionId", () => {
    expect(understood(logonReading, JSON.stringify({ SessionId: ID, Links: null }))).toEqual({
      end: `/logonSessions/${ID}`,
      cloud: false,
    });
  });

  it("backup servers have a description and perhaps a version", () => {
    const server = (version: string | null) => ({
      "@Name": "srv",
      "@UID": `u:${ID}`,
      Description: "main",
      Version: version,
    });
    for (const dialect of JSON_DIALECTS) {
      const body = collection(
        "BackupServer",
        [server("12.3.2.3617"), server(null)],
        dialect,
        false,
      );
      expect(understood(backupServersReading, body)).toEqual([
        { id: ID, name: "srv", description: "main", version: "12.3.2.3617" },
        { id: ID, name: "srv", description: "main" },
      ]);
    }
  });
});

describe("an answer of another kind is told by what it is", () => {
  const whatCame = (reading: Decoder<unknown>, body: string) => {
    try {
      understood(reading, body);
    } catch (error) {
      if (error instanceof BodyError) return error.message;
      throw error;
    }
    return "understood";
  };

  it("another thing than the one asked for", () => {
    expect(whatCame(sessionReading, "<EntityRef Name='x' />")).toBe("an EntityRef");
    expect(
      whatCame(sessionReading, '{"Type":"CloudFailoverSessionReference","Name":"x"}'),
    ).toContain("another kind");
    expect(whatCame(sessionReading, "[1]")).toBe("JSON of another kind");
    expect(whatCame(sessionsReading, '{"errorCode":"x"}')).toBe("JSON of another kind");
    expect(whatCame(sessionsReading, "<Jobs />")).toBe("a Jobs");
    expect(whatCame(discoveryReading, '{"hello":"world"}')).toContain("SupportedVersions");
  });

  it("a field that is missing or makes no sense is named as EM spells it", () => {
    expect(whatCame(sessionReading, running("").replace(/<State>.*<\/State>/, ""))).toBe(
      "a CloudFailoverSession whose State is missing",
    );
    expect(whatCame(sessionReading, running("").replace("2026-03-04T", "4 March "))).toContain(
      "CreationTimeUTC is no time",
    );
    expect(whatCame(sessionReading, running("").replace(ID, ""))).toContain("has no id");
    const task = "<CloudFailoverTasks><CloudFailoverTasks VmName='a'/></CloudFailoverTasks>";
    expect(whatCame(sessionReading, running(task))).toContain(
      "CloudFailoverTasks/State is missing",
    );
  });

  it("references where entities were asked for are not an empty list", () => {
    const refs =
      '{"Refs":{"Refs":[{"UID":"x","Name":"y","Href":"z"}]},"Entities":null,"PagingInfo":{"PagesCount":1}}';
    expect(whatCame(pointsReading, refs)).toContain("references");
  });

  it("EM's error body is read in both formats", () => {
    const xml =
      '<Error Message="Cannot find it" StatusCode="404"><FirstChanceExceptionMessage>x</FirstChanceExceptionMessage></Error>';
    expect(refusalIn(parseBody(xml))).toEqual({ message: "Cannot find it", status: 404 });
    expect(
      refusalIn(
        parseBody(
          '{"FirstChanceExceptionMessage":null,"Message":" ID 9 is invalid","StatusCode":400}',
        ),
      ),
    ).toEqual({ message: " ID 9 is invalid", status: 400 });
    expect(refusalIn(parseBody('{"message":"","firstChanceExceptionMessage":"deep"}'))).toEqual({
      message: "deep",
    });
    expect(refusalIn(parseBody("[]"))).toBeUndefined();
  });

  it("another's error body is not taken for EM's", () => {
    expect(refusalIn(parseBody('<problem Message="Blocked" StatusCode="403"/>'))).toBeUndefined();
  });
});
