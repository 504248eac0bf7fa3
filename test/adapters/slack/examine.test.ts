/** What the doctor finds in Slack. */
import { afterEach, describe, expect, it } from "vitest";
import { examineSlack } from "../../../adapters/slack/examine.ts";
import type { DoctorCheck } from "../../../src/chat/check.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { createFakeSlack, type FakeSlack } from "../../fakes/slack/fake-slack.ts";
import { manifest } from "./rig.ts";

const open: FakeSlack[] = [];
afterEach(async () => {
  for (const slack of open.splice(0)) await slack.close();
});

async function gone(slack: FakeSlack) {
  open.splice(open.indexOf(slack), 1);
  await slack.close();
}

async function slackWith(scopes: readonly string[] = manifest().oauth_config.scopes.bot) {
  const clock = fakeClock();
  const slack = await createFakeSlack({ clock, scopes });
  open.push(slack);
  const nothing = () => undefined;
  const log = { info: nothing, warn: nothing, error: nothing };
  const { botToken, appToken, url: apiUrl } = slack;
  const options = { botToken, appToken, apiUrl, channels: ["C0WAR"], clock, log };
  return { slack, options };
}

const told = (checks: readonly DoctorCheck[]) =>
  checks.map(
    ({ about, verdict, says, cure }) => `${verdict}: ${about}: ${says}${cure ? ` → ${cure}` : ""}`,
  );

