/** Whether the web can be reached, and what is said where it cannot. */
import { createServer as createWeb } from "node:http";
import { createServer as createSecureWeb } from "node:https";
import { createServer } from "node:net";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import { fetchBy, waysThrough } from "../../src/network/dispatcher.ts";
import { reasonOf, whyNotReached, whyUnreached } from "../../src/network/reach.ts";
import { listening } from "../em/scripted-em.ts";
import { startConnectProxy } from "../fakes/connect-proxy.ts";

const look = (url: string, by: typeof fetch = fetch, withinMs = 2000) =>
  whyUnreached(new URL(url), by, AbortSignal.timeout(withinMs));

const failingWith =
  (code: string): typeof fetch =>
  () =>
    Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) }));

describe("an address of the web", () => {
  it("is reached where anything answers, be it a refusal, and is asked with no token", async () => {
    const asked: unknown[] = [];
    const server = createWeb(({ method, headers }, response) => {
      asked.push([method, headers.authorization]);
      response.writeHead(403).end();
    });
    expect(await look(await listening(server, "http"))).toBeUndefined();
    expect(asked).toEqual([["HEAD", undefined]]);
  });

  it("is not where nobody listens", async () => {
    const server = createWeb();
    const url = await listening(server, "http");
    await new Promise((resolve) => server.close(resolve));
    expect(await look(url)).toEqual({
      why: "the connection was refused",
      cure: "have the firewall let this machine connect to it, or set HTTPS_PROXY to the proxy that leads there",
    });
  });

  it("is not where nothing answers in time", async () => {
    const url = await listening(createServer(), "http");
    expect((await look(url, fetch, 20))?.why).toBe("nothing answered in time");
  });

  it("is not where its certificate comes from somebody who reads along", async () => {
    const { private: key, cert } = await generate([], { keyType: "ec" });
    const url = await listening(createSecureWeb({ key, cert }), "https");
    const unreached = await look(url.replace("127.0.0.1", "localhost"));
    expect(unreached?.why).toBe("nobody here knows who issued the certificate that is shown there");
    expect(unreached?.cure).toContain("NODE_EXTRA_CA_CERTS");
  });

  it("is not where the proxy refuses, which is named without its password", async () => {
    const proxy = await startConnectProxy(407);
    proxy.url.username = "bot";
    proxy.url.password = "canary";
    const by = fetchBy(waysThrough({ https: proxy.url }));
    const unreached = await look("https://slack.example", by);
    expect(unreached?.why).toBe(`the proxy ${proxy.url.host} answers with 407`);
    expect(unreached?.cure).toContain("HTTPS_PROXY");
    expect(JSON.stringify(unreached)).not.toContain("canary");
  });

  it.each([
    ["ENOTFOUND", "its name is not known"],
    ["EAI_AGAIN", "its name could not be looked up"],
    ["ENETUNREACH", "there is no way to it"],
    ["UND_ERR_CONNECT_TIMEOUT", "nothing answered in time"],
    ["CERT_HAS_EXPIRED", "the certificate that is shown there has expired"],
    ["EWHATEVER", "the connection failed (EWHATEVER)"],
  ])("is not by the code %s, which is told in words", async (code, why) => {
    expect((await look("https://slack.example", failingWith(code)))?.why).toBe(why);
  });
});

describe("a request that has failed", () => {
  const failed = (code: string, message = "") =>
    new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });

  it("is told in words, with the code by which others can be asked", () => {
    expect(whyNotReached(failed("ENOTFOUND"))).toBe("its name is not known (ENOTFOUND)");
    expect(reasonOf(failed("ECONNRESET"))).toBe("the connection was cut (ECONNRESET)");
    expect(reasonOf(failed("ENEW", "something new"))).toBe("something new");
  });

  it("never arrived where the proxy did not lead anywhere", () => {
    const refused = failed("EPROXY", "The proxy proxy:3128 answers with 407");
    expect(whyNotReached(refused)).toBe("the proxy proxy:3128 answers with 407");
  });

  it("may have arrived where the connection was cut", () => {
    expect(whyNotReached(failed("ECONNRESET"))).toBeUndefined();
  });
});
