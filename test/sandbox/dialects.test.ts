import { describe, expect, it } from "vitest";
import { camelCase } from "../../src/sandbox/api/json.ts";
import { ABC, at, listAt, parseXml, wireTo, XML_TYPE } from "./wire.ts";

const RUNNING = "/query?type=CloudFailoverSession&format=Entities&filter=State==Working";

describe("the versions that EM says it has", () => {
  it.each([
    ["9.5", ["v1_1", "v1_2", "v1_3"]],
    ["9.5u4", ["v1_1", "v1_2", "v1_3", "v1_4"]],
    ["12", ["v1_5", "v1_6", "v1_7"]],
    ["13", ["v1_5", "v1_6", "v1_7"]],
  ] as const)("are those of %s, seen without a logon", async (dialect, versions) => {
    const { sandbox } = await wireTo({ dialect });
    const body = parseXml(await (await fetch(`${sandbox.url}/api/`)).text());
    const found = at(
      body,
      "EnterpriseManager",
      "SupportedVersions",
      "SupportedVersion",
    ) as readonly unknown[];
    expect(found.map((each) => at(each, "@Name"))).toStrictEqual(versions);
    expect(at(found[0], "Links", "Link", "@Href")).toBe(
      `${sandbox.url}/api/sessionMngr/?v=${versions[0]}`,
    );
  });

  it("stand twice named in JSON", async () => {
    const { json } = await wireTo();
    const body = await json("/");
    expect(listAt(body, "SupportedVersions", "SupportedVersions")).toHaveLength(3);
    expect(body).toMatchObject({ Href: null, Type: null });
  });
});

describe("a running session", () => {
  async function running(dialect: "9.5u4" | "12" | "13", switches = {}) {
    const wire = await wireTo({ dialect, switches });
    await wire.order(
      wire.plan(ABC),
      "start",
      dialect === "13" ? '{"startNow":true}' : '{"StartNow":true}',
    );
    wire.advance(10);
    const { text } = await wire.call("GET", RUNNING);
    return JSON.parse(text) as unknown;
  }

  it("has all members in PascalCase on 12, with nulls written and milliseconds", async () => {
    const body = await running("12");
    expect(Object.keys(body as object)).toStrictEqual([
      "Refs",
      "Entities",
      "Resources",
      "Links",
      "PagingInfo",
    ]);
    const [session] = listAt(body, "Entities", "CloudFailoverSessions", "CloudFailoverSessions");
    expect(Object.keys(session as object)).toStrictEqual([
      "JobType",
      "CreationTimeUTC",
      "EndTimeUTC",
      "State",
      "Result",
      "Progress",
      "FailureMessage",
      "CloudFailoverTasks",
      "Name",
      "UID",
      "Links",
      "Href",
      "Type",
    ]);
    expect(session).toMatchObject({
      State: "Working",
      Result: "None",
      EndTimeUTC: null,
      FailureMessage: null,
    });
    const [task] = listAt(session, "CloudFailoverTasks", "CloudFailoverTasks");
    expect(at(task, "CreationTimeUTC")).toBe("2026-03-02T10:00:03.5Z");
    expect(at(task, "VmReplicaPointLink", "Type")).toBe("CloudVmReplicaPointReference");
    expect(at(body, "Entities", "Jobs")).toBeNull();
  });

  it("leaves nulls out on 9.5 U4, and fractions of seconds", async () => {
    const body = await running("9.5u4");
    expect(Object.keys(body as object)).toStrictEqual(["Entities", "PagingInfo"]);
    const [session] = listAt(body, "Entities", "CloudFailoverSessions", "CloudFailoverSessions");
    expect(session).not.toHaveProperty("EndTimeUTC");
    const [task] = listAt(session, "CloudFailoverTasks", "CloudFailoverTasks");
    expect(at(task, "CreationTimeUTC")).toBe("2026-03-02T10:00:03Z");
  });

  it("is in camelCase on 13, with microseconds", async () => {
    const body = await running("13");
    const [session] = listAt(body, "entities", "cloudFailoverSessions", "cloudFailoverSessions");
    expect(session).toMatchObject({ jobType: "FailoverPlan", endTimeUTC: null, name: ABC });
    expect(at(session, "uid")).toMatch(/^urn:veeam:CloudFailoverSession:/);
    const [task] = listAt(session, "cloudFailoverTasks", "cloudFailoverTasks");
    expect(at(task, "creationTimeUTC")).toMatch(/^2026-03-02T10:00:03\.5\d{3,5}Z$/);
  });

  it("is the same XML in all, without what it has not got", async () => {
    const texts = await Promise.all(
      (["9.5", "12", "13"] as const).map(async (dialect) => {
        const wire = await wireTo({ dialect });
        await wire.sandbox.control.order(wire.plan(ABC).id, "start");
        wire.advance(10);
        const { text } = await wire.call("GET", RUNNING, { accept: XML_TYPE });
        return text.replaceAll(wire.sandbox.url, "http://em").replaceAll(/%3[dD]/g, "%3d");
      }),
    );
    expect(new Set(texts).size).toBe(1);
    const session = at(
      parseXml(texts[0] ?? ""),
      "QueryResult",
      "Entities",
      "CloudFailoverSessions",
      "CloudFailoverSession",
    );
    expect(session).not.toHaveProperty("EndTimeUTC");
    expect(session).not.toHaveProperty("FailureMessage");
    expect(at(session, "CloudFailoverTasks", "CloudFailoverTasks", 0, "@VmName")).toBe("filesrv03");
  });
});

