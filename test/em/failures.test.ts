import { createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { EmError } from "../../src/em/errors.ts";
import { transportError } from "../../src/em/no-answer.ts";
import {
  emAt,
  failureOf,
  heldTime,
  LOGON,
  listening,
  type Said,
  said,
  scriptedEm,
} from "./scripted-em.ts";

const PLANS = "GET /api/cloud/cloudFailoverPlans";
const once = { limits: { retries: 0 } };

/** What asking for plans fails with, where the server answers them so. */
async function failureOfPlans(answer: Said | "cut", options = {}): Promise<EmError> {
  const server = await scriptedEm({ [PLANS]: () => answer });
  return failureOf(emAt(server.url, { ...once, ...options }).plans("cloud"));
}

/** A server that says these bytes to whatever it is asked, and perhaps hangs up. */
async function saying(bytes: string, ending: "ends" | "resets" = "ends"): Promise<string> {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(bytes);
      if (ending === "ends") socket.end();
      else void setImmediate().then(() => socket.resetAndDestroy());
    });
  });
  return listening(server, "http");
}

describe("an EM that cannot be reached", () => {
  it("is not asked again once the client is closed: what waited for that fails at once", async () => {
    const server = createServer();
    const url = await listening(server, "http");
    server.close();
    const waits = Promise.withResolvers<void>();
    const sleep = (_: number, signal?: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        waits.resolve();
      });
    const em = emAt(url, {
      clock: {
        now: Date.now,
        elapsed: () => 0,
        sleep,
        deadline: AbortSignal.timeout,
        turn: systemClock.turn,
      },
    });
    const failure = failureOf(em.plans("cloud"));
    await waits.promise;
    await em.close();
    expect((await failure).failure).toBe("unreachable");
  });

  it("because the proxy leads nowhere", () => {
    const proxy = Object.assign(new Error("The proxy proxy:3128 answers with 407"), {
      code: "EPROXY",
    });
    expect(transportError(proxy, { origin: "https://em:9398", secure: true }, false).message).toBe(
      "Cannot reach Enterprise Manager at https://em:9398: the proxy proxy:3128 answers with 407; check EM_PROXY",
    );
  });

  it("because nothing listens there", async () => {
    const server = createServer();
    const url = await listening(server, "http");
    server.close();
    const error = await failureOf(emAt(url, once).plans("cloud"));
    expect(error.failure).toBe("unreachable");
    expect(error.message).toContain(`${url}: the connection was refused; check EM_URL`);
  });

  it("because its name is not known", () => {
    const where = { origin: "https://em.example:9398", secure: true };
    for (const code of ["ENOTFOUND", "EAI_AGAIN"]) {
      const error = transportError(Object.assign(new Error(), { code }), where, false);
      expect(error.failure).toBe("unreachable");
      expect(error.message).toMatch(/em\.example:9398: its name .*EM_URL/);
    }
  });

  it("because it hangs up", async () => {
    const error = await failureOfPlans("cut");
    expect(error.failure).toBe("unreachable");
    expect(error.message).toContain("closed the connection");
  });

  it("because https is spoken to its plain port", async () => {
    const server = await scriptedEm({});
    const error = await failureOf(emAt(server.url.replace("http:", "https:"), once).plans("cloud"));
    expect(error.failure).toBe("unreachable");
    expect(error.message).toMatch(/no TLS is spoken there.*9398 \(https\).*9399 \(http\)/);
    expect(server.asked).toEqual([]);
  });

  it("because plain http is spoken to its https port", async () => {
    const { private: key, cert } = await generate([], { keyType: "ec" });
    const server = await scriptedEm({}, { key, cert });
    const error = await failureOf(emAt(server.url.replace("https:", "http:"), once).plans("cloud"));
    expect(error.failure).toBe("unreachable");
    expect(error.message).toMatch(/write https in EM_URL.*9398/);
  });

  it("because what answers plain http speaks TLS", async () => {
    const url = await saying("\x15\x03\x03\x00\x02\x02\x32");
    const error = await failureOf(emAt(url, once).plans("cloud"));
    expect(error.failure).toBe("unreachable");
    expect(error.message).toMatch(/most likely TLS.*9398/);
  });

  it("because TLS finds no common version", () => {
    const error = Object.assign(new Error(), { code: "ERR_SSL_UNSUPPORTED_PROTOCOL" });
    const { failure, message } = transportError(
      error,
      { origin: "https://em.example:9398", secure: true },
      false,
    );
    expect([failure, message]).toEqual([
      "unreachable",
      expect.stringContaining("no common version of TLS"),
    ]);
  });

  it("because the address is that of another API", () => {
    expect(() => emAt("https://vbr.example:9419")).toThrow(
      /9419.*Veeam Backup & Replication.*9398/s,
    );
  });

  it.each(["em.example", "ftp://em.example", "", "https://", "javascript:alert(1)"])(
    "because %j is no address",
    (url) => {
      expect(() => emAt(url)).toThrow(/EM_URL.*https:\/\/em\.example\.com:9398/);
    },
  );

  it("an address with a password in it is refused without being repeated", () => {
    const attempt = () => emAt("https://bot:canary@em.example:9398");
    expect(attempt).toThrow("EM_URL must not hold a user name or password");
    expect(attempt).not.toThrow("canary");
  });
});

