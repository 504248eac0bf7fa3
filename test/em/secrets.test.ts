import { createServer } from "node:net";
import { inspect } from "node:util";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import type { EmError } from "../../src/em/errors.ts";
import {
  type Asked,
  emAt,
  failureOf,
  heldTime,
  LOGON,
  listening,
  loggedOnAs,
  PASSWORD,
  type Said,
  scriptedEm,
  TOKEN,
} from "./scripted-em.ts";

const BASIC = Buffer.from(`DOM\\bot:${PASSWORD}`).toString("base64");
const SECRETS = [PASSWORD, BASIC, TOKEN, Buffer.from(TOKEN, "base64").toString()];
const PLAN = { id: "x", name: "x", kind: "cloud", description: "", vms: [] } as const;

/** Everything that a log, a card or a debugger could make of an error. */
function everythingOf(error: EmError): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [
    inspect(error, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(error),
    error.stack,
    String(error),
    ...own,
  ].join("\n");
}

function expectNoSecret(error: EmError) {
  const all = everythingOf(error);
  for (const secret of SECRETS) expect(all).not.toContain(secret);
  expect(all).not.toContain("AxiosError");
  expect(error.cause).toBeUndefined();
}

/** A server that tells everything it was told. */
const echo =
  (status: number) =>
  (asked: Asked): Said => ({
    status,
    body: `<Error Message="You said ${asked.headers.authorization ?? ""} ${asked.headers["x-restsvcsessionid"] ?? ""} ${PASSWORD.replace("&", "&amp;")}"/>`,
  });
const echoes = [302, 400, 401, 403, 404, 500, 503, 200];

describe("no failure shows the password, the Basic header or the logon's token", () => {
  it.each(echoes)(
    "when logging on is answered with %d and with all that was sent",
    async (status) => {
      const server = await scriptedEm({ [LOGON]: echo(status) });
      expectNoSecret(await failureOf(emAt(server.url).plans("cloud")));
    },
  );

  it.each(echoes)(
    "when a question or an order is answered with %d and with all that was sent",
    async (status) => {
      const server = await scriptedEm({
        "GET /api": echo(status),
        "POST /api/cloud": echo(status),
      });
      const em = emAt(server.url);
      expectNoSecret(await failureOf(em.plans("cloud")));
      expectNoSecret(await failureOf(em.startPlan(PLAN, { points: "latest" })));
      expectNoSecret(await failureOf(em.task("task-1", "another logon")));
    },
  );

  it("when a request is cut off", async () => {
    const server = await scriptedEm({ "GET /api": () => "cut", "POST /api/cloud": () => "cut" });
    const em = emAt(server.url);
    expectNoSecret(await failureOf(em.plans("cloud")));
    expectNoSecret(await failureOf(em.startPlan(PLAN, { points: "latest" })));
  });

  it.each([LOGON, "GET /api", "POST /api/cloud"])(
    "when %s is not answered in time",
    async (request) => {
      const time = heldTime();
      const hanging = () => {
        time.runOut();
        return "hang" as const;
      };
      const server = await scriptedEm({
        "GET /api": () => ({ body: "<CloudFailoverPlans/>" }),
        [request]: hanging,
      });
      const em = emAt(server.url);
      const failed = em.plans("cloud").then(() => em.startPlan(PLAN, { points: "latest" }));
      expectNoSecret(await failureOf(failed));
    },
  );

  it("when the token is the name of what comes", async () => {
    const token = "TokenThatIsAName";
    const server = await scriptedEm({
      [LOGON]: () => loggedOnAs(token),
      "GET /api": () => ({ body: `<${token}/>` }),
    });
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(everythingOf(error)).not.toContain(token);
  });

  it("when the connection is refused", async () => {
    const server = createServer();
    const url = await listening(server, "http");
    server.close();
    expectNoSecret(await failureOf(emAt(url).plans("cloud")));
  });

  it("when the certificate is not trusted", async () => {
    const { private: key, cert } = await generate([], { keyType: "ec" });
    const server = await scriptedEm({}, { key, cert });
    expectNoSecret(await failureOf(emAt(server.url).plans("cloud")));
  });

  it("when the caller leaves", async () => {
    const server = await scriptedEm({});
    expectNoSecret(await failureOf(emAt(server.url).plans("cloud", AbortSignal.abort())));
  });

  it("and the client itself shows none", async () => {
    const server = await scriptedEm({
      "GET /api/cloud": () => ({ body: "<CloudFailoverPlans/>" }),
    });
    const em = emAt(server.url);
    await em.plans("cloud");
    const shown = inspect(em, { depth: 20, showHidden: true });
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
  });
});
