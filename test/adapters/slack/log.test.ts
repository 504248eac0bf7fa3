import { describe, expect, it } from "vitest";
import { boltLogger, withoutSecrets } from "../../../adapters/slack/log.ts";

describe("what Slack's SDK logs", () => {
  it.each([
    "token xoxb-123-abc-DEF refused",
    "app token xapp-1-A0-1-f00 refused",
    "connecting to wss://wss.slack.example/link/?ticket=f00-bar&app_id=1",
    "answered at https://hooks.slack.com/commands/T0/1/f00bar",
    "answered at https://hooks.slack.com/actions/T0/1/f00bar",
  ])("holds no secret: %s", (line) => {
    const shown = withoutSecrets(line);
    expect(shown).toContain("[hidden]");
    expect(shown).not.toMatch(/f00|123-abc/);
  });

  it("is kept where it warns, and left out where it tells payloads, or what is said elsewhere", () => {
    const lines: string[] = [];
    const keep = (sentence: string) => void lines.push(sentence);
    const logger = boltLogger({ info: keep, warn: keep, error: keep });
    logger.debug("payload");
    logger.info("payload");
    logger.warn("late", new Error("xoxb-1-2"));
    logger.warn("http request failed", "fetch failed");
    logger.error("Failed to retrieve a new WSS URL (error: fetch failed)");
    expect(lines).toEqual(["Slack's SDK says: late [hidden]"]);
  });
});
