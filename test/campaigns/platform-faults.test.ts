/** Every fault of a platform with which the real program can be started. */
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { aDiscord, aSlack, closedPort, expectClean } from "../program/platforms.ts";
import { start } from "../program/program.ts";

describe("a fault of a platform at the start", () => {
  it.each([
    [
      "a bot token that Slack refuses",
      { SLACK_BOT_TOKEN: "xoxb-wrong" },
      /^Slack refuses the bot: .*set SLACK_BOT_TOKEN$/m,
    ],
    [
      "an app token that Slack refuses",
      { SLACK_APP_TOKEN: "xapp-wrong" },
      /^Slack refuses the app-level token; .*set SLACK_APP_TOKEN$/m,
    ],
  ])("ends the program in a sentence: %s", async (_, wrong, sentence) => {
    const { env } = await aSlack();
    const finished = await start({ env: { ...env, ...wrong } }).finished;
    expect(finished.code).toBe(2);
    expect(finished.errors).toMatch(sentence);
    expectClean(finished);
  });

  it("ends the program in a sentence: a token that Discord refuses", async () => {
    const { env } = await aDiscord();
    const finished = await start({ env: { ...env, DISCORD_TOKEN: "wrong.token.altogether" } })
      .finished;
    expect(finished.code).toBe(2);
    expect(finished.errors).toMatch(/^Discord refuses the bot's token; .*Set DISCORD_TOKEN/m);
    expectClean(finished);
  });

  it("ends the program in a sentence: a port that another program has", async () => {
    const { slack, env } = await aSlack();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { SLACK_APP_TOKEN: _, ...rest } = env;
    const http = { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) };
    const finished = await start({ env: { ...rest, ...http } }).finished;
    expect(finished.code).toBe(75);
    expect(finished.errors).toMatch(
      /cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\); set another PORT/,
    );
    expectClean(finished);
  });

  it("does not end it where the platform is only out of reach: it says so, tries on, and can be stopped", async () => {
    const { env } = await aSlack();
    const away = `http://127.0.0.1:${await closedPort()}/`;
    const program = start({ env: { ...env, SLACK_API_URL: `${away}api/` } });
    await program.complaining(
      /Slack cannot be reached: the connection was refused \(ECONNREFUSED\)/,
    );
    program.kill("SIGTERM");
    const finished = await program.finished;
    expect(finished.code).toBe(0);
    expectClean(finished);
  });

  it("names what is missing in the settings", async () => {
    const { env } = await aSlack();
    const { SLACK_APP_TOKEN: _, ...rest } = env;
    const finished = await start({ env: rest }).finished;
    expect(finished.code).toBe(2);
    expect(finished.errors).toContain("SLACK_APP_TOKEN must be set for Socket Mode");
    expectClean(finished);
  });
});
