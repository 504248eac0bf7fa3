/**
 * The program as those meet it who run it: ports for machines, and a log that fits what people see.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { pipe, start } from "../program/program.ts";

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listening();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("a program with a health port", () => {
  it("answers machines while it runs, and ends as it would without", async () => {
    const port = await freePort();
    const program = start({ env: { HEALTH_PORT: String(port) } });
    await program.saying(/Ctrl-D ends/);
    program.type("plans");
    await program.saying(/1\. ABC Company/);
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    expect((await get("/healthz")).status).toBe(200);
    const ready = await get("/readyz");
    expect(JSON.parse(ready.text)).toMatchObject({
      ok: true,
      parts: { em: { ok: true }, store: { ok: true } },
    });
    const { text } = await get("/metrics");
    expect(text).toMatch(
      /^failover_bot_em_request_seconds_count\{route="plans",outcome="ok"\} \d+$/m,
    );
    expect(text).toMatch(/^failover_bot_polls_total [1-9]/m);
    expect(text).toMatch(/^failover_bot_refusals_total 0$/m);
    expect(text).toMatch(/^failover_bot_platform_up\{platform="terminal"\} 1$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    program.end();
    expect((await program.finished).code).toBe(0);
  });

  it("says in a sentence where another one has it: 75, as that may pass", async () => {
    const { port } = await listening();
    const { code, errors } = await pipe(["status"], { env: { HEALTH_PORT: String(port) } });
    expect(code).toBe(75);
    expect(errors).toContain(
      `Cannot listen on 127.0.0.1:${port} (EADDRINUSE): set another HEALTH_PORT`,
    );
  });
});

describe("the log", () => {
  it("has a reference for each line that is typed, which also stands on the card of its fault", async () => {
    const port = await freePort();
    const env = { EM_URL: `http://127.0.0.1:${port}`, EM_USERNAME: "bot", EM_PASSWORD: "canary" };
    const { output, errors } = await pipe(["plans", "help"], { env });
    const reference = /Reference (\w{8})/.exec(output)?.[1];
    const lines = errors
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const fault = lines.find(({ msg }) => msg === "a command failed");
    expect(fault).toMatchObject({
      reference,
      platform: "terminal",
      err: { failure: "unreachable" },
    });
    const handled = lines.filter(({ msg }) => msg === "handled");
    expect(handled).toHaveLength(1);
    expect(handled[0].reference).not.toBe(reference);
    expect(errors).not.toContain("canary");
  });
});
