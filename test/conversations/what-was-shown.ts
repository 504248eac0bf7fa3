/**
 * People who ask, edit, cancel and confirm in any order, on all platforms, with lines that arrive
 * late and twice; and what of it EM was told. Judged by the records of the platforms and of EM.
 */
import fc from "fast-check";
import { expect } from "vitest";
import type { Card, Person, Place, Platform } from "../../src/chat/port.ts";
import type { Run } from "../../src/sandbox/estate/estate.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import type { FakeChat, Message } from "../fakes/chat.ts";

const platforms: readonly Platform[] = ["slack", "discord", "terminal"];
const names = ["Anna", "Ben", "Cleo"] as const;
const TWIN = "Standard Failover Plan";
const BEFORE = "2026-11-21T03:00Z";

interface Subject {
  readonly name: string;
  readonly tenant: string;
  readonly vms: readonly (readonly string[])[];
}

/** Two plans have one name; each is edited to and fro. */
const subjects: readonly Subject[] = [
  { name: TWIN, tenant: "ABC Company", vms: [["filesrv03", "filesrv04"], ["filesrv04"]] },
  { name: TWIN, tenant: "Tech Dynamics", vms: [["shopdb01"], []] },
  {
    name: "ABC Company Failover Plan",
    tenant: "ABC Company",
    vms: [
      ["srv38", "srv40", "sql07"],
      ["srv38", "sql07"],
    ],
  },
];

/** Most of it happens in one room, about one plan. */
const who = {
  person: fc.constantFrom(...names),
  on: fc.constantFrom<Platform>("slack", "slack", "slack", "slack", "discord", "terminal"),
  channel: fc.constantFrom("ops", "ops", "ops", "ops", "ops", "board-room"),
};
/** How many steps later it arrives, and whether it arrives twice. */
const way = { late: fc.constantFrom(0, 0, 0, 1, 2, 3), twice: fc.boolean(), undated: fc.boolean() };
const plan = fc.constantFrom(0, 0, 0, 0, 1, 2);
const is = <Name extends string>(name: Name) => fc.constant(name);

const ask = fc.record({
  is: is("ask"),
  ...who,
  ...way,
  plan,
  verb: fc.constantFrom("start", "start", "test", "undo"),
  before: fc.boolean(),
});
const typing = { is: is("name"), ...who, plan, whole: fc.boolean() };
const name = fc.record({ ...typing, ...way });
const back = fc.constantFrom(0, 0, 1);
const code = fc.record({ is: is("code"), ...who, ...way, back });
const press = fc.record({ is: is("press"), ...who, ...way, back });
const cancel = fc.record({ is: is("cancel"), ...who, ...way });
const edit = fc.record({ is: is("edit"), plan, to: fc.constantFrom(0, 1) });
const pass = fc.record({ is: is("pass"), ms: fc.constantFrom(5000, 60_000, 320_000) });
const look = fc.record({ is: is("look") });

/** Two who type the plan's name at once, of whom one is held up on the way. */
const twoAtOnce = fc.tuple(
  fc.record({ ...typing, late: fc.constantFrom(1, 2), twice: fc.boolean(), undated: fc.boolean() }),
  fc.record({ ...typing, late: fc.constant(0), twice: fc.boolean(), undated: fc.boolean() }),
  look,
);

const deeds = fc.oneof(
  { weight: 4, arbitrary: ask },
  { weight: 4, arbitrary: name },
  { weight: 4, arbitrary: code },
  { weight: 3, arbitrary: press },
  { weight: 2, arbitrary: cancel },
  { weight: 2, arbitrary: edit },
  { weight: 1, arbitrary: pass },
  { weight: 2, arbitrary: look },
);
const several = fc.oneof(
  { weight: 12, arbitrary: deeds.map((one) => [one]) },
  { weight: 2, arbitrary: fc.tuple(ask, edit) },
  { weight: 2, arbitrary: fc.tuple(name, cancel, ask) },
  { weight: 3, arbitrary: twoAtOnce },
);

const story = fc
  .record({
    approvals: fc.constantFrom(0, 0, 1, 2),
    by: fc.constantFrom<"type" | "press">("type", "press"),
    /** All in one room, about one plan. */
    isNarrow: fc.boolean(),
    parts: fc.array(several, { minLength: 4, maxLength: 16 }),
  })
  .map(({ parts, isNarrow, ...rest }) => ({
    ...rest,
    deeds: isNarrow ? parts.flat().map(narrowed) : parts.flat(),
  }));

function narrowed<One extends object>(one: One): One {
  const on = "on" in one ? { on: "slack", channel: "ops" } : {};
  return { ...one, ...on, ...("plan" in one ? { plan: 0 } : {}) };
}

