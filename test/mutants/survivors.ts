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
const STRANGE = '["Stryker was here"]';
const KEY = "No message, line or topic has such a key.";
const MEMORY = "It is not looked at again; only memory would be kept.";
const LOG = "It stands in the log alone.";
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
    file: "src/bot/quieting.ts",
    code: 'if (watched.of === "replication") return { verb: "start", plan: { name: "" } };',
    becomes: '"Stryker was here!"',
    why: "It is the name of no plan, as nothing is.",
  },
  {
    file: "src/bot/quieting.ts",
    code: 'const tenant = subject.tenant === undefined ? {} : { tenant: { id: "", name: subject.tenant } };',
    becomes: '"Stryker was here!"',
    why: "A policy names tenants by their names, so nobody looks at the id.",
  },
  {
    file: "src/bot/received.ts",
    code: "if (value) inHand.set(key, Promise.resolve());",
    becomes: "true",
    why: "What is in hand has been saved by then; of what cannot be saved, nothing is removed in the end.",
  },
  {
    file: "src/bot/received.ts",
    code: "if (!done && value) inHand.delete(key);",
    becomes: "false",
    why: "It is known by its delivery when it comes again; only memory would be kept.",
  },
  {
    file: "src/bot/received.ts",
    code: "if (!inHand.delete(key)) return;",
    becomes: "false",
    why: "To remove what is not there changes nothing.",
  },
  {
    file: "src/bot/refusals.ts",
    code: 'return { at, deed: deed ?? "refused", who, where, what, ...(run === undefined ? {} : { run }) };',
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/bot/refusals.ts",
    code: `const lockOf = (key: string) => \`refusals \${key}\`;`,
    becomes: "``",
    why: "One lock for the refusals of all people is as right, and nobody waits for long.",
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
  {
    file: "src/speech/budgets.ts",
    code: "left >= 1 - 1e-6 ? 0 : Math.ceil((1 - left) * everyMs);",
    becomes: "left > 1 - 1e-6",
    why: "No sum of fractions is that number to the last digit.",
  },
  {
    file: "src/speech/elsewhere.ts",
    code: 'const isGone = "gone" in failure && failure.gone === true;',
    becomes: "true",
    why: "Whoever says it at all says that it is so.",
  },
  {
    file: "src/speech/elsewhere.ts",
    code: "const { ref, sent, attempting = [] } = posted;",
    becomes: STRANGE,
    why: KEY,
  },
  {
    file: "src/speech/last-words.ts",
    code: "{ direct = [] }: Posted,",
    becomes: STRANGE,
    why: KEY,
  },
  {
    file: "src/speech/next-message.ts",
    code: '{ attempting = [], apart = "0" }: Posted,',
    why: KEY,
  },
  {
    file: "src/speech/outbox.ts",
    code: 'return state.locks.exclusively("outbox round", async () => {',
    becomes: '""',
    why: "Nothing else is locked under either name.",
  },
  {
    file: "src/watch/move.ts",
    code: "let said = false;",
    becomes: "true",
    why: "It stays so only where the watch is gone meanwhile; who is woken then finds nothing to say.",
  },
  {
    file: "src/orders/last-failover.ts",
    code: "return sessionsNamed(em, sharing, await em.sessions({ limit: NEWEST }));",
    becomes: "{}",
    why: "What is looked for is among the newest; only more would be read.",
  },
  {
    file: "src/speech/outbox.ts",
    code: "if (!before || inOrder(ranked, before) < 0) first.set(laneOf(job), ranked);",
    becomes: "inOrder(ranked, before) <= 0",
    why: "Of two that are alike in all that counts either may go first.",
  },
  {
    file: "src/speech/next-message.ts",
    code: "shownCards.set(posted, shown);",
    becomes: ";",
    why: "Read anew each time it is the same; only time would be lost.",
  },
  { file: "src/speech/unsaid.ts", code: "shownAt.delete(id);", becomes: ";", why: MEMORY },
  { file: "src/speech/unsaid.ts", code: "standing.delete(id);", becomes: ";", why: MEMORY },
  {
    file: "src/speech/unsaid.ts",
    code: "if (speech.lines.length > 0) return jobsOf(speech, now);",
    becomes: "speech.lines.length >= 0",
    why: "Worked out anew each time it is the same; only time would be lost.",
  },
  { file: "src/speech/outbox.ts", code: "plain.arrived(job);", becomes: ";", why: MEMORY },
  {
    file: "src/speech/plainer.ts",
    code: `: \`\${job.topic.id}/\${job.is === "copy" ? "copy" : "card"}\`;`,
    why: "Names are shown to nobody, and the two stay different.",
  },
  { file: "src/speech/sending.ts", code: "default:", why: NEVER },
  {
    file: "src/speech/sending.ts",
    code: 'const { ref: now, left = [] } = (await state.store.get("posted", of)) ?? { version: 1 };',
    becomes: "{}",
    why: "Nobody looks at the version.",
  },
  {
    file: "src/speech/sending.ts",
    code: 'if (!now) throw new ChatError({ kind: "place" }, "Cannot lead to a card that is not there yet");',
    becomes: '""',
    why: LOG,
  },
  {
    file: "src/speech/sending.ts",
    code: "const perhapsThere = posted.attempting?.includes(key) ?? false;",
    becomes: "true",
    why: "A file that was refused was tried, so that there is a list of what was.",
  },
  {
    file: "src/speech/sending.ts",
    code: "if (!again) await saveOf(state, topic, (before) => withAttempt(before, key, card));",
    becomes: "true",
    why: "What is on its way is noted twice and struck out twice.",
  },
  {
    file: "src/speech/sending.ts",
    code: "const wasSent = ({ attempting = [] }: Posted, key: string): boolean => attempting.includes(key);",
    becomes: STRANGE,
    why: KEY,
  },
  {
    file: "src/speech/sending.ts",
    code: "attempting: posted.attempting?.filter((other) => other !== key) ?? [],",
    becomes: STRANGE,
    why: KEY,
  },
  {
    file: "src/speech/sending.ts",
    code: 'if (is === "edit" || is === "look" || topic.stays) return;',
    becomes: "false",
    why: "Where a card is refused its lines are too, and tell it themselves; one that stays has none.",
  },
  {
    file: "src/speech/sending.ts",
    code: 'if (is === "edit" || is === "look" || topic.stays) return;',
    becomes: '(is === "edit" || is === "look") && topic.stays',
    why: "Where a card is refused its lines are too, and tell it themselves; one that stays has none.",
  },
  {
    file: "src/speech/sending.ts",
    code: "if (told.length === 0) return;",
    becomes: "false",
    why: "To tell nobody saves what was there already.",
  },
  {
    file: "src/speech/sending.ts",
    code: "({ direct = [], ...before }) => ({",
    becomes: STRANGE,
    why: KEY,
  },
  {
    file: "src/speech/sending.ts",
    code: `throw new ChatError({ kind: "bot" }, \`Cannot speak on \${platform} as it is not configured\`);`,
    becomes: "``",
    why: LOG,
  },
  {
    file: "src/speech/sending.ts",
    code: 'throw new ChatError({ kind: "moment" }, "Cannot write under a message that is not there yet");',
    becomes: '""',
    why: LOG,
  },
  {
    file: "src/watch/watcher.ts",
    code: "over.abort();",
    becomes: ";",
    why: "A timer that wakes nobody goes on for a while.",
  },
  {
    file: "src/watch/watcher.ts",
    code: "while (sightings.length < MOST_STEPS && isOpen(seen) && mayReadNow(state, seen)) {",
    becomes: "true",
    why: "No look takes more than three steps as things are; the limit is there should that change.",
  },
  {
    file: "src/watch/watcher.ts",
    code: "while (sightings.length < MOST_STEPS && isOpen(seen) && mayReadNow(state, seen)) {",
    becomes: "sightings.length < MOST_STEPS || isOpen(seen)",
    why: "No look takes more than three steps as things are; the limit is there should that change.",
  },
  {
    file: "src/watch/watcher.ts",
    code: "while (sightings.length < MOST_STEPS && isOpen(seen) && mayReadNow(state, seen)) {",
    becomes: "sightings.length <= MOST_STEPS",
    why: "No look takes more than three steps as things are; the limit is there should that change.",
  },
  {
    file: "src/watch/elsewhere.ts",
    code: 'return { heard: true, ended: told.filter(({ session }) => session.state === "Stopped") };',
    becomes: "told",
    why: "What goes on would be moved on a look earlier, by what EM shows now as then.",
  },
  {
    file: "src/watch/elsewhere.ts",
    code: 'return { heard: true, ended: told.filter(({ session }) => session.state === "Stopped") };',
    becomes: "true",
    why: "What goes on would be moved on a look earlier, by what EM shows now as then.",
  },
  {
    file: "src/watch/elsewhere.ts",
    code: 'sessions.map(({ id }) => store.get("seen-sessions", seenKey(emKey, id))),',
    becomes: "() => undefined",
    why: "What was seen before is not saved a second time, as the commit wants it new.",
  },
  {
    file: "src/watch/elsewhere.ts",
    code: "return sessions.filter((_, i) => seen[i] === undefined);",
    becomes: "true",
    why: "What was seen before is not saved a second time, as the commit wants it new.",
  },
  {
    file: "src/watch/evidence.ts",
    code: 'return vms.some((one) => one.vm === vm.name && !another.has(one.point?.id ?? ""));',
    becomes: '"Stryker was here!"',
    why: "No point has such an id, as none has an empty one.",
  },
  {
    file: "src/watch/places.ts",
    code: "quiet: (watch.quiet ?? []).filter((topic) => topic !== id),",
    becomes: STRANGE,
    why: "All is said again only where less of it was wanted, so that there is a list.",
  },
  {
    file: "src/watch/replication.ts",
    code: "...(endedAt === undefined ? {} : { endedAt }),",
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/watch/session.ts",
    code: "const told = furtherOn.indexOf(mark) > furtherOn.indexOf(before) ? mark : before;",
    becomes: "furtherOn.indexOf(mark) >= furtherOn.indexOf(before)",
    why: "Where both stand at the same place they are the same mark.",
  },
  {
    file: "src/watch/session.ts",
    code: "return told === undefined ? {} : { told };",
    becomes: "false",
    why: UNDEFINED,
  },
  {
    file: "src/watch/watcher.ts",
    code: 'sighting.is === "silence" ? { ...sighting, askedFrom: lookingSince } : sighting;',
    becomes: "true",
    why: "Of what is no silence nobody looks at since when it was asked.",
  },
  {
    file: "src/watch/watcher.ts",
    code: "return state.freezes === freezes ? busy : lookAtAll(state);",
    becomes: "true",
    why: "Whoever notices a freeze wakes the loop, which then looks again at once, too.",
  },
];

export const isExplained = (mutant: Omit<Survivor, "why">): boolean =>
  survivors.some(
    ({ file, code, becomes }) =>
      file === mutant.file &&
      code === mutant.code &&
      (becomes === undefined || becomes === mutant.becomes),
  );
