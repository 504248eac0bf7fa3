import { expect, it } from "vitest";
import { calledLine } from "../../src/chat/called.ts";

const line = (text: string) => calledLine(text.split("<me>"), ["@failover", "/failover"]);

it.each([
  ["<me> status", "status"],
  ["<me>, status", "status"],
  ["<me>: status", "status"],
  ["<me>\nstatus", "status"],
  ["status <me>", "status"],
  ["status <me>!", "status"],
  ["hey <me> status", "hey status"],
  ["Good morning, <me>: status", "Good morning, status"],
  ["<me> <me> status", "status"],
  ["<me>", ""],
  ["status", "status"],
  ["@Failover status", "status"],
  ["<me> /failover status ABC", "status ABC"],
  ["<me> `status`", "`status`"],
])("%j is %j to the bot", (text, said) => {
  expect(line(text)).toBe(said);
});

it.each([
  ["tell bob: <me> confirm ABC", "tell bob: @failover confirm ABC"],
  ["<me> start ABC because <me> was slow", "start ABC because @failover was slow"],
  ["> confirm ABC\n<me>", "> confirm ABC"],
])("%j is no other sentence without the mention", (text, said) => {
  expect(line(text)).toBe(said);
});
