import { describe, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { ask, at, basic, JSON_TYPE, listAt, logOn, wireTo, XML_TYPE } from "./wire.ts";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe("logging on", () => {
  it("makes a session whose token is its id in base64", async () => {
    const { sandbox } = await wireTo();
    const { status, headers, text } = await logOn(sandbox);
    const token = headers.get("X-RestSvcSessionId") ?? "";
    const id = Buffer.from(token, "base64").toString();
    expect(status).toBe(201);
    expect(id).toMatch(guid);
    expect(headers.get("Set-Cookie")).toBe(`X-RestSvcSessionId=${token}; Path=/api;`);
    expect(headers.get("Location")).toBe(`${sandbox.url}/api/logonSessions/${id}`);
    expect(JSON.parse(text)).toMatchObject({
      UserName: sandbox.username,
      SessionId: id,
      Type: "LogonSession",
    });
  });

  it("is refused with wrong credentials, or none", async () => {
    const { sandbox } = await wireTo();
    const address = `${sandbox.url}/api/sessionMngr/?v=v1_7`;
    const wrong = { Authorization: `Basic ${Buffer.from("somebody:else").toString("base64")}` };
    for (const headers of [wrong, {}]) {
      const reply = await ask(address, "POST", JSON_TYPE, "", headers);
      expect(reply.status).toBe(401);
      expect(reply.headers.get("WWW-Authenticate")).toBe("Basic Realm=RestSvc");
    }
  });

  it("takes a password with any sign in it", async () => {
    const { sandbox } = await wireTo({ password: "a:b ü\"'" });
    expect((await logOn(sandbox)).status).toBe(201);
  });

  it("wants to know how long the empty body is", async () => {
    const { sandbox } = await wireTo();
    const { hostname, port } = new URL(sandbox.url);
    const answer = await rawRequest(hostname, Number(port), [
      "POST /api/sessionMngr/?v=latest HTTP/1.1",
      "Host: em",
      `Authorization: ${basic(sandbox)}`,
      "Connection: close",
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 411 LengthRequired\r\n/);
  });

  it("is a POST", async () => {
    const { sandbox } = await wireTo();
    expect((await fetch(`${sandbox.url}/api/sessionMngr/?v=latest`)).status).toBe(405);
  });

  it("works with TLS", async () => {
    const { generate } = await import("selfsigned");
    const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }]);
    const sandbox = await startSandbox({ tls: { key, cert } });
    expect(sandbox.url).toMatch(/^https:/);
    expect(await statusOverTls(`${sandbox.url}/api/`, cert)).toBe(200);
    await sandbox.close();
  });
});

describe("a token", () => {
  it("is needed for everything but the start", async () => {
    const { sandbox } = await wireTo();
    for (const path of ["/tasks", "/cloud", "/logonSessions", "/nothing"])
      expect((await ask(`${sandbox.url}/api${path}`, "GET", XML_TYPE, undefined, {})).status).toBe(
        401,
      );
  });

  it("in a cookie wins over one in the header", async () => {
    const { call, token } = await wireTo();
    const wrongCookie = { Cookie: "other=1; X-RestSvcSessionId=bm8=" };
    expect((await call("GET", "/tasks", { headers: wrongCookie })).status).toBe(401);
    const rightCookie = { Cookie: `X-RestSvcSessionId=${token}`, "X-RestSvcSessionId": "bm8=" };
    expect((await call("GET", "/tasks", { headers: rightCookie })).status).toBe(200);
  });

  it("is dead after 15 minutes without a request, and not before", async () => {
    const { call, advance } = await wireTo();
    for (let minutes = 0; minutes < 60; minutes += 14) {
      expect((await call("GET", "/tasks")).status).toBe(200);
      advance(14 * 60);
    }
    advance(60);
    expect((await call("GET", "/tasks")).status).toBe(401);
  });
});

describe("logon sessions", () => {
  it("are all listed, everybody's", async () => {
    const { sandbox, json } = await wireTo();
    await logOn(sandbox);
    expect(listAt(await json("/logonSessions"), "LogonSessions")).toHaveLength(2);
  });

  it("can be read and ended one by one", async () => {
    const { sandbox, call, json, token } = await wireTo();
    const other = await logOn(sandbox);
    const id = String(at(JSON.parse(other.text), "SessionId"));
    expect(at(await json(`/logonSessions/${id}`), "SessionId")).toBe(id);
    expect((await call("DELETE", `/logonSessions/${id}`)).status).toBe(204);
    expect((await call("GET", `/logonSessions/${id}`)).status).toBe(404);
    expect((await call("DELETE", `/logonSessions/${id}`)).status).toBe(404);
    const own = Buffer.from(token, "base64").toString();
    await call("DELETE", `/logonSessions/${own}`);
    expect((await call("GET", "/tasks")).status).toBe(401);
  });

  it("lead to Cloud Connect only where it is", async () => {
    const types = async (scenario: "all-well" | "no-cloud") => {
      const { sandbox } = await wireTo({ scenario });
      return listAt(JSON.parse((await logOn(sandbox)).text), "Links").map((link) =>
        at(link, "Type"),
      );
    };
    expect(await types("all-well")).toContain("CloudConnectService");
    expect(await types("no-cloud")).not.toContain("CloudConnectService");
  });
});

async function rawRequest(host: string, port: number, lines: readonly string[]): Promise<string> {
  const { connect } = await import("node:net");
  const { text } = await import("node:stream/consumers");
  const socket = connect(port, host);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return text(socket);
}

async function statusOverTls(address: string, ca: string): Promise<number | undefined> {
  const { get } = await import("node:https");
  return new Promise((resolve, reject) => {
    get(address, { ca, checkServerIdentity: () => undefined }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}
