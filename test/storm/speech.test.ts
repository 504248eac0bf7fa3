/** Which rows of messages the judge reads as one thread. */
import { describe, expect, it } from "vitest";
import type { Message } from "./rooms.ts";
import { speech } from "./speech.ts";

const messageOf = (key: string): Message => ({
  id: key,
  place: { platform: "discord", channel: "1" },
  key,
  versions: [{ at: 0, card: { title: key, tone: "plain", lines: [] } }],
});

const promisesBroken = (...keys: string[]) =>
  speech({ rooms: { messages: keys.map(messageOf) } }).map(({ promise }) => promise);

describe("lines", () => {
  it("keep their order in their thread, and among those that the channel shows too", () => {
    expect(promisesBroken("run/2", "run/1")).toEqual(["lines keep their order"]);
    expect(promisesBroken("run/2 in the channel", "run/1 in the channel")).toHaveLength(1);
  });

  it("are not held against what the channel shows too, which may come later", () => {
    expect(promisesBroken("run/1", "run/2", "run/1 in the channel")).toEqual([]);
  });
});
