import { describe, expect, it } from "vitest";
import { belongsAs } from "../../../adapters/discord/belongs.ts";

const told = { joined_at: "2026-01-01T00:00:00Z", deaf: false, mute: false };
const member = (own: { roles?: string[]; pending?: boolean; flags?: number } = {}) => ({
  ...{ ...told, flags: 0, roles: [] },
  ...own,
});

describe("who somebody in Discord is to the server", () => {
  it.each([
    ["a member", member(), false, "member"],
    [
      "a guest as long as the server's rules were not accepted",
      member({ pending: true }),
      false,
      "guest",
    ],
    ["a guest who may visit one voice channel", member({ flags: 1 << 4 }), false, "guest"],
    ["a bot", member(), true, "bot"],
  ])("is %s", async (_, one, isBot, is) => {
    expect(await belongsAs(one, isBot).membership()).toEqual({ is });
  });
});

describe("the roles of somebody in Discord", () => {
  it("are those of the server's member", async () => {
    expect(await belongsAs(member({ roles: ["1", "2"] })).groups()).toEqual(["1", "2"]);
  });
});
