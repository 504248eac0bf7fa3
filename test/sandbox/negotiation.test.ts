import { describe, expect, it } from "vitest";
import { ABC, at, JSON_TYPE, planPath, wireTo, XML_TYPE } from "./wire.ts";

describe("the format of an answer", () => {
  it.each([
    [JSON_TYPE, "application/json"],
    ["text/html, application/JSON;q=0.1, */*", "application/json"],
    [XML_TYPE, "application/xml; charset=utf-8"],
    ["*/*", "application/xml; charset=utf-8"],
    ["text/xml", "application/xml; charset=utf-8"],
  ])("to Accept %s is %s", async (accept, type) => {
    const { call } = await wireTo();
    const { headers, text } = await call("GET", "/tasks", { accept });
    expect(headers.get("Content-Type")).toBe(type);
    expect(text.startsWith(type.includes("xml") ? "<?xml" : "{")).toBe(true);
  });

  it("is XML on EM 9.5, whatever is asked for", async () => {
    const { call } = await wireTo({ dialect: "9.5" });
    const { headers } = await call("GET", "/tasks");
    expect(headers.get("Content-Type")).toContain("xml");
  });

  it("decides how the request's body is read, whatever its Content-Type says", async () => {
    const { call, plan } = await wireTo();
    const path = `${planPath(plan(ABC))}?action=start`;
    const spec = "CloudFailoverPlanManagementSpec";
    const body = `<${spec} xmlns="http://www.veeam.com/ent/v1.0"><StartNow>true</StartNow></${spec}>`;
    const headers = { "Content-Type": XML_TYPE };
    const mixed = await call("POST", path, { accept: `${XML_TYPE}, ${JSON_TYPE}`, headers, body });
    expect(mixed.status).toBe(400);
    expect(mixed.reason).toBe("BadRequest");
    expect(mixed.text).toBe(
      '{"FirstChanceExceptionMessage":null,"Message":"Node [root] does not exist.","StackTrace":null,"Status":null,"StatusCode":400}',
    );
    expect((await call("POST", path, { accept: XML_TYPE, headers, body })).status).toBe(202);
  });

  it("takes JSON in a body as little as XML where XML is accepted", async () => {
    const { call, plan } = await wireTo();
    const path = `${planPath(plan(ABC))}?action=start`;
    const { status, text } = await call("POST", path, {
      accept: XML_TYPE,
      body: '{"StartNow":true}',
    });
    expect(status).toBe(400);
    expect(text).toContain('StatusCode="400"');
  });
});

describe("errors", () => {
  it.each([
    [
      "GET",
      "/cloud/failoverSessions/99999",
      400,
      " ID 99999 is invalid. Type: CloudFailoverSession",
    ],
    [
      "GET",
      "/cloud/cloudFailoverPlans/9be68a1c-7893-4c92-93e9-045be7533759",
      404,
      "Cannot find cloud failover plan [9be68a1c-7893-4c92-93e9-045be7533759]",
    ],
    ["GET", "/nothing/here", 404, "The requested resource was not found"],
    ["PUT", "/tasks/task-1", 405, "Method PUT is not allowed for this resource"],
    [
      "GET",
      "/tasks/task-297",
      500,
      "There is no backup task with id [task-297] in current rest session",
    ],
  ])("%s %s is %i", async (method, path, status, message) => {
    const { call } = await wireTo();
    const asJson = await call(method, path);
    expect(asJson.status).toBe(status);
    expect(JSON.parse(asJson.text)).toStrictEqual({
      FirstChanceExceptionMessage: null,
      Message: message,
      StackTrace: null,
      Status: null,
      StatusCode: status,
    });
    const asXml = await call(method, path, { accept: XML_TYPE });
    expect(asXml.status).toBe(status);
    expect(asXml.text).toContain(`<Error Message="${message}" StatusCode="${status}"`);
  });

  it("tell of a plan that is not there, whatever is wanted of it", async () => {
    const { call } = await wireTo();
    const nobody = "9be68a1c-7893-4c92-93e9-045be7533759";
    expect(
      (await call("POST", `/cloud/cloudFailoverPlans/${nobody}?action=undo`, { body: "" })).status,
    ).toBe(404);
    expect(
      (await call("POST", "/cloud/cloudFailoverPlans/abc?action=undo", { body: "" })).status,
    ).toBe(400);
    expect((await call("GET", `/failoverPlans/${nobody}/includes`)).status).toBe(404);
  });

  it("tell of an action that plans do not know", async () => {
    const { order, plan } = await wireTo();
    expect((await order(plan(ABC), "stop", "")).status).toBe(400);
    expect((await order(plan("SQL Failover Plan"), "test", "")).status).toBe(400);
  });
});

describe("an address", () => {
  it("is found whatever its case and however many slashes it has", async () => {
    const { call } = await wireTo();
    expect((await call("GET", "//CLOUD/cloudfailoverplans")).status).toBe(200);
    expect((await call("GET", "/cloud/cloudFailoverPlans/")).status).toBe(200);
  });

  it("outside of /api is nothing", async () => {
    const { sandbox } = await wireTo();
    expect((await fetch(`${sandbox.url}/ui`)).status).toBe(404);
  });
});

describe("an answer's clock", () => {
  it("is the sandbox's", async () => {
    const { call, advance } = await wireTo();
    advance(3_600);
    const { headers } = await call("GET", "/tasks");
    expect(headers.get("Date")).toBe("Mon, 02 Mar 2026 11:00:00 GMT");
  });

  it("runs as fast as asked", async () => {
    const { sandbox, advance } = await wireTo({ speed: 10 });
    const before = sandbox.estate.now();
    advance(6);
    expect(sandbox.estate.now() - before).toBe(60_000);
  });
});

describe("names in XML", () => {
  it("come back as they were, though they are escaped as .NET does it", async () => {
    const { call, xml, sandbox } = await wireTo({ scenario: "hostile-names" });
    const { text } = await call("GET", "/cloud/cloudFailoverPlans", { accept: XML_TYPE });
    expect(text).toMatch(/&#39;n&#39; &#x2F;slashes&#x2F;/);
    expect(text).toMatch(/Gr&#246;&#223;e/);
    const refs = at(
      await xml("/cloud/cloudFailoverPlans"),
      "EntityReferences",
      "Ref",
    ) as readonly unknown[];
    const hostile = refs.map((ref) => at(ref, "@Name"));
    const names = sandbox.estate
      .plans()
      .flatMap((plan) => (plan.kind === "cloud" ? [plan.name] : []));
    expect(hostile).toStrictEqual(names);
  });
});
