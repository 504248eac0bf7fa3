/**
 * Mistakes that no test can notice or need notice, and why. Each is named by the line that it is
 * made in, so that the list stays right when lines move; a test looks whether the line is there.
 */
export interface Survivor {
  readonly file: string;
  /** The line in which the mistake begins, without what it is indented by. */
  readonly code: string;
  /** What the mistake makes of it, or of a part of it; absent: whatever it makes. */
  readonly becomes?: string;
  readonly why: string;
}

/** Percent of a room's mistakes that are noticed. */
export const LEAST_SCORE = 95;

const NEVER = "The compiler proves that this is never reached.";
const UNDEFINED = "What is undefined is not stored, so the record is the same.";

export const survivors: readonly Survivor[] = [
  { file: "src/orders/approval.ts", code: "default:", why: NEVER },
  {
    file: "src/orders/approval.ts",
    code: `again(\`orders/\${id}\`, async () => {`,
    becomes: "``",
    why: "Names the record in an error that comes only where others write it ten times in between.",
  },
  {
    file: "src/orders/asking.ts",
    code: `asking.locks.exclusively(\`questions \${questionKey(order)}\`, async () =>`,
    becomes: "``",
    why: "One lock for the questions of all names is as right, and nobody waits for long.",
  },
  {
    file: "src/orders/asking.ts",
    code: "return { at, deed, who, where, run, what, ...(reason === undefined ? {} : { why: reason }) };",
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/orders/authority.ts",
    code: 'if (!allowed.ok) throw new Error("A refusal was overlooked");',
    why: "A refusal has been given back before, so this is never reached.",
  },
  {
    file: "src/orders/submit.ts",
    code: 'throw new Error("A stop is no request to a plan");',
    why: "`send` takes a stop another way, so this is never reached.",
  },
  {
    file: "src/orders/submit.ts",
    code: "...(since === undefined ? {} : { since }),",
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/orders/submit.ts",
    code: "...(order.reason === undefined ? {} : { reason: order.reason }),",
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/orders/recheck.ts",
    code: 'JSON.stringify([continuous ? "" : name, state, ambiguous]);',
    becomes: '"Stryker was here!"',
    why: "Prints are compared with one another alone, and this one has the same word on both sides.",
  },
  {
    file: "src/commands/ask.ts",
    code: 'return { is: "confirm", order: reason === undefined ? order : { ...order, reason } };',
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/commands/stop.ts",
    code: "...(reason === undefined ? {} : { reason }),",
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/commands/pending.ts",
    code: `return [plan.name, \`\${plan.name} @ \${plan.tenant?.name ?? ""}\`].some(`,
    becomes: '"Stryker was here!"',
    why: "Nobody has a tenant of that name, and of a plan without a tenant nobody types any.",
  },
  {
    file: "src/bot/answering.ts",
    code: '[platform, id, channel, thread ?? ""].join(" ");',
    becomes: '"Stryker was here!"',
    why: "The key is shown to nobody, and no thread has such an id.",
  },
  {
    file: "src/bot/bot.ts",
    code: "...(incoming.datedAt === undefined ? {} : { typedAt: incoming.datedAt }),",
    becomes: "false",
    why: "Who reads it takes undefined and absent as the same.",
  },
  {
    file: "src/bot/bot.ts",
    code: "listening.end();",
    becomes: ";",
    why: "A question that was not saved is never shown, so nobody is told that it cannot be. Of a watch a test notices it.",
  },
  {
    file: "src/bot/bot.ts",
    code: 'const [deed = "", id = ""] = incoming.token.split(":");',
    becomes: '"Stryker was here!"',
    why: "A token always has a first part, and no order and no run has either id.",
  },
  {
    file: "src/bot/bot.ts",
    code: '!confirms(order, withoutItsVerb(order, incoming.text ?? ""));',
    becomes: '"Stryker was here!"',
    why: "It is the name of no plan, as nothing is.",
  },
  {
    file: "src/bot/em-housekeeping.ts",
    code: 'this.name = "HousekeepingError";',
    becomes: '""',
    why: "It stands in the log alone.",
  },
  {
    file: "src/bot/hearing.ts",
    code: 'const places = Map.groupBy(mine, ({ place }) => topicId("late", place));',
    becomes: '""',
    why: "The keys are not used, and stay different.",
  },
  {
    file: "src/bot/hearing.ts",
    code: 'putTopic({ version: 1, id, place, title: "Late", card, updatedAt: at, closed: true }),',
    becomes: '""',
    why: "The title stands on what hangs under a card, and nothing hangs under this one.",
  },
  {
    file: "src/bot/hearing.ts",
    code: 'what: refusedWords(verbOf(one, commands) ?? "a line", { is: "late", byMs: now - one.at }),',
    becomes: '""',
    why: "Only what has a verb is held.",
  },
  {
    file: "src/bot/reaction.ts",
    code: '(pickedLine(token, "") ?? token).split(/[: ]/, 1)[0];',
    becomes: '"Stryker was here!"',
    why: "The plan is behind the verb, and the verb alone is taken.",
  },
  {
    file: "src/bot/received.ts",
    code: "await Promise.race([save(state, arriving), patience]).finally(() => saved.abort());",
    becomes: "() => undefined",
    why: "A timer that wakes nobody goes on for half a second.",
  },
  {
    file: "src/bot/received.ts",
    code: 'putTopic({ version: 1, id, place, title: "Restart", card, updatedAt: at, closed: true }),',
    becomes: '""',
    why: "The title stands on what hangs under a card, and nothing hangs under this one.",
  },
];

export const isExplained = (mutant: Omit<Survivor, "why">): boolean =>
  survivors.some(
    ({ file, code, becomes }) =>
      file === mutant.file &&
      code === mutant.code &&
      (becomes === undefined || becomes === mutant.becomes),
  );
