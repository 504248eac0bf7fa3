import { afterEach, describe, expect, it } from "vitest";
import { type RigOptions, type SlackRig, slackRig } from "./rig.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function rigWith(options: RigOptions = {}): Promise<SlackRig> {
  const rig = await slackRig(options);
  rigs.push(rig);
  return rig;
}

const warnings = ({ said }: SlackRig) =>
  said.filter(({ level }) => level === "warn").map(({ sentence }) => sentence);

describe("the look around at the start", () => {
  it("finds nothing to say where all is well", async () => {
    const rig = await rigWith({ channels: ["C0WAR", "G0SECRET"] });
    await rig.start();
    expect(rig.said).toEqual([]);
    expect(rig.port.health()).toMatchObject({ ok: true });
  });

  it("says of each channel what is wrong with it, in the log and in the health", async () => {
    const rig = await rigWith({ channels: ["C0OTHER", "C0OPS", "C0NONE", "C0WAR"] });
    const ops = rig.slack.world.channels.get("C0OPS");
    if (ops) ops.isArchived = true;
    await rig.start();
    expect(warnings(rig)).toEqual([
      "The bot is not a member of channel C0OTHER (#other); type /invite @failover there",
      "Channel C0OPS (#ops) is archived; unarchive it, or take it out of SLACK_CHANNELS",
      "Channel C0NONE could not be checked: Slack knows no channel C0NONE that the bot can see",
    ]);
    expect(rig.port.health().ok).toBe(true);
    for (const sentence of warnings(rig)) expect(rig.port.health().state).toContain(sentence);
  });

  it("forgets what was wrong with a channel once the bot has posted there", async () => {
    const rig = await rigWith({ channels: ["C0OTHER"] });
    await rig.start();
    const other = rig.slack.world.channels.get("C0OTHER");
    if (other) other.hasBot = true;
    await rig.port.post(
      { platform: "slack", channel: "C0OTHER" },
      { tone: "plain", title: "Hi", lines: [] },
      "key-1",
    );
    expect(rig.port.health().state).not.toContain("C0OTHER");
  });

  it("names each scope that is missing, and what does not work without it", async () => {
    const rig = await rigWith({
      scopes: ["chat:write", "commands", "app_mentions:read", "im:history"],
    });
    await rig.start();
    expect(warnings(rig)).toContain(
      "Without the scope usergroups:read, rules that name user groups do not work; add the scope to the app and install it again",
    );
    expect(warnings(rig)).toHaveLength(8);
  });

  it("ends where Slack refuses the token, and says which setting that is", async () => {
    const rig = await rigWith();
    rig.slack.world.isTokenRevoked = true;
    await expect(rig.start()).rejects.toMatchObject({
      failure: { kind: "bot" },
      message: expect.stringContaining("SLACK_BOT_TOKEN"),
    });
  });
});

describe("the health of a running bot", () => {
  it("is bad as soon as Slack refuses its token, and good once it takes it again", async () => {
    const rig = await rigWith();
    await rig.start();
    const post = (key: string) =>
      rig.port.post(
        { platform: "slack", channel: "C0WAR" },
        { tone: "plain", title: "Root", lines: [] },
        key,
      );
    rig.slack.world.isTokenRevoked = true;
    await expect(post("key-1")).rejects.toThrow("install the app again");
    expect(rig.port.health()).toMatchObject({ ok: false, state: expect.stringContaining("token") });
    rig.slack.world.isTokenRevoked = false;
    await post("key-1");
    expect(rig.port.health().ok).toBe(true);
  });
});
