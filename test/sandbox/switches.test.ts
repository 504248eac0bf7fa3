import { describe, expect, it } from "vitest";
import { type Switches, type SwitchName, switches } from "../../src/sandbox/switches.ts";
import {
  ABC,
  at,
  listAt,
  logOn,
  OPEN,
  planPath,
  pointsFor,
  sessionsFor,
  type Wire,
  wireTo,
  XML_TYPE,
} from "./wire.ts";

const ROOT = "CloudFailoverPlanManagementSpec";
const NAMESPACE = ' xmlns="http://www.veeam.com/ent/v1.0"';

async function running(wire: Wire, seconds = 20): Promise<Wire> {
  await wire.order(wire.plan(ABC), "start");
  wire.advance(seconds);
  return wire;
}

const start = async (wire: Wire, body: string, accept = XML_TYPE): Promise<number> =>
  (await wire.call("POST", `${planPath(wire.plan(ABC))}?action=start`, { accept, body })).status;

async function runningSession(wire: Wire): Promise<unknown> {
  await running(wire);
  return (await sessionsFor(wire, OPEN))[0];
}

/**
 * What tells the positions of a switch apart, for each. A switch without a test does not compile.
 */
const tells: { readonly [Name in SwitchName]: Tell<Name> } = {
  hostOfLinks: {
    look: async (wire) =>
      String(at(listAt(await wire.json("/tasks"), "Tasks")[0], "Href")).replace(
        wire.sandbox.url,
        "called",
      ),
    prepare: running,
    shows: {
      called: "called/api/tasks/task-1",
      "enterprise06.tech.local": "https://enterprise06.tech.local:9398/api/tasks/task-1",
    },
  },
  jsonBom: {
    look: async (wire) => (await rawBytes(wire, "/tasks")).startsWith("efbbbf"),
    shows: { absent: false, present: true },
  },
  hrefEscapes: {
    look: async (wire) =>
      (await wire.call("GET", "/cloud", { accept: XML_TYPE })).text.includes(
        "&#x2F;api&#x2F;cloud",
      ),
    shows: { plain: false, numeric: true },
  },
  planVmElement: {
    look: async (wire) => {
      const { text } = await wire.call("GET", `${planPath(wire.plan(ABC))}?format=Entity`, {
        accept: XML_TYPE,
      });
      return /<Includes><(\w+) Type="CloudFailoveredVm"/.exec(text)?.[1];
    },
    shows: { CloudFailoveredVm: "CloudFailoveredVm", CloudFailoverPlanVm: "CloudFailoverPlanVm" },
  },
  endTimeWhileRunning: {
    look: async (wire) => at(await runningSession(wire), "EndTimeUTC"),
    shows: { null: null, omitted: undefined },
  },
  resultWhileRunning: {
    look: async (wire) => at(await runningSession(wire), "Result"),
    shows: { None: "None", absent: undefined },
  },
  progressWhileRunning: {
    look: async (wire) => Number(at(await runningSession(wire), "Progress")) > 0,
    shows: { moves: true, zero: false },
  },
  undoSession: {
    prepare: (wire) => running(wire, 300),
    look: async (wire) => {
      await wire.order(wire.plan(ABC), "undo");
      wire.advance(10);
      return (await sessionsFor(wire, OPEN)).length;
    },
    shows: { none: 0, made: 1 },
  },
  secondStart: {
    prepare: running,
    look: async (wire) => {
      const { status, text } = await wire.order(wire.plan(ABC), "start");
      if (status !== 202) return status;
      wire.advance(10);
      const task = await wire.json(`/tasks/${String(at(JSON.parse(text), "TaskId"))}`);
      return [at(task, "Result", "Success"), at(task, "Result", "ConfirmationNeeded")];
    },
    shows: {
      "task-fails": [false, null],
      "confirmation-needed": [false, true],
      accepted: [true, null],
      409: 409,
      400: 400,
    },
  },
  startSpec: {
    look: async (wire) => [
      await start(wire, "{}", "application/json"),
      await start(wire, '{"StartNow":true,"StartDate":"2026-03-01T00:00:00Z"}', "application/json"),
    ],
    shows: { refused: [400, 400], accepted: [202, 202] },
  },
  xmlOrder: {
    switches: { startSpec: "accepted" },
    look: (wire) =>
      start(
        wire,
        `<${ROOT}><StartDate>2026-03-01T00:00:00Z</StartDate><StartNow>true</StartNow></${ROOT}>`,
      ),
    shows: { checked: 400, ignored: 202 },
  },
  xmlNamespace: {
    look: async (wire) => [
      await start(wire, `<${ROOT}><StartNow>true</StartNow></${ROOT}>`),
      await start(wire, `<${ROOT}${NAMESPACE}><StartNow>true</StartNow></${ROOT}>`),
    ],
    shows: { optional: [202, 202], required: [400, 202] },
  },
  v13Input: {
    dialect: "13",
    look: async (wire) => [
      await start(wire, '{"StartNow":true}', "application/json"),
      await start(wire, '{"startNow":true}', "application/json"),
    ],
    shows: { "any-case": [202, 202], camelCase: [400, 202] },
  },
  v13Keys: {
    dialect: "13",
    look: async (wire) => Object.keys((await wire.json("/tasks")) as object),
    shows: { camelCase: ["tasks"], PascalCase: ["Tasks"] },
  },
  deleteTask: {
    prepare: (wire) => running(wire, 1),
    look: async (wire) => {
      await wire.call("DELETE", "/tasks/task-1");
      wire.advance(300);
      return at((await sessionsFor(wire, `Name=="${ABC}"`))[0], "Result");
    },
    shows: { forgets: "Success", stops: "Failed" },
  },
  deleteLinkType: {
    prepare: running,
    look: async (wire) => at(await wire.xml("/tasks/task-1"), "Task", "Links", "Link", 0, "@Type"),
    shows: { Task: "Task", absent: undefined },
  },
  taskEnds: {
    prepare: (wire) => running(wire, 60),
    look: async (wire) => at(await wire.xml("/tasks/task-1"), "Task", "State"),
    shows: { soon: "Finished", "with-session": "Running" },
  },
  finishedTasks: {
    prepare: (wire) => running(wire, 60),
    look: async (wire) => (await wire.call("GET", "/tasks/task-1")).status,
    shows: { stay: 200, vanish: 500 },
  },
  failedTaskBody: {
    scenario: "task-fails",
    prepare: running,
    look: async (wire) =>
      (await wire.call("GET", "/tasks/task-1", { accept: XML_TYPE })).text.includes("<Message>"),
    shows: { message: true, bare: false },
  },
  taskNumbers: {
    prepare: running,
    look: async (wire) => {
      await wire.logOnAgain();
      const receipt = await wire.order(wire.plan("SQL Failover Plan"), "start");
      return at(JSON.parse(receipt.text), "TaskId");
    },
    shows: { "service-wide": "task-2", "per-logon": "task-1" },
  },
  unknownVersion: {
    look: async (wire) => (await logOn(wire.sandbox, "v1_8")).status,
    shows: { 400: 400, latest: 201 },
  },
  logonLifetime: {
    look: async (wire) => {
      wire.advance(600);
      await wire.call("GET", "/tasks");
      wire.advance(600);
      return (await wire.call("GET", "/tasks")).status;
    },
    shows: { idle: 200, absolute: 401 },
  },
  logonLimit: {
    look: async (wire) => {
      for (let count = 0; count < 4; count += 1) await logOn(wire.sandbox);
      return (await logOn(wire.sandbox)).status;
    },
    shows: { none: 201, five: 503 },
  },
  refusalBody: {
    look: async (wire) =>
      (await wire.call("GET", "/tasks", { headers: { "X-RestSvcSessionId": "x" } })).text.slice(
        0,
        6,
      ),
    shows: { error: '{"Firs', empty: "", html: "<html>" },
  },
  queriedSessions: {
    look: async (wire) => {
      await running(wire);
      const [queried] = await sessionsFor(wire, OPEN);
      const { id } = wire.sandbox.estate.startsOf(wire.plan(ABC).id)[0] ?? { id: "" };
      const alone = await wire.json(`/cloud/failoverSessions/${id}?format=Entity`);
      return [queried, alone].map(
        (each) => listAt(each, "CloudFailoverTasks", "CloudFailoverTasks").length,
      );
    },
    shows: { "with-vm-tasks": [6, 6], "without-vm-tasks": [0, 6] },
  },
  pointStates: {
    prepare: (wire) => running(wire, 300),
    look: async (wire) =>
      (await pointsFor(wire, "srv38")).filter((point) => at(point, "State") === "Failover").length,
    shows: { "used-point": 1, "all-points": 7 },
  },
  cdpSessionsInner: {
    look: async (wire) => {
      const body = await wire.json("/query?type=CdpReplicaSession&format=Entities");
      return Object.keys(at(body, "Entities", "CdpReplicaSessions") as object);
    },
    shows: { CdpReplicaSessions: ["CdpReplicaSessions"], CdpPolicySessions: ["CdpPolicySessions"] },
  },
  maxPageSize: {
    look: async (wire) => {
      const { status, text } = await wire.call(
        "GET",
        "/query?type=CloudVmReplicaPoint&pageSize=150",
      );
      return status === 200 ? at(JSON.parse(text), "PagingInfo", "PageSize") : status;
    },
    shows: { unlimited: 150, "cut-to-100": 100, refused: 400 },
  },
};

