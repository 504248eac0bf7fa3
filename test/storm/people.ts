/** Who takes part, what each may do, and how they act on what they see. */
import type { Card, Person, Place } from "../../src/chat/port.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Dice } from "../crash/dice.ts";
import { LAST_ROOM, type Message, type Rooms } from "./rooms.ts";
import { oneOf } from "./weather.ts";

const on = (platform: Person["platform"], id: string, name: string): Person => ({
  platform,
  id,
  name,
});

/** Anna has two accounts; Dan is removed from the group in some runs; Gus was never in it; Otto
 * sits at the terminal. */
export const cast = {
  anna: on("slack", "U01", "Anna"),
  annaElsewhere: on("discord", "11111", "anna#1"),
  ben: on("slack", "U02", "Ben"),
  cleo: on("discord", "13131", "Cleo"),
  dan: on("slack", "U04", "Dan"),
  gus: on("slack", "U05", "Gus"),
  otto: on("terminal", "otto", "Otto"),
} as const satisfies Record<string, Person>;

export const rooms = [
  { platform: "slack", channel: "C0WAR" },
  { platform: "discord", channel: "1100000000000000001" },
] as const satisfies readonly [Place, Place];
const terminal: Place = { platform: "terminal", channel: "terminal" };
export const announcements = { platform: "slack", channel: LAST_ROOM } as const satisfies Place;

const MAY_ORDER = { slack: "slack-group:S-ONCALL", discord: "discord-role:R-ONCALL" };
const groupOf = { slack: "S-ONCALL", discord: "R-ONCALL" };

export const policyOf = (
  approvals: number,
  by: "press" | "type",
  where: readonly Place[] = rooms,
): Policy => ({
  people: {
    anna: { slack: cast.anna.id, discord: cast.annaElsewhere.id },
    ben: { slack: cast.ben.id },
    cleo: { slack: "U03", discord: cast.cleo.id },
    dan: { slack: cast.dan.id, discord: "14141" },
  },
  rules: [
    { allow: ["read"], who: ["everyone"] },
    {
      allow: ["all"],
      who: [...Object.values(MAY_ORDER), `terminal:${cast.otto.id}`],
      where: ["terminal", ...where.map(({ platform, channel }) => `${platform}:${channel}`)],
      confirm: { approvals, by },
    },
  ],
  targets: [{ plans: ["*"], recovery: 75_000, data: 4 * 3_600_000 }],
});

/** The groups of everybody, which can change, and whom the policy lets order. */
export interface Membership {
  /** Until then nobody can read them. */
  unreadableTo: number;
  groupsOf(person: Person): readonly string[];
  mayOrder(person: Person): boolean;
  remove(person: Person): void;
  /** From the next start on, by another policy. Gives those who lose the right. */
  slackAlone(): readonly Person[];
}

export function membership(): Membership {
  const members = new Set(
    [cast.anna, cast.annaElsewhere, cast.ben, cast.cleo, cast.dan, cast.otto].map(nameOf),
  );
  const isMember = (person: Person) => members.has(nameOf(person));
  const barred = new Set<Person["platform"]>();
  return {
    unreadableTo: 0,
    mayOrder: (person) => isMember(person) && !barred.has(person.platform),
    groupsOf: (person) =>
      isMember(person) && person.platform !== "terminal" ? [groupOf[person.platform]] : [],
    remove: (person) => void members.delete(nameOf(person)),
    slackAlone: () => {
      barred.add("discord");
      return [cast.annaElsewhere, cast.cleo];
    },
  };
}

export const nameOf = ({ platform, id }: Person) => `${platform}:${id}`;

/** One human being, whichever account is used. */
export const humanOf = (person: Person) =>
  nameOf(person) === nameOf(cast.annaElsewhere) ? nameOf(cast.anna) : nameOf(person);

export const roomFor = ({ platform }: Person): Place =>
  ({ slack: rooms[0], discord: rooms[1], terminal })[platform];

/** What somebody does: a line, or a press with the text of its form. */
export type Act =
  | { readonly is: "typed"; readonly text: string }
  | { readonly is: "pressed"; readonly token: string; readonly text?: string };

export const intents = [
  "ask",
  "ask",
  "confirm",
  "confirm",
  "confirm",
  "press",
  "press",
  "press",
  "press-wrongly",
  "confirm-old",
  "mistype",
  "cancel",
  "press-cancel",
  "unwatch",
  "read",
  "stop",
  "watch",
  "watch",
  "paste",
] as const;

export type Intent = (typeof intents)[number];

const PLANS = ["ABC Company Failover Plan", "Standard Failover Plan @ ABC Company"] as const;
const WATCHED = [
  `"${PLANS[0]}"`,
  'cdp "CDP Policy 1"',
  'cdp "CDP Policy 1"',
  'replica "SQL Server Replication"',
  'replica "Replication Job 2"',
  "replica",
] as const;
/** As much as Slack lets somebody send at once. */
const PASTED = 40_000;
const READS = [
  "status",
  "watches",
  "plans",
  "sessions",
  "whoami",
  "help",
  "tasks",
  "nonsense",
] as const;

