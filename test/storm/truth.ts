/** Promise 5: what the bot says of EM's estate is what EM knew then, in words that the judge can read. */
import type { Person } from "../../src/chat/port.ts";
import { type Clocks, type Comparison, compare, type Shown } from "../truth/truth.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Fault } from "./invariants.ts";
import { cast, humanOf } from "./people.ts";
import { isRoot, topicOf } from "./questions.ts";
import type { Message } from "./rooms.ts";
import type { Kind } from "./weather.ts";

/** Where these are moved, what is shown is in another time than EM's. */
const CLOCKS: readonly Kind[] = [
  "bot-clock",
  "bot-drift",
  "bot-strobe",
  "em-clock",
  "em-drift",
  "em-strobe",
];
/** What lets a card come late after what it says was read. */
const LATE_MS = 120_000;
const CALM_MS = 6_000;
const SWIFT: readonly Kind[] = [
  "member-removed",
  "console-order",
  "plan-edited",
  "message-deleted",
];

export function truth(chronicle: Chronicle): Fault[] {
  const { wrong, unread } = comparisonOf(chronicle);
  const ofRuns = [...unread].filter((what) => isOfRuns(what, chronicle));
  return [
    ...wrong.map((what) => ({ promise: "what is said is true", what })),
    ...ofRuns.map((what) => ({ promise: "what is said of runs can be read", what })),
  ];
}

/** What else the bot says is of itself and of people, in more words than anybody lists. */
const isOfRuns = (what: string, { em: { world } }: Chronicle): boolean =>
  /\d+ of \d+|\d+ VMs?\b|⟨\d+⟩|\d+ %/.test(what) ||
  world.inventory.vms.some(({ name }) => what.includes(name));

function comparisonOf(chronicle: Chronicle): Comparison {
  const { em, kinds, deliveries, wall } = chronicle;
  const clocks: Clocks = {
    whenBot: wall.whenIt,
    emWithin: em.clock.within,
    emForwardMs: em.clock.forwardMs,
  };
  const isSwift = [...kinds].every((kind) => SWIFT.includes(kind));
  em.past.note(em.world.recorded(), em.clock.aheadMs);
  return compare(shownIn(chronicle), {
    past: em.past,
    lagMs: isSwift ? CALM_MS : LATE_MS,
    asked: em.asked.map((at) => Math.floor(chronicle.bornAt + at)),
    ...(CLOCKS.some((kind) => kinds.has(kind)) ? { clocks } : {}),
    people: new Set(deliveries.flatMap(({ from }) => namesOf(from))),
  });
}

/** A person's own, and the policy's for any account of hers. */
const namesOf = (from: Person) =>
  Object.entries(cast)
    .filter(([, person]) => humanOf(person) === humanOf(from))
    .flatMap(([name, person]) => [name, person.name]);

/** What came when the bot had given it up is from another time. */
function shownIn({ rooms, bornAt }: Chronicle): Shown[] {
  const roots = Map.groupBy(rooms.messages.filter(isRoot), topicOf);
  return rooms.messages
    .filter(({ late }) => !late)
    .flatMap((message) =>
      message.versions.map((version) => shownAs(message, version, roots, bornAt)),
    );
}

function shownAs(
  message: Message,
  { at, card }: Message["versions"][number],
  roots: ReadonlyMap<string, readonly Message[]>,
  bornAt: number,
): Shown {
  const above = isRoot(message) ? [] : (roots.get(topicOf(message)) ?? []);
  const root = above.flatMap(({ versions }) => versions).findLast((version) => version.at <= at);
  const began = above[0]?.versions[0]?.at;
  return {
    at: Math.floor(bornAt + at),
    card,
    ...(root ? { root: root.card } : {}),
    ...(began === undefined ? {} : { since: Math.floor(bornAt + began) }),
  };
}