type Story = typeof story extends fc.Arbitrary<infer One> ? One : never;
type Deed = Story["deeds"][number];
type Doing = Extract<Deed, { person: string }>;

/** What somebody did to confirm, as the platform dated it. */
interface Act {
  readonly by: string;
  readonly place: Place;
  readonly at: number;
  /** A code may have been read in any place. */
  readonly anywhere: boolean;
  arrivedAt?: number;
}

interface Sent {
  readonly text: string;
  readonly token?: string;
  readonly act?: Act;
  readonly from: Person;
  readonly place: Place;
  readonly delivery: string;
  readonly at: number;
  readonly undated: boolean;
  due: number;
}

interface Play {
  readonly bot: TestBot;
  readonly acts: Act[];
  readonly underWay: Sent[];
  readonly judged: Set<string>;
  readonly faults: string[];
  count: number;
}

const personOf = (name: string, platform: Platform): Person => ({
  platform,
  id: `${name}-${platform}`,
  name,
});

const people = Object.fromEntries(
  names.map((name) => [
    name,
    Object.fromEntries(platforms.map((platform) => [platform, `${name}-${platform}`])),
  ]),
);

/** Plays it to its end; gives what was sent and had not been shown, and how much was sent. */
async function play({ approvals, by, deeds }: Story) {
  const policy = {
    people,
    rules: [{ allow: ["all" as const], who: ["everyone"], confirm: { by, approvals } }],
  };
  const bot = await startBot({ platforms, config: { policy } });
  const playing: Play = { bot, acts: [], underWay: [], judged: new Set(), faults: [], count: 0 };
  for (const one of deeds) {
    bot.clock.advance(1000);
    await doIt(playing, one);
    await arrive(playing);
    judge(playing);
  }
  for (let step = 0; step < 4; step++) {
    bot.clock.advance(1000);
    await arrive(playing);
    await bot.look();
    judge(playing);
  }
  return { faults: playing.faults, sent: playing.judged.size };
}

async function doIt(playing: Play, one: Deed): Promise<void> {
  const { bot } = playing;
  if (one.is === "edit") return editPlan(bot, one.plan, one.to);
  if (one.is === "pass") return bot.pass(one.ms, Math.max(5000, one.ms / 4));
  if (one.is === "look") return bot.look();
  post(playing, one);
}

function editPlan({ sandbox }: TestBot, index: number, to: number): void {
  const { name, tenant, vms } = subjects[index] as Subject;
  const found = sandbox.estate
    .plans()
    .find((one) => one.name === name && one.tenant?.name === tenant);
  const chosen = vms[to] as readonly string[];
  if (found && chosen.length > 0) sandbox.control.editPlan(found.id, chosen);
}

const wordsOf = (index: number) => {
  const { name, tenant } = subjects[index] as Subject;
  return `${name} @ ${tenant}`;
};

/** Somebody types or presses; it is under way. */
function post(playing: Play, one: Doing): void {
  const place: Place = { platform: one.on, channel: one.channel };
  const said = sayingOf(playing, one, place);
  if (!said) return;
  const at = playing.bot.clock.now();
  const isConfirming = one.is === "name" || one.is === "code" || one.is === "press";
  const act: Act = { by: one.person, place, at, anywhere: one.is === "code" };
  if (isConfirming) playing.acts.push(act);
  const sent: Sent = {
    ...said,
    ...(isConfirming ? { act } : {}),
    from: personOf(one.person, one.on),
    place: one.is === "name" ? answering(playing.bot, place) : place,
    delivery: `d${playing.count++}`,
    at,
    undated:
      one.undated && one.is === "name" && one.plan < 2 && seesQuestion(playing.bot, one, place),
    due: one.late,
  };
  playing.underWay.push(sent, ...(one.twice ? [{ ...sent, due: one.late + 1 }] : []));
}

/** In the thread of the newest question there, where a plan's name may confirm it. */
function answering(bot: TestBot, place: Place): Place {
  const now = bot.clock.now();
  const asked = chatOn(bot, place.platform).messages.findLast((message) => {
    const card = versionAt(message, now);
    return message.place.channel === place.channel && card !== undefined && tokenOn(card);
  });
  return asked === undefined ? place : { ...place, thread: asked.id };
}

/** What nobody dates is typed by those alone who see a question of that kind. */
const seesQuestion = (bot: TestBot, { person }: Doing, place: Place) =>
  seenBy(bot, person, place, bot.clock.now()).some((card) => questionOn(card)?.plan === TWIN);

