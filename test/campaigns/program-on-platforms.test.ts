/** The real program as a process, on a Slack and a Discord for tests. */
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { FakeSlack } from "../fakes/slack/fake-slack.ts";
import { readable } from "../fakes/slack/reading.ts";
import { aDiscord, aSlack, closedPort, expectClean } from "../program/platforms.ts";
import { start } from "../program/program.ts";

const told = ({ world }: FakeSlack, text: string) =>
  world.messages.some((message) => readable(world, message).includes(text));

/** Turn by turn, as nothing tells when it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await systemClock.sleep(10);
}

describe("the program with platforms in its settings", () => {
  it("serves Slack and Discord at once, and ends well when it is stopped: 0", async () => {
    const [{ slack, env: forSlack }, { discord, env: forDiscord }] = await Promise.all([
      aSlack(),
      aDiscord(),
    ]);
    const program = start({ env: { ...forSlack, ...forDiscord } });
    await slack.sockets.reached(2);
    await until(() => discord.commands.length > 0);
    await slack.command("status");
    await until(() => told(slack, "Nothing is failed over; no failover runs"));
    const { people, ann, channel, world } = discord;
    people.say(ann, channel.id, "@bot plans");
    await until(() => world.transcript().includes("7 failover plans"));
    program.kill("SIGTERM");
    const finished = await program.finished;
    expect(finished.code).toBe(0);
    expectClean(finished);
    expect(finished.errors).toContain('"msg":"stopped"');
  });

  it("hears people in their own time, however fast the sandbox's goes by", async () => {
    const { slack, env } = await aSlack();
    const program = start({ env, flags: ["--speed", "1000"] });
    await slack.sockets.reached(2);
    await slack.mention("status");
    await until(() => slack.world.messages.length > 0);
    expect(told(slack, "answered in")).toBe(true);
    program.kill("SIGTERM");
    expect((await program.finished).code).toBe(0);
  });

  it("is served over HTTP where there is a signing secret", async () => {
    const { slack, env } = await aSlack();
    const port = await closedPort();
    const { SLACK_APP_TOKEN: _, ...rest } = env;
    const http = { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) };
    const program = start({ env: { ...rest, ...http } });
    slack.useHttp({ url: `http://127.0.0.1:${port}/slack/events` });
    await until(() => slack.calls.some(({ method }) => method === "conversations.info"));
    const { outcome } = await slack.command("status");
    expect(outcome.acknowledged).toBe(true);
    await until(() => told(slack, "answered in"));
    program.kill("SIGINT");
    const finished = await program.finished;
    expect(finished.code).toBe(0);
    expectClean(finished);
  });
});