describe("the brief of a failure, for a war room", () => {
  const where = { origin: "http://em.example:9399", secure: false };

  it.each([
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ECONNRESET",
    "HPE_INVALID_CONSTANT",
    "EPROTO",
  ])("of %s is the message without the advice on settings", (code) => {
    const { brief, message } = transportError(Object.assign(new Error(), { code }), where, false);
    expect(message.startsWith(brief)).toBe(true);
    expect(message.slice(brief.length)).toMatch(/^; .*(EM_URL|9398)/);
    expect(brief).toMatch(/^Cannot reach Enterprise Manager at http:\/\/em\.example:9399: [^;]+$/);
  });

  it("of a refusal names no role and no setting; the message does", async () => {
    const { brief, message } = await failureOfPlans({ status: 403 });
    expect(brief).toBe("Enterprise Manager does not allow this account the failover plans");
    expect(message).toContain("give the account of EM_USERNAME the role");
  });

  it("is the whole message where there is no advice in it", async () => {
    const { brief, message } = await failureOfPlans({ status: 502 });
    expect(brief).toBe(message);
  });
});

describe("an address of EM", () => {
  it.each(["", "/", "/api", "/api/"])("may end in %j", async (end) => {
    const server = await scriptedEm({ [PLANS]: () => said("CloudFailoverPlans", {}) });
    const em = emAt(`${server.url}${end}`);
    expect(await em.plans("cloud")).toEqual([]);
    expect(em.origin).toBe(server.url);
  });

  it("may have a path before it, behind a proxy", async () => {
    const server = await scriptedEm({
      "POST /em/api/sessionMngr/": () => ({ status: 403 }),
    });
    expect((await failureOf(emAt(`${server.url}/em`).plans("cloud"))).failure).toBe("forbidden");
  });
});

describe("an answer that does not come whole", () => {
  it.each([
    ["because it stops", 1],
    ["though a byte comes now and then", 5],
  ])("in time, %s", async (_how, pieces) => {
    const time = heldTime();
    const server = createServer(async (socket) => {
      socket.on("error", () => {});
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      for (let piece = 0; piece < pieces; piece += 1) {
        socket.write("x");
        await setImmediate();
      }
      time.runOut();
    });
    const error = await failureOf(emAt(await listening(server, "http"), once).plans("cloud"));
    expect(error.failure).toBe("timed-out");
    expect(error.message).toContain("no whole answer in time");
  });

  it.each(["ends", "resets"] as const)("because it %s in the middle", async (ending) => {
    const url = await saying("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<Logon", ending);
    const error = await failureOf(emAt(url, once).plans("cloud"));
    expect(["unreadable", "unreachable"]).toContain(error.failure);
  });

  it("because its end is missing inside", async () => {
    const error = await failureOfPlans({
      body: "<CloudFailoverPlans><CloudFailoverPlan Name='a'>",
    });
    expect(error.failure).toBe("unreadable");
    expect(error.message).toContain(
      "expected a list of CloudFailoverPlans, got cut, broken or hostile XML",
    );
  });
});