function sayingOf(
  { bot }: Play,
  one: Doing,
  place: Place,
): { text: string; token?: string } | undefined {
  switch (one.is) {
    case "ask":
      return {
        text: `${one.verb} "${wordsOf(one.plan)}"${one.before && one.verb === "start" ? ` before ${BEFORE}` : ""}`,
      };
    case "cancel":
      return { text: "cancel" };
    case "name":
      return {
        text: `confirm ${one.whole ? wordsOf(one.plan) : (subjects[one.plan] as Subject).name}`,
      };
    case "code": {
      const codes = seenBy(bot, one.person, "anywhere", bot.clock.now()).flatMap(codeOn);
      const code = codes.at(-1 - one.back);
      return code === undefined ? undefined : { text: `confirm ${code}` };
    }
    case "press": {
      const cards = seenBy(bot, one.person, place, bot.clock.now()).filter((card) => tokenOn(card));
      const card = cards.at(-1 - one.back);
      if (!card) return undefined;
      const text = codeOn(card)[0] ?? questionOn(card)?.plan ?? "";
      return { text, token: tokenOn(card) ?? "" };
    }
    default:
      return one satisfies never;
  }
}

async function arrive(playing: Play): Promise<void> {
  const { bot, underWay } = playing;
  const due = underWay.filter((sent) => sent.due-- <= 0);
  for (const sent of due) {
    underWay.splice(underWay.indexOf(sent), 1);
    bot.clock.advance(1);
    if (sent.act) sent.act.arrivedAt ??= bot.clock.now();
    const chat = chatOn(bot, sent.place.platform);
    if (sent.token === undefined) await chat.type(sent.text, sent);
    else await chat.press(sent.token, sent.text, sent);
    await bot.parts.outbox.flush();
  }
}

const chatOn = ({ chats }: TestBot, platform: Platform): FakeChat => {
  const found = chats.find((chat) => chat.platform === platform);
  if (!found) throw new Error(`There is no ${platform}`);
  return found;
};

/** What stood before somebody's eyes at that time, oldest message first. */
function seenBy(bot: TestBot, name: string, where: Place | "anywhere", at: number): Card[] {
  const chats = where === "anywhere" ? bot.chats : [chatOn(bot, where.platform)];
  return chats
    .flatMap(({ messages }) => messages)
    .filter(({ only }) => only === undefined || only.name === name)
    .filter(({ place }) => where === "anywhere" || place.channel === where.channel)
    .flatMap((message) => versionAt(message, at) ?? []);
}

/** What is shown in the very moment was not read yet. */
function versionAt({ versions, times }: Message, at: number): Card | undefined {
  return versions[times.findLastIndex((time) => time < at)];
}

interface Question {
  readonly action: string;
  readonly plan: string;
  readonly tenant: string;
  readonly vms: string;
  /** Undefined: the newest ones. */
  readonly before: number | undefined;
  /** When the point of each VM was made. */
  readonly points: ReadonlyMap<string, number>;
}

const textOf = (line: Card["lines"][number]): string =>
  typeof line === "string"
    ? line
    : line
        .map((span) => (typeof span === "string" ? span : "strong" in span ? span.strong : ""))
        .join("");

function questionOn(card: Card): Question | undefined {
  const [, verb, name] =
    /^(Start failover|Test failover|Undo the failover of|Failover) plan "(.+?)"/.exec(card.title) ??
    [];
  const tenant = card.lines
    .map((line) => /of tenant ([^,.]+)/.exec(textOf(line))?.[1])
    .find(Boolean);
  if (!tokenOn(card) || verb === undefined || name === undefined || !tenant) return undefined;
  const action = verb.startsWith("Test") ? "test" : verb.startsWith("Undo") ? "undo" : "start";
  const vms = (card.rows ?? []).map((row) => row.name.replace(/^\d+\. /, ""));
  return {
    action,
    plan: name,
    tenant,
    vms: vms.sort().join(),
    before: beforeOn(card),
    points: pointsOn(card),
  };
}

function beforeOn({ lines }: Card): number | undefined {
  const line = lines.find((one) => textOf(one).includes("newest restore point before"));
  const span = Array.isArray(line)
    ? line.find((one) => typeof one === "object" && "at" in one)
    : undefined;
  return span && typeof span === "object" && "at" in span ? span.at : undefined;
}

const pointsOn = ({ rows = [] }: Card): ReadonlyMap<string, number> =>
  new Map(
    rows.flatMap(({ name, detail }) =>
      Array.isArray(detail)
        ? detail.flatMap((span) =>
            typeof span === "object" && "at" in span ? [[name, span.at] as const] : [],
          )
        : [],
    ),
  );

