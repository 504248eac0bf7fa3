import { expect, it } from "vitest";
import { namedIds } from "../../src/policy/named-ids.ts";

it("the ids that a policy names are told by platform, each once", () => {
  const policy = {
    people: { anna: { slack: ["U1", "U2"], discord: "11" }, ben: { terminal: "ben" } },
    rules: [
      {
        allow: ["read"],
        who: ["everyone", "slack:U1", "slack:T9", "slack:T9/U3", "slack-group:S1"],
      },
      {
        deny: ["order"],
        who: ["discord:12", "discord-role:21"],
        where: ["slack:C1", "discord:31"],
      },
    ],
  };
  expect(namedIds(policy, "slack")).toEqual({
    people: ["U1", "U2", "T9/U3"],
    groups: ["S1"],
    channels: ["C1"],
  });
  expect(namedIds(policy, "discord")).toEqual({
    people: ["11", "12"],
    groups: ["21"],
    channels: ["31"],
  });
});
