/** The rooms whose mistakes cost most, and the tests that shall notice them. */
export interface Room {
  readonly name: string;
  /** Folders or files below the root. */
  readonly source: readonly string[];
  readonly tests: readonly string[];
}

export const rooms: readonly Room[] = [
  {
    name: "orders",
    source: ["src/orders"],
    tests: ["test/orders", "test/commands"],
  },
  {
    name: "bot",
    source: ["src/bot"],
    tests: [
      "test/bot",
      "test/watch/places.test.ts",
      "test/orders/approval.test.ts",
      "test/orders/asking.test.ts",
      "test/orders/withdrawal.test.ts",
      "test/commands",
      "test/conversations/refusals.test.ts",
    ],
  },
  {
    name: "watcher",
    source: ["src/watch/watcher.ts", "src/watch/move.ts"],
    tests: [
      "test/watch/watcher.test.ts",
      "test/watch/last-look.test.ts",
      "test/orders/submit.test.ts",
    ],
  },
  { name: "watch", source: ["src/watch"], tests: ["test/watch"] },
  { name: "speech", source: ["src/speech"], tests: ["test/speech"] },
  {
    name: "commands",
    source: [
      "src/commands/ask.ts",
      "src/commands/confirm.ts",
      "src/commands/cancel.ts",
      "src/commands/pending.ts",
      "src/commands/stop.ts",
    ],
    tests: ["test/commands", "test/orders"],
  },
];
