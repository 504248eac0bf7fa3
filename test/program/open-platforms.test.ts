/** What the doctor of the program asks the platforms in the settings. */
import { expect, it, onTestFinished } from "vitest";
import { createLog } from "../../src/log.ts";
import { platformExaminations } from "../../src/program/open-platforms.ts";
import { testConfig } from "../fakes/bot.ts";
import { fakeClock } from "../fakes/clock.ts";
import { createFakeSlack } from "../fakes/slack/fake-slack.ts";

it("asks each platform about its own people of the policy and on call", async () => {
  const clock = fakeClock();
  const slack = await createFakeSlack({ clock, scopes: ["users:read"] });
  onTestFinished(() => slack.close());
  const { botToken, appToken, url: apiUrl } = slack;
  const config = {
    ...testConfig,
    slack: { botToken, apiUrl, channels: [], mode: { appToken } },
    policy: { people: {}, rules: [{ allow: ["read"], who: ["slack:U0GONE", "discord:11"] }] },
    onCall: [
      { platform: "slack", id: "U0NOBODY" },
      { platform: "discord", id: "12" },
    ] as const,
  };
  const log = createLog({ secrets: [], level: "silent" });
  const examinations = platformExaminations(config, clock, log);
  expect(examinations.map(({ about }) => about)).toEqual(["Slack"]);
  const found = await Promise.all(examinations.map(({ look }) => look()));
  const named = found.flat().filter(({ about }) => /person|on call/.test(about));
  expect(named.map(({ about, verdict }) => `${verdict}: ${about}`)).toEqual([
    "fault: Slack person U0GONE",
    "warning: Slack on call U0NOBODY",
  ]);
});
