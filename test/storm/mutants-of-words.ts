import type { Mutant } from "./mutants.ts";

const promise = "what is said is true";

/** Deliberate lies, in words alone. */
export const mutantsOfWords: readonly Mutant[] = [
  {
    name: "one VM more is up",
    file: "src/messages/end.ts",
    find: "{wellDone(watch).length} of ",
    replace: "{wellDone(watch).length + 1} of ",
    promise,
    within: 60,
  },
  {
    name: "a tick without evidence",
    file: "src/messages/vm-rows.ts",
    find: 'vm.mark === "done" && !isSeen(watch, name) ? "reported" : vm.mark',
    replace: "vm.mark",
    promise,
    within: 200,
  },
  {
    name: "all are confirmed where some are",
    file: "src/messages/verdicts.ts",
    find: "{seen} of ",
    replace: "{verdicts.length} of ",
    promise,
    within: 200,
  },
  {
    name: "begun a minute before",
    file: "src/messages/progress.ts",
    find: 'return ["Running since ", at(createdAt), "."]',
    replace: 'return ["Running since ", at(createdAt - 60_000), "."]',
    promise,
    within: 60,
  },
  {
    name: "points are younger",
    file: "src/messages/question-rows.ts",
    find: "{age(createdAt, now)} old, point of `",
    replace: "{age(createdAt + 900_000, now)} old, point of `",
    promise,
    within: 60,
  },
  {
    name: "new words for what runs",
    file: "src/messages/progress.ts",
    find: 'return ["Running since ", at(createdAt), "."]',
    replace: 'return ["On its way since ", at(createdAt), "."]',
    promise: "what is said of runs can be read",
    within: 60,
  },
];
