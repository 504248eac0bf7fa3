/** Mistakes of the adapters, found by what the platforms answer. */
import type { Mutant } from "./mutants.ts";

export const mutantsOfPlatforms: readonly Mutant[] = [
  {
    name: "a page instead of Slack's answer is a refusal",
    file: "adapters/slack/errors.ts",
    find: 'new ChatError(\n    { kind: "moment", perhapsDone: true },\n    `Cannot tell whether Slack did',
    replace: 'new ChatError(\n    { kind: "moment" },\n    `Cannot tell whether Slack did',
    promise: "nothing twice unmarked",
    within: 500,
  },
  {
    name: "a name that Slack has not listed is final",
    file: "adapters/slack/errors.ts",
    find: 'listedErrors[name] ?? { kind: "moment" }',
    replace: 'listedErrors[name] ?? { kind: "message", gone: true }',
    promise: "every end is told",
    within: 1500,
  },
  {
    name: "Discord's token is forgotten after a 401",
    file: "adapters/discord/api.ts",
    find: "  rest.setToken(token);\n",
    replace: "",
    promise: "no card stays live",
    within: 1000,
  },
];