describe("references and entities", () => {
  it("differ by where they are asked for", async () => {
    const { json } = await wireTo();
    const collection = await json("/cloud/cloudFailoverPlans");
    const query = await json("/query?type=CloudFailoverPlan");
    const entities = await json("/cloud/cloudFailoverPlans?format=entity");
    const [ref] = listAt(collection, "Refs");
    expect(Object.keys(ref as object)).toStrictEqual(["Links", "UID", "Name", "Href", "Type"]);
    expect(at(ref, "Type")).toBe("CloudFailoverPlanReference");
    expect(listAt(query, "Refs", "Refs")).toStrictEqual(listAt(collection, "Refs"));
    expect(at(query, "Entities")).toBeNull();
    expect(at(listAt(entities, "CloudFailoverPlans")[0], "TenantName")).toBe("ABC Company");
  });

  it("lead to each other", async () => {
    const { json, sandbox } = await wireTo();
    const [ref] = listAt(await json("/cloud/vmReplicaPoints"), "Refs");
    const path = String(at(ref, "Href")).replace(`${sandbox.url}/api`, "");
    expect(at(await json(path), "Type")).toBe("CloudVmReplicaPointReference");
    const entity = await json(`${path}?format=Entity`);
    expect(entity).toMatchObject({
      Type: "CloudVmReplicaPoint",
      PointType: "Snapshot",
      State: "Ready",
    });
    expect(at(entity, "Links", 2, "Rel")).toBe("Alternate");
  });

  it("of a plan hold its VMs in order, one by one as well", async () => {
    const { json, xml, plan } = await wireTo();
    const { id, vms } = plan(ABC);
    const entity = await json(`/cloud/cloudFailoverPlans/${id}?format=Entity`);
    const includes = listAt(entity, "CloudFailoverPlanInfo", "Includes", "CloudFailoveredVms");
    expect(includes.map((vm) => at(vm, "Name"))).toStrictEqual(vms.map((vm) => vm.name));
    expect(includes.map((vm) => at(vm, "Order"))).toStrictEqual([0, 1, 2, 3, 4, 5]);
    const alone = await xml(`/cloud/cloudFailoverPlans/${id}/includes/${vms[2]?.id}`);
    expect(at(alone, "CloudFailoveredVm", "Name")).toBe("srv38");
    const all = await json(`/cloud/cloudFailoverPlans/${id}/includes`);
    expect(listAt(all, "CloudFailoveredVms")).toHaveLength(6);
  });
});

describe("the service for tenants", () => {
  it("leads to everything of Cloud Connect", async () => {
    const { json, call, sandbox } = await wireTo();
    const links = listAt(await json("/cloud"), "Links");
    const down = links
      .filter((link) => at(link, "Rel") === "Down")
      .map((link) => String(at(link, "Href")));
    expect(down).toHaveLength(8);
    for (const href of down)
      expect((await call("GET", href.replace(`${sandbox.url}/api`, ""))).status).toBe(200);
  });

  it("has questions ready", async () => {
    const { json, call, sandbox } = await wireTo();
    const links = listAt(await json("/querySvc"), "Links");
    const down = links
      .filter((link) => at(link, "Rel") === "Down")
      .map((link) => String(at(link, "Href")));
    expect(down.length).toBeGreaterThan(4);
    for (const href of down)
      expect((await call("GET", href.replace(`${sandbox.url}/api`, ""))).status).toBe(200);
  });
});

describe("version 13's keys", () => {
  it.each([
    ["UID", "uid"],
    ["NASJobs", "nasJobs"],
    ["VAppRestorePoints", "vAppRestorePoints"],
    ["EndTimeUTC", "endTimeUTC"],
    ["Name", "name"],
  ])("turn %s into %s", (key, expected) => {
    expect(camelCase(key)).toBe(expected);
  });
});