describe("an answer that makes no sense", () => {
  it.each<[string, Said, string]>([
    [
      "a proxy's page",
      { status: 200, body: "<!DOCTYPE html><html><body>Sign in</body></html>" },
      "got an HTML page",
    ],
    ["nothing", { status: 200, body: "" }, "got an empty answer"],
    ["another thing", { body: "<Jobs/>" }, "got a Jobs"],
    ["an error with a good status", { body: '<Error Message="oops"/>' }, "got an Error"],
  ])("such as %s is told by its kind", async (_what, answer, kind) => {
    const error = await failureOfPlans(answer);
    expect(error.failure).toBe("unreadable");
    expect(error.message).toContain(kind);
  });

  it("is never quoted", async () => {
    const error = await failureOfPlans({ body: "<html>s3cret of somebody</html>" });
    expect(error.message).not.toContain("s3cret");
  });

  it("because it grows without end when unpacked is stopped", async () => {
    const bomb = gzipSync(Buffer.alloc(4_000_000, " "));
    const error = await failureOfPlans(
      { headers: { "Content-Encoding": "gzip" }, body: bomb },
      { limits: { retries: 0, maxBytes: 100_000 } },
    );
    expect(error.failure).toBe("unreadable");
    expect(error.message).toContain("too large");
  });

  it("because it cannot be unpacked", async () => {
    const error = await failureOfPlans({
      headers: { "Content-Encoding": "gzip" },
      body: "not gzip",
    });
    expect(error.failure).toBe("unreadable");
  });

  it("because it is no HTTP", async () => {
    const error = await failureOf(
      emAt(await saying("SSH-2.0-OpenSSH_9.6\r\n"), once).plans("cloud"),
    );
    expect(error.failure).toBe("unreachable");
  });
});

describe("EM's refusals", () => {
  const errorBody = (message: string) => said("Error", { "@Message": message, "@StatusCode": 400 });

  it("are told in EM's own words, on one line and not too long", async () => {
    const refusal = { ...errorBody(`  ID 9 \n is  invalid. ${"x".repeat(1_000)}`), status: 400 };
    const error = await failureOfPlans(refusal);
    expect(error.failure).toBe("rejected");
    expect(error.message).toContain("refuses the failover plans: ID 9 is invalid. xxx");
    expect(error.message.length).toBeLessThan(400);
  });

  it("in JSON as well as in XML", async () => {
    const body =
      '{"FirstChanceExceptionMessage":null,"Message":"Cannot find plan","StackTrace":null,"Status":null,"StatusCode":404}';
    const error = await failureOfPlans({ status: 404, body });
    expect(error.failure).toBe("not-found");
    expect(error.message).toContain("Cannot find plan");
  });

  it("without words are told by their status", async () => {
    const error = await failureOfPlans({ status: 503, body: "<html>down</html>" });
    expect(error.failure).toBe("busy");
    expect(error.message).toContain("HTTP 503");
  });

  it("for want of a right name the role that it takes", async () => {
    const server = await scriptedEm({
      "GET /api/": () => ({ status: 403 }),
      "POST /api/cloud": () => ({ status: 403 }),
    });
    const em = emAt(server.url);
    const plan = { id: "x", name: "x", kind: "cloud", description: "", vms: [] } as const;
    const errors = await Promise.all([
      failureOf(em.sessions({})),
      failureOf(em.startPlan(plan, { points: "latest" })),
      failureOf(em.points({})),
      failureOf(em.session("x")),
    ]);
    for (const error of errors) {
      expect(error.failure).toBe("forbidden");
      expect(error.message).toContain("Portal Administrator");
      expect(error.message).toContain("EM_USERNAME");
    }
    expect(errors[1]?.message).toContain("Restore Operator");
    expect(errors[2]?.message).toContain("Portal User");
  });

  it("to log on name the roles that may", async () => {
    const server = await scriptedEm({ [LOGON]: () => ({ status: 403 }) });
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(error.failure).toBe("forbidden");
    expect(error.message).toContain("Portal Administrator, Portal User or Restore Operator");
  });
});
