/** Slack, Discord and EM through a proxy that knows CONNECT alone. */
import { X509Certificate } from "node:crypto";
import { createServer } from "node:tls";
import { generate } from "selfsigned";
import { describe, expect, it, onTestFinished } from "vitest";
import { certificateAt } from "../../src/em/certificate.ts";
import { openSecureTunnel } from "../../src/network/tunnel.ts";
import { makeRig } from "../adapters/discord/rig.ts";
import { slackRig } from "../adapters/slack/rig.ts";
import { until } from "../adapters/slack/until.ts";
import { emAt, failureOf, listening, said, scriptedEm } from "../em/scripted-em.ts";
import { startConnectProxy } from "../fakes/connect-proxy.ts";
import { hearsAll } from "../fakes/hears-all.ts";

const card = { tone: "plain", title: "Said through a proxy", lines: [] } as const;

describe("Slack", () => {
  it("is called, and heard over its sockets, through the proxy", async () => {
    const proxy = await startConnectProxy();
    const rig = await slackRig({ proxies: { http: proxy.url } });
    onTestFinished(rig.close);
    await rig.start();
    const next = rig.next();
    await rig.slack.command("status");
    expect(await next).toMatchObject({ kind: "typed", text: "status" });
    await rig.port.post({ platform: "slack", channel: "C0WAR" }, card, "key");
    const { host } = new URL(rig.slack.url);
    expect(proxy.asked.every(({ to }) => to === host)).toBe(true);
    const sockets = 2;
    expect(proxy.asked.length).toBeGreaterThan(sockets);
  });

  it("is reached directly where NO_PROXY says so", async () => {
    const proxy = await startConnectProxy();
    const rig = await slackRig({ proxies: { http: proxy.url, except: ["127.0.0.0/8"] } });
    onTestFinished(rig.close);
    await rig.start();
    await rig.port.post({ platform: "slack", channel: "C0WAR" }, card, "key");
    expect(proxy.asked).toEqual([]);
  });

  it("behind a proxy that refuses cannot be reached now, which may pass", async () => {
    const proxy = await startConnectProxy(407);
    const rig = await slackRig({ mode: "http", proxies: { http: proxy.url } });
    onTestFinished(rig.close);
    const post = rig.port.post({ platform: "slack", channel: "C0WAR" }, card, "key");
    await expect(post).rejects.toMatchObject({ failure: { kind: "moment" } });
  });
});

describe("Discord", () => {
  it("is called, and heard over its gateway, through the proxy", async () => {
    const proxy = await startConnectProxy();
    const rig = await makeRig({ proxies: { http: proxy.url } });
    onTestFinished(rig.close);
    await rig.port.start({
      commands: [],
      arriving: async () => undefined,
      moved: async () => undefined,
      incoming: async (one) => void rig.arrived.push(one),
      complete: () => [],
      ...hearsAll,
    });
    const { people, ann, apiUrl } = rig.discord;
    people.say(ann, rig.channel.channel, "@bot status");
    await until(() => rig.arrived.length > 0);
    await rig.port.post(rig.channel, card, "key");
    const { host } = new URL(apiUrl);
    expect(proxy.asked.every(({ to }) => to === host)).toBe(true);
    expect(rig.discord.gateway.counts.identified).toBe(1);
    // REST for the adapter, REST for the gateway's address, and the gateway.
    expect(proxy.asked.length).toBeGreaterThanOrEqual(3);
  });
});

describe("EM", () => {
  const script = { "GET /api/cloud": () => said("CloudFailoverPlans", {}) };

  async function ownCertificate() {
    const { private: key, cert } = await generate([{ name: "commonName", value: "em" }], {
      keyType: "ec",
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
  }

  it("is reached directly, whatever the environment says", async () => {
    const proxy = await startConnectProxy();
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"])
      setForTest(name, proxy.url.href);
    const server = await scriptedEm(script);
    expect(await emAt(server.url).plans("cloud")).toEqual([]);
    expect(proxy.asked).toEqual([]);
  });

  it.each(["http", "https"])("is asked over %s through EM_PROXY", async (scheme) => {
    const proxy = await startConnectProxy();
    proxy.url.username = "bot";
    proxy.url.password = "s%23cret";
    const own = scheme === "https" ? await ownCertificate() : undefined;
    const server = await scriptedEm(script, own);
    const trust = own ? { fingerprints: [own.fingerprint] } : {};
    const em = emAt(server.url, { ...trust, proxy: proxy.url });
    expect(await em.plans("cloud")).toEqual([]);
    const credentials = `Basic ${Buffer.from("bot:s#cret").toString("base64")}`;
    expect(proxy.asked[0]).toEqual({ to: new URL(server.url).host, credentials });
  });

  it("is trusted through a proxy as it is without", async () => {
    const proxy = await startConnectProxy();
    const server = await scriptedEm(script, await ownCertificate());
    const error = await failureOf(emAt(server.url, { proxy: proxy.url }).plans("cloud"));
    expect(error.failure).toBe("certificate");
    expect(server.asked).toEqual([]);
  });

  it("shows the doctor its certificate through the proxy, as nothing else leads there", async () => {
    const proxy = await startConnectProxy();
    const own = await ownCertificate();
    const server = await scriptedEm(script, own);
    const shown = await certificateAt(new URL(server.url), proxy.url);
    expect(shown?.fingerprint).toBe(own.fingerprint);
    expect(proxy.asked.map(({ to }) => to)).toEqual([new URL(server.url).host]);
    const refusing = await startConnectProxy(407);
    expect(await certificateAt(new URL(server.url), refusing.url)).toBeUndefined();
  });

  it("behind a proxy that refuses was surely not reached, and no password is told", async () => {
    const proxy = await startConnectProxy(407);
    proxy.url.username = "bot";
    proxy.url.password = "canary";
    const server = await scriptedEm(script);
    const error = await failureOf(emAt(server.url, { proxy: proxy.url }).plans("cloud"));
    expect(error.perhapsDone).toBe(false);
    expect(error.message).not.toContain("canary");
  });
});

it("a stranger's certificate is not trusted through a tunnel", async () => {
  const proxy = await startConnectProxy();
  const { private: key, cert } = await generate([{ name: "commonName", value: "slack.com" }]);
  const { port } = new URL(await listening(createServer({ key, cert }), "tls"));
  const outcome = await new Promise((resolve) =>
    openSecureTunnel(proxy.url, { host: "127.0.0.1", port: Number(port) }, 5000, resolve),
  );
  expect(outcome).toBeInstanceOf(Error);
});

function setForTest(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}