/** Nothing where there is nothing to act on. */
export function actOf(intent: Intent, place: Place, world: Rooms, dice: Dice): Act | undefined {
  const seen = world.messages.filter(
    (message) => message.deletedAt === undefined && message.place.channel === place.channel,
  );
  switch (intent) {
    case "ask": {
      const verb = oneOf(dice, ["start", "start", "start", "start", "test", "undo"]);
      return { is: "typed", text: `${verb} "${oneOf(dice, PLANS)}" because of the storm` };
    }
    case "confirm":
      return typedOn(newestAsking(seen));
    case "confirm-old":
      return typedOn(anyAsking(seen, dice));
    case "press":
      return hasButtons(place)
        ? pressOn(newestAsking(seen), "confirm:")
        : typedOn(newestAsking(seen));
    case "press-wrongly":
      return hasButtons(place)
        ? typedWrongly(pressOn(newestAsking(seen), "confirm:"), anyAsking(seen, dice))
        : typedOn(anyAsking(seen, dice));
    case "press-cancel":
      return hasButtons(place)
        ? pressOn(newestAsking(seen), "cancel:")
        : { is: "typed", text: "cancel" };
    case "unwatch":
      return hasButtons(place)
        ? pressOn(
            seen.findLast(({ versions }) => hasToken(versions, "unwatch:")),
            "unwatch:",
          )
        : { is: "typed", text: "watches" };
    case "mistype":
      return { is: "typed", text: "confirm Standard Fallover" };
    case "cancel":
      return { is: "typed", text: "cancel" };
    case "stop":
      return { is: "typed", text: `stop "${oneOf(dice, PLANS)}"` };
    case "watch":
      return { is: "typed", text: `watch ${oneOf(dice, WATCHED)}` };
    case "paste":
      return { is: "typed", text: pasted(oneOf(dice, ["start", "confirm", "status", "what is"])) };
    case "read":
      return { is: "typed", text: oneOf(dice, READS) };
    default:
      return intent satisfies never;
  }
}

const pasted = (verb: string) =>
  `${verb} ${"srv04 \u{1F525} is *down* <!channel> ".repeat(2_000)}`.slice(0, PASTED);

const hasButtons = ({ platform }: Place) => platform !== "terminal";

const tokenIn = ({ buttons = [] }: Card, prefix: string) =>
  buttons.find(({ token }) => token.startsWith(prefix));

const asks = (card: Card) => tokenIn(card, "confirm:") !== undefined;

/** All that one message has shown, or some of it. */
type Shown = Pick<Message, "versions">;

const hasToken = (versions: Message["versions"], prefix: string) =>
  versions.some(({ card }) => tokenIn(card, prefix));

/** What asks now; where nothing does, what asked last. */
const newestAsking = (seen: readonly Message[]): Shown | undefined =>
  seen.findLast(({ versions }) => versions.slice(-1).some(({ card }) => asks(card))) ??
  seen.findLast(({ versions }) => versions.some(({ card }) => asks(card)));

/** Any question as it stood at any time. */
function anyAsking(seen: readonly Message[], dice: Dice): Shown | undefined {
  const asked = seen.flatMap(({ versions }) => versions.filter(({ card }) => asks(card)));
  const version = asked[dice.between(0, asked.length - 1)];
  return version && { versions: [version] };
}

/** Types what the card said, when it asked last. */
function typedOn(message: Shown | undefined): Act | undefined {
  const card = message?.versions.findLast((version) => asks(version.card))?.card;
  const words = [card?.next ?? []].flat();
  const typed = words.find(
    (span): span is { type: string } =>
      typeof span === "object" && "type" in span && span.type.startsWith("confirm "),
  );
  return typed && { is: "typed", text: typed.type };
}

const nameIn = (typed: Act | undefined) =>
  typed?.is === "typed" ? typed.text.slice("confirm ".length) : "";

function pressOn(message: Shown | undefined, prefix: string): Act | undefined {
  const card = message?.versions.findLast((version) => tokenIn(version.card, prefix))?.card;
  const button = card && tokenIn(card, prefix);
  if (!button) return undefined;
  const text = nameIn(typedOn(message));
  return { is: "pressed", token: button.token, ...(button.asks ? { text } : {}) };
}

/** Where a form asks for words: those of another question, or none that fit any. */
function typedWrongly(press: Act | undefined, other: Shown | undefined): Act | undefined {
  if (press?.is !== "pressed" || press.text === undefined) return press;
  const text = nameIn(typedOn(other));
  return { ...press, text: text === press.text ? "Standard Fallover" : text };
}
