import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createSlackPort } from "../../../adapters/slack/slack.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { hearsAll } from "../../fakes/hears-all.ts";
import type { Envelope } from "../../fakes/slack/deliveries.ts";
import { signed } from "../../fakes/slack/http-mode.ts";
import { type SlackRig, slackRig } from "./rig.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(): Promise<SlackRig & { url: string }> {
  const rig = await slackRig({ mode: "http" });
  rigs.push(rig);
  await rig.start();
  return { ...rig, url: rig.httpUrl() };
}

const event = { type: "app_mention", user: "U0ALICE", channel: "C0WAR", ts: "1.1", text: "status" };
const envelope: Envelope = {
  id: "1",
  type: "events_api",
  payload: { type: "event_callback", event_id: "Ev1", team_id: "T0ABC", event },
  retry: 0,
};
/** As the bot's clock shows it. */
const startedAtS = Math.floor(fakeClock().now() / 1000);

describe("a request in Slack's name", () => {
  it("is taken when Slack signed it", async () => {
    const { url, slack } = await started();
    const request = signed(envelope, slack.signingSecret, startedAtS);
    const answer = await fetch(url, { method: "POST", ...request });
    expect(answer.status).toBe(200);
  });

  it.each([
    ["is signed by somebody else", (_: string) => signed(envelope, "another secret", startedAtS)],
    ["is six minutes old", (secret: string) => signed(envelope, secret, startedAtS - 360)],
    [
      "is dated six minutes from now",
      (secret: string) => signed(envelope, secret, startedAtS + 360),
    ],
    [
      "was changed on its way",
      (secret: string) => ({ ...signed(envelope, secret, startedAtS), body: "{}" }),
    ],
    [
      "is not signed",
      (_: string) => ({ body: "{}", headers: { "content-type": "application/json" } }),
    ],
  ])("is refused when it %s", async (_, request) => {
    const { url, slack, arrived } = await started();
    const answer = await fetch(url, { method: "POST", ...request(slack.signingSecret) });
    expect(answer.status).toBe(401);
    expect(arrived).toEqual([]);
  });

  it("proves to Slack that the address is the bot's", async () => {
    const { url, slack } = await started();
    const challenge = { ...envelope, payload: { type: "url_verification", challenge: "say this" } };
    const request = signed(challenge, slack.signingSecret, startedAtS);
    const answer = await fetch(url, { method: "POST", ...request });
    expect(await answer.json()).toEqual({ challenge: "say this" });
  });

  it("has no address where another program has the port, and the start says so", async () => {
    const { url, slack, clock } = await started();
    const { botToken, signingSecret, url: apiUrl } = slack;
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const port = Number(new URL(url).port);
    const second = createSlackPort({
      botToken,
      signingSecret,
      apiUrl,
      port,
      channels: [],
      clock,
      log,
    });
    const handlers = {
      commands: [],
      arriving: async () => undefined,
      moved: async () => undefined,
      ...hearsAll,
      incoming: async () => {},
      complete: () => [],
    };
    await expect(second.start(handlers)).rejects.toThrow(
      /cannot listen on 127.0.0.1:\d+ \(EADDRINUSE\); set another PORT/,
    );
  });

  it("ends with the bot, and so do connections over which nothing, or half a request, has come", async () => {
    const { url, port } = await started();
    const { hostname, port: number } = new URL(url);
    const sockets = ["", "POST /slack/events HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"].map(
      (sent) => {
        const socket = connect(Number(number), hostname, () => socket.write(sent));
        socket.on("error", () => undefined);
        return socket;
      },
    );
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    await port.stop();
    await Promise.all(closed);
  });

  it("finds nobody once the bot has stopped, and the health says so", async () => {
    const { slack, port } = await started();
    await port.stop();
    expect((await slack.command("status")).outcome.acknowledged).toBe(false);
    expect(port.health()).toEqual({ ok: false, state: "Slack is not connected" });
  });
});

describe("what is not Slack's, or makes no sense", () => {
  /** Signed, whatever it is. */
  function signedText(body: string, secret: string, mediaType = "application/json") {
    const mac = createHmac("sha256", secret).update(`v0:${startedAtS}:${body}`).digest("hex");
    const headers = {
      "content-type": mediaType,
      "x-slack-request-timestamp": String(startedAtS),
      "x-slack-signature": `v0=${mac}`,
    };
    return { body, headers };
  }

  it.each([
    ["null", "application/json"],
    ["5", "application/json"],
    ["[]", "application/json"],
    ['"text"', "application/json"],
    ["{", "application/json"],
    ["payload=null", "application/x-www-form-urlencoded"],
    ["payload=%7B", "application/x-www-form-urlencoded"],
  ])("%s as the signed body of %s is refused, and the bot goes on", async (body, mediaType) => {
    const { url, slack, port } = await started();
    const request = signedText(body, slack.signingSecret, mediaType);
    const answer = await fetch(url, { method: "POST", ...request });
    expect(answer.status).toBe(400);
    expect((await slack.command("status")).outcome.acknowledged).toBe(true);
    expect(port.health().ok).toBe(true);
  });

  it("a body that does not end is refused before it is read", async () => {
    const { url, slack } = await started();
    const body = "x".repeat(1024 * 1024 + 1);
    const request = signedText(body, slack.signingSecret);
    const answer = await fetch(url, { method: "POST", ...request }).catch(() => undefined);
    expect([413, undefined]).toContain(answer?.status);
  });

  it.each(["GET", "POST"])("another address finds nothing: %s", async (method) => {
    const { url } = await started();
    expect((await fetch(new URL("/elsewhere", url), { method })).status).toBe(404);
  });

  it("Slack's look at the certificate is answered, unsigned as it is, and whatever else it says", async () => {
    const { url, arrived } = await started();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = "ssl_check=1&command=%2Ffailover&text=status&user_id=U0ALICE";
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
    expect(arrived).toEqual([]);
  });

  it("a flood of it is one line of log, and one more a minute later", async () => {
    const { url, said, clock } = await started();
    const knock = () => fetch(url, { method: "POST", body: "{}" });
    await Promise.all(Array.from({ length: 50 }, knock));
    const lines = () => said.filter(({ sentence }) => /not Slack's/.test(sentence));
    expect(lines().map(({ sentence }) => sentence)).toEqual([
      "A request that is not Slack's was refused: it is not signed",
    ]);
    clock.advance(60_000);
    await knock();
    expect(lines().at(-1)?.sentence).toMatch(/it is not signed; 49 more since the last line/);
    expect(lines()).toHaveLength(2);
  });
});
