import { describe, expect, it } from "vitest";
import { rolesOf } from "../../../adapters/discord/mention.ts";

describe("the roles of somebody in Discord", () => {
  it("are those of the server's member", async () => {
    expect(await rolesOf({ roles: ["1", "2"] })()).toEqual(["1", "2"]);
  });

  it("cannot be read where there is no member, so that no rule takes that for having none", async () => {
    await expect(rolesOf(undefined)()).rejects.toThrow(
      "Discord shows roles on a server alone, not in direct messages",
    );
  });
});
