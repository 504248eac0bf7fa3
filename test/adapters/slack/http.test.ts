import { afterEach, describe, expect, it } from "vitest";
import { createSlackPort } from "../../../adapters/slack/slack.ts";
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
const nowS = () => Math.floor(Date.now() / 1000);

describe("a request in Slack's name", () => {
  it("is taken when Slack signed it", async () => {
    const { url, slack } = await started();
    const answer = await fetch(url, { method: "POST", ...signed(envelope, slack.signingSecret) });
    expect(answer.status).toBe(200);
  });

  it.each([
    ["is signed by somebody else", (_: string) => signed(envelope, "another secret")],
    ["is six minutes old", (secret: string) => signed(envelope, secret, nowS() - 360)],
    ["was changed on its way", (secret: string) => ({ ...signed(envelope, secret), body: "{}" })],
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
    const answer = await fetch(url, { method: "POST", ...signed(challenge, slack.signingSecret) });
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

  it("finds nobody once the bot has stopped, and the health says so", async () => {
    const { slack, port } = await started();
    await port.stop();
    expect((await slack.command("status")).outcome.acknowledged).toBe(false);
    expect(port.health()).toEqual({ ok: false, state: "Slack is not connected" });
  });
});