const tokenOn = ({ buttons = [] }: Card) =>
  buttons.find(({ token }) => token.startsWith("confirm:"))?.token;

const codeOn = ({ next }: Card): string[] =>
  Array.isArray(next)
    ? next.flatMap((span) =>
        typeof span === "object" && "type" in span
          ? (/^confirm (?:(?:test|undo|stop) )?([B-Z]{4})$/.exec(span.type)?.[1] ?? [])
          : [],
      )
    : [];

/** Whoever confirmed each new run has been shown exactly that. */
function judge(playing: Play): void {
  const { bot, judged, faults } = playing;
  const born = Date.UTC(2026, 10, 21, 6);
  for (const run of bot.sandbox.estate.runs()) {
    if (run.orderedAt < born || judged.has(run.id)) continue;
    judged.add(run.id);
    const confirmers = confirmersOf(bot, run);
    if (confirmers.length === 0) faults.push(`nobody confirmed ${runWords(bot, run)}`);
    for (const name of confirmers)
      if (!hasBeenShown(playing, name, run))
        faults.push(`${name} confirmed ${runWords(bot, run)} without having been shown that`);
  }
}

const tenantOf = ({ sandbox }: TestBot, run: Run) =>
  sandbox.estate.plans().find(({ id }) => id === run.planId)?.tenant?.name ?? "";

const runWords = (bot: TestBot, run: Run) =>
  `${run.action} ${run.planName} @ ${tenantOf(bot, run)} of ${run.vms.map(({ name }) => name).join()}`;

/** By the lines under the newest card that asked for this. */
function confirmersOf(bot: TestBot, run: Run): string[] {
  const found = bot.chats.flatMap((chat) =>
    chat.messages.flatMap((root) => {
      const asked = root.versions.findLastIndex((card) => isOf(bot, run, questionOn(card)));
      return asked < 0 || root.only ? [] : [{ chat, root, at: root.times[asked] ?? 0 }];
    }),
  );
  const newest = found.sort((a, b) => a.at - b.at).at(-1);
  if (!newest) return [];
  const lines = newest.chat.messages.filter(({ place }) => place.thread === newest.root.id);
  const texts = lines.flatMap((line) => newest.chat.text(line).split("\n"));
  const since = texts.findLastIndex((text) => text.includes("The approval is void"));
  return texts
    .slice(since + 1)
    .flatMap((text) => /^(?:Confirmed|Approved) by (\w+)/.exec(text)?.[1] ?? []);
}

const isOf = (bot: TestBot, run: Run, question: Question | undefined) =>
  question?.action === run.action &&
  question.plan === run.planName &&
  question.tenant === tenantOf(bot, run);

/** By the last thing that somebody did to confirm anything, before it was sent. */
function hasBeenShown({ bot, acts }: Play, name: string, run: Run): boolean {
  const arrived = acts.filter(
    ({ by, arrivedAt }) => by === name && arrivedAt !== undefined && arrivedAt <= run.orderedAt,
  );
  return arrived.some(({ place, at, anywhere }) =>
    seenBy(bot, name, anywhere ? "anywhere" : place, at).some((card) => isSame(bot, run, card)),
  );
}

/** An undo takes back what is failed over of the VMs that were shown. */
function isSame(bot: TestBot, run: Run, card: Card): boolean {
  const question = questionOn(card);
  if (!question || !isOf(bot, run, question)) return false;
  const vms = run.vms.map(({ name }) => name);
  if (run.action === "undo") return vms.every((vm) => question.vms.split(",").includes(vm));
  const areSame = question.vms === vms.sort().join();
  return areSame && (run.action === "test" || hasSamePoints(bot, run, question));
}

/**
 * Before the time that was shown; else no older than the points that were shown, as EM shows its
 * points late.
 */
function hasSamePoints({ sandbox }: TestBot, run: Run, { before, points }: Question): boolean {
  const madeAt = new Map(sandbox.estate.points().map(({ id, createdAt }) => [id, createdAt]));
  return run.vms.every(({ name, point }) => {
    const used = madeAt.get(point?.id ?? "");
    if (used === undefined) return true;
    return before === undefined ? used >= (points.get(name) ?? 0) : used < before;
  });
}

/** Plays so many stories; fails where something was sent that was not shown. Gives how much was sent. */
export async function playMany(seed: number, numRuns: number): Promise<number> {
  let sent = 0;
  const property = fc.asyncProperty(story, async (one) => {
    const played = await play(one);
    sent += played.sent;
    expect(played.faults).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns });
  return sent;
}