interface Tell<Name extends SwitchName> {
  readonly dialect?: "13";
  readonly scenario?: "task-fails";
  readonly switches?: Partial<Switches>;
  readonly prepare?: (wire: Wire) => Promise<unknown>;
  readonly look: (wire: Wire) => Promise<unknown>;
  readonly shows: { readonly [Position in Switches[Name]]: unknown };
}

async function rawBytes(wire: Wire, path: string): Promise<string> {
  const headers = { Accept: "application/json", "X-RestSvcSessionId": wire.token };
  const response = await fetch(`${wire.sandbox.url}/api${path}`, { headers });
  return Buffer.from(await response.arrayBuffer()).toString("hex");
}

const cases = Object.entries(tells).flatMap(([name, tell]) =>
  Object.entries(tell.shows).map(([position, expected]) => ({ name, position, tell, expected })),
);

describe("switch", () => {
  it.each(cases)("$name at $position", async ({ name, position, tell, expected }) => {
    const wire = await wireTo({
      ...(tell.dialect ? { dialect: tell.dialect } : {}),
      ...(tell.scenario ? { scenario: tell.scenario } : {}),
      switches: { ...tell.switches, [name]: position },
    });
    await tell.prepare?.(wire);
    expect(await tell.look(wire)).toStrictEqual(expected);
  });

  it("names and positions are explained", () => {
    for (const { summary, positions } of Object.values(switches)) {
      expect(summary).toMatch(/^[A-Z].{10,}/);
      expect(new Set(positions).size).toBeGreaterThan(1);
    }
  });

  it("stays at its first position unless moved", async () => {
    for (const [name, tell] of Object.entries(tells)) {
      const first = switches[name as SwitchName].positions[0];
      const wire = await wireTo({
        ...(tell.dialect ? { dialect: tell.dialect } : {}),
        ...(tell.scenario ? { scenario: tell.scenario } : {}),
        ...(tell.switches ? { switches: tell.switches } : {}),
      });
      await tell.prepare?.(wire);
      expect(await tell.look(wire), name).toStrictEqual(
        (tell.shows as Record<string, unknown>)[first],
      );
    }
  });
});