describe("the doctor in Slack", () => {
  it("finds all well where the app is as the manifest says and the bot is in its channels", async () => {
    const { options } = await slackWith();
    expect(told(await examineSlack(options))).toEqual([
      "well: Slack: Slack takes the bot token",
      "well: Slack scopes: All 12 scopes of the manifest are granted",
      "well: Slack clock: It agrees with this machine's to some seconds",
      "well: Slack connection: Socket Mode: Slack takes the app-level token",
      "well: Slack channels: The bot is in 1 of 1",
    ]);
  });

  it("warns of channels that other workspaces share, whose people read there", async () => {
    const { slack, options } = await slackWith();
    const room = slack.world.channels.get("C0WAR");
    if (room) room.sharedWith = ["T9"];
    expect(told(await examineSlack(options)).slice(-2)).toEqual([
      "well: Slack channels: The bot is in 1 of 1",
      "warning: Slack channel C0WAR shared: Channel C0WAR (#war-room) is shared with other workspaces (T9): their people read what the bot says there, and may do what the policy opens to external or to slack:T…",
    ]);
  });

  it("finds ids of the policy that Slack does not know, and those of who has left", async () => {
    const { slack, options } = await slackWith();
    slack.world.accounts.set("U0BOB", { deleted: true });
    const named = {
      people: ["U0ALICE", "U0NOBODY", "U0BOB"],
      groups: ["S0ONCALL", "S0GONE"],
      channels: ["C0WAR", "C0NOWHERE"],
    };
    const before = told(await examineSlack(options)).length;
    const unknown =
      "The policy names it, and the platform does not know it: its rules are for nobody → correct the id in the policy";
    expect(told(await examineSlack(options, named)).slice(before)).toEqual([
      `fault: Slack person U0NOBODY: ${unknown}`,
      `fault: Slack person U0BOB: ${unknown}`,
      `fault: Slack group S0GONE: ${unknown}`,
      expect.stringMatching(/^warning: Slack channel C0NOWHERE: /),
    ]);
    slack.world.isFreePlan = true;
    expect(
      told(await examineSlack(options, { ...named, people: [], channels: [] })),
    ).toContainEqual(
      expect.stringMatching(
        /^warning: Slack group S0ONCALL: Whether it exists could not be asked: .*paid plans/,
      ),
    );
  });

  it("opens no socket, over which Slack would send what the bot that runs should hear", async () => {
    const { slack, options } = await slackWith();
    await examineSlack(options);
    expect(slack.sockets.greeted()).toBe(0);
    expect(slack.callCounts()).toEqual({
      "auth.test": 1,
      "users.info": 1,
      "apps.connections.open": 1,
      "conversations.info": 1,
    });
  });

  it("names each scope that is missing, what does not work without it, and the cure", async () => {
    const granted = manifest().oauth_config.scopes.bot.filter(
      (scope: string) => scope !== "im:write" && scope !== "chat:write",
    );
    const { options } = await slackWith(granted);
    const checks = told(await examineSlack(options));
    const cure = "add it to the app (manifest.yml holds all) and install the app again";
    expect(checks).toContain(
      `fault: Slack scope chat:write: It is not granted, so that the bot cannot say anything → ${cure}`,
    );
    expect(checks).toContain(
      `warning: Slack scope im:write: It is not granted, so that where no channel can be written, nobody is told the end directly → ${cure}`,
    );
  });

  it("says which token Slack refuses", async () => {
    const { slack, options } = await slackWith();
    slack.world.isTokenRevoked = true;
    slack.world.isAppTokenRevoked = true;
    expect(told(await examineSlack(options))).toEqual([
      expect.stringMatching(/^fault: Slack: Slack refuses the bot: .*SLACK_BOT_TOKEN/),
      "well: Slack clock: It agrees with this machine's to some seconds",
      expect.stringMatching(
        /^fault: Slack connection: Slack refuses the app-level token → .*SLACK_APP_TOKEN/,
      ),
    ]);
  });

  it("says what is wrong with each channel, and where none is named", async () => {
    const { options } = await slackWith();
    const checks = told(
      await examineSlack({ ...options, channels: ["C0WAR", "C0OTHER", "C0NONE"] }),
    );
    expect(checks.slice(4)).toEqual([
      "well: Slack channels: The bot is in 1 of 3",
      "warning: Slack channel C0OTHER: The bot is not a member of channel C0OTHER (#other); type /invite @failover there",
      "warning: Slack channel C0NONE: Channel C0NONE could not be checked: Slack knows no channel C0NONE that the bot can see",
    ]);
    expect(told(await examineSlack({ ...options, channels: [] })).at(-1)).toMatch(
      /^warning: Slack channels: SLACK_CHANNELS names none/,
    );
  });

  it("notices that this machine's clock is wrong", async () => {
    const { options } = await slackWith();
    const clock = { ...options.clock, now: () => options.clock.now() + 30_000 };
    expect(told(await examineSlack({ ...options, clock }))).toContain(
      "warning: Slack clock: This machine's is 30 s ahead of it → have this machine set its clock by a time server",
    );
  });

  it("says of an HTTP mode that it cannot see whether Slack reaches it", async () => {
    const { slack, options } = await slackWith();
    const { appToken: _, ...rest } = options;
    const checks = await examineSlack({ ...rest, signingSecret: slack.signingSecret, port: 8080 });
    expect(told(checks)).toContainEqual(
      "note: Slack connection: HTTP mode on port 8080; whether Slack reaches it cannot be seen from here",
    );
  });

  it("says that Slack cannot be reached: the address, why, and what to do about it, once", async () => {
    const { slack, options } = await slackWith();
    await gone(slack);
    expect(told(await examineSlack(options))).toEqual([
      `fault: Slack: Slack cannot be reached at ${new URL(options.apiUrl).origin}: the connection was refused → have the firewall let this machine connect to it, or set HTTPS_PROXY to the proxy that leads there`,
    ]);
  });

  it("says that the host of the socket cannot be reached, where Slack itself can", async () => {
    const { slack, options } = await slackWith();
    const nobody = await slackWith();
    await gone(nobody.slack);
    const elsewhere = nobody.options.apiUrl.replace("http:", "ws:").replace("/api/", "/link");
    const answer = JSON.stringify({ ok: true, url: elsewhere });
    slack.faults.next({ status: 200, page: answer }, "apps.connections.open");
    expect(told(await examineSlack(options))).toContainEqual(
      expect.stringMatching(
        /^fault: Slack connection: Slack's socket, over which the bot hears, cannot be reached at http:\/\/127\.0\.0\.1:\d+: the connection was refused → /,
      ),
    );
  });

  it("warns of those on call who are not there, and of groups with nobody in them", async () => {
    const { slack, options } = await slackWith();
    slack.world.accounts.set("U0BOB", { deleted: true });
    slack.world.groups.set("S0EMPTY", []);
    const onCall = ["U0ALICE", "U0BOB", "U0NOBODY", "S0ONCALL", "S0EMPTY", "S0GONE"];
    const before = (await examineSlack(options)).length;
    const checks = told(await examineSlack(options, undefined, onCall)).slice(before);
    const gone = "ON_CALL names somebody who is not there, or has left → correct the id in ON_CALL";
    expect(checks).toEqual([
      `warning: Slack on call U0BOB: ${gone}`,
      `warning: Slack on call U0NOBODY: ${gone}`,
      "warning: Slack on call S0EMPTY: Nobody is called: nobody is in the group s0empty → add people to it",
      "warning: Slack on call S0GONE: ON_CALL names a group that is not there, or is switched off → correct the id in ON_CALL",
    ]);
    slack.world.isFreePlan = true;
    expect(told(await examineSlack(options, undefined, ["S0ONCALL"])).at(-1)).toMatch(
      /^warning: Slack on call S0ONCALL: Whether it can be called could not be asked: .*paid plans/,
    );
  });

  it("shows no token", async () => {
    const { slack, options } = await slackWith();
    slack.world.isTokenRevoked = true;
    const all = JSON.stringify(await examineSlack(options));
    expect(all).not.toContain(options.botToken);
    expect(all).not.toContain(options.appToken);
  });
});
