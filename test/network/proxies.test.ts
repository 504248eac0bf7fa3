import { describe, expect, it } from "vitest";
import { proxyTo } from "../../src/network/proxies.ts";

const https = new URL("http://secure.example:3128");
const http = new URL("http://plain.example:3128");

const to = (address: string, except: readonly string[] = []) =>
  proxyTo(new URL(address), { https, http, except })?.hostname;

describe("the proxy", () => {
  it.each([
    ["https://slack.com/api/", "secure.example"],
    ["wss://gateway.discord.gg/?v=10", "secure.example"],
    ["http://slack.test/", "plain.example"],
    ["ws://slack.test/", "plain.example"],
  ])("to %s is %s", (address, proxy) => {
    expect(to(address)).toBe(proxy);
  });

  it("is none where none is set for that scheme", () => {
    expect(proxyTo(new URL("https://slack.com"), { http })).toBeUndefined();
    expect(proxyTo(new URL("https://slack.com"), {})).toBeUndefined();
  });

  it.each([
    ["https://slack.com/", "*", true],
    ["https://slack.com/", "slack.com", true],
    ["https://SLACK.com/", "Slack.COM", true],
    ["https://files.slack.com/", "slack.com", true],
    ["https://files.slack.com/", ".slack.com", true],
    ["https://files.slack.com/", "*.slack.com", true],
    ["https://notslack.com/", "slack.com", false],
    ["https://slack.com.example/", "slack.com", false],
    ["https://slack.com/", "slack.com:443", true],
    ["https://slack.com:8443/", "slack.com:443", false],
    ["http://slack.com/", "slack.com:80", true],
    ["https://10.1.2.3/", "10.0.0.0/8", true],
    ["https://11.1.2.3/", "10.0.0.0/8", false],
    ["https://10.1.2.3/", "10.1.2.3", true],
    ["https://10.1.2.3:9398/", "10.1.2.3:9398", true],
    ["https://[fd00::1]/", "fd00::/8", true],
    ["https://[fd00::1]/", "fd00::1", true],
    ["https://[fd00::1]/", "[fd00::1]", true],
    ["https://10.1.2.3/", "10.0.0.0/99", false],
    ["https://10.1.2.3/", "2.3", false],
  ])("%s with %s as NO_PROXY: reached directly is %s", (address, except, isDirect) => {
    expect(to(address, ["else.example", except]) === undefined).toBe(isDirect);
  });
});
