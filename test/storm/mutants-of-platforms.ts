/** Mistakes of the adapters, and of what they call before and after an acknowledgement. */
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
  {
    name: "a terminal does not say that it repeats itself",
    file: "adapters/terminal/terminal.ts",
    find: "const shown = again ? perhapsTwice(card) : card;",
    replace: "const shown = again ? card : { ...card };",
    promise: "nothing twice unmarked",
    within: 1500,
  },
  {
    name: "the acknowledgement waits for the disk",
    file: "src/bot/received.ts",
    find: "const LONGEST_WAIT_MS = 500;",
    replace: "const LONGEST_WAIT_MS = 500_000;",
    promise: "acknowledged at once",
    within: 200,
  },
  {
    name: "what a restart has cut off is forgotten",
    file: "src/bot/received.ts",
    find: "for (const entry of left) await tellOne(entry, parts);",
    replace: "for (const entry of left.slice(0, 0)) await tellOne(entry, parts);",
    promise: "everybody is answered",
    within: 1500,
  },
  {
    name: "what was answered stays in the queue",
    file: "src/bot/received.ts",
    find: '.commit([{ remove: "received", key }])',
    replace: ".commit([])",
    promise: "nothing is left behind",
    within: 100,
  },
  {
    name: "an older card that is found is taken for this one",
    file: "src/speech/sending.ts",
    find: "shown: cardPrint((wasSent(posted, key) ? posted.sent : undefined) ?? card),",
    replace: "shown: cardPrint(wasSent(posted, key) ? card : card),",
    promise: "no card stays live",
    within: 1500,
  },
];
