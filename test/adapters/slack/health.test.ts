import { afterEach, describe, expect, it } from "vitest";
import { type SlackRig, slackRig } from "./rig.ts";
import { until } from "./until.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(): Promise<SlackRig> {
  const rig = await slackRig();
  rigs.push(rig);
  await rig.start();
  await until(() => rig.port.health().state.endsWith("over 2 sockets"));
  return rig;
}

const room = { platform: "slack", channel: "C0WAR" } as const;
const say = ({ port }: SlackRig, key: string) =>
  port.post(room, { tone: "plain", title: "Hello", lines: [] }, key);

describe("the health of Slack", () => {
  it("says within a minute that the bot token was revoked, though sockets are open and all is quiet", async () => {
    const rig = await started();
    rig.slack.world.isTokenRevoked = true;
    rig.clock.advance(60_000);
    await until(() => !rig.port.health().ok);
    expect(rig.port.health().state).toBe("Slack refuses the bot token; install the app again");
    expect(rig.slack.sockets.count()).toBe(2);
    rig.slack.world.isTokenRevoked = false;
    await until(() => {
      rig.clock.advance(60_000);
      return rig.port.health().ok;
    });
  });

  it("says that the bot may say nothing, until it has said something again", async () => {
    const rig = await started();
    rig.slack.faults.next({ error: "ekm_access_denied" }, "chat.postMessage");
    await say(rig, "one").catch(() => undefined);
    expect(rig.port.health()).toEqual({
      ok: false,
      state: "The administrators of the workspace have suspended posting",
      silent: true,
    });
    await say(rig, "two");
    expect(rig.port.health().ok).toBe(true);
  });

  it("is as it was where one message or one channel is refused", async () => {
    const rig = await started();
    for (const error of ["invalid_blocks", "is_archived", "a_name_from_tomorrow"]) {
      rig.slack.faults.next({ error }, "chat.postMessage");
      await say(rig, error).catch(() => undefined);
    }
    expect(rig.port.health().ok).toBe(true);
  });
});
