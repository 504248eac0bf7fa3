/** The questions of a run, as they stood in the rooms. */
import type { Card, Person } from "../../src/chat/port.ts";
import { fold } from "../../src/chat/same-name.ts";
import type { Chronicle, Delivery } from "./chronicle.ts";
import type { EmPost } from "./enterprise-manager.ts";
import { humanOf } from "./people.ts";
import type { Message } from "./rooms.ts";

/** One version of a question's card. */
interface Shown {
  readonly at: number;
  readonly room: string;
  readonly until: number;
  readonly card: Card;
}

export interface Question {
  /** The order's id. */
  readonly id: string;
  readonly topic: string;
  readonly plan: string;
  readonly tenant: string | undefined;
  readonly action: EmPost["action"];
  readonly by: Person | undefined;
  readonly shown: readonly Shown[];
  /** When its card showed something else. */
  readonly until: number;
}

export const tokenOf = ({ buttons = [] }: Card, deed: string): string | undefined =>
  buttons.find(({ token }) => token.startsWith(`${deed}:`))?.token.slice(deed.length + 1);

/** The id of a topic, of which a message's key is made. */
export const topicOf = ({ key = "" }: Message) => key.replace(/[@#/].*$/, "");

export const isRoot = ({ key }: Message) => key !== undefined && !key.includes("/");

/** In the order in which they were shown first: a plan has one question at a time. */
export function questionsIn({ rooms }: Chronicle): Question[] {
  const all = rooms.messages.flatMap((message) =>
    message.versions.flatMap(({ at, card }, i) => {
      const id = tokenOf(card, "confirm") ?? idByCode(message, card);
      const { platform, channel } = message.place;
      const until = message.versions[i + 1]?.at ?? Number.POSITIVE_INFINITY;
      const shown = { at, card, until, room: `${platform}:${channel}` };
      return id === undefined ? [] : [{ id, topic: topicOf(message), shown }];
    }),
  );
  const byTime = all.sort((a, b) => a.shown.at - b.shown.at);
  return [...Map.groupBy(byTime, ({ id }) => id).values()].flatMap((versions) => {
    const [first] = versions;
    const shown = versions.map((version) => version.shown);
    const until = Math.max(...shown.map((version) => version.until));
    return first
      ? [{ ...read(first.shown.card), id: first.id, topic: first.topic, shown, until }]
      : [];
  });
}

/** A platform may have refused its buttons: it is open as long as it shows the code. */
function idByCode({ versions }: Message, card: Card): string | undefined {
  const code = codeIn(card);
  if (code === undefined) return undefined;
  const same = versions.filter((version) => codeIn(version.card) === code);
  return same.map((version) => tokenOf(version.card, "confirm")).find((id) => id !== undefined);
}

function read(card: Card): Pick<Question, "plan" | "tenant" | "action" | "by"> {
  const [, plan = ""] = /"(.+)"/.exec(card.title) ?? [];
  const spans = card.lines.flat();
  const words = spans.map((span) => (typeof span === "string" ? span : "")).join(" ");
  const [, tenant] = / of tenant ([^,.]+?)[,.]/.exec(words) ?? [];
  const action = /^Test /.test(card.title) ? "test" : /^Undo /.test(card.title) ? "undo" : "start";
  const person = spans.find((span) => typeof span === "object" && "person" in span);
  const by = typeof person === "object" && "person" in person ? person.person : undefined;
  return { plan, tenant: tenant?.trim(), action, by };
}

/** Whether this confirms this question, or another of the same plan: in the words that it asks for. */
export function confirms({ act }: Delivery, question: Question): boolean {
  if (act.is === "typed") return fits(/^confirm (.+)$/.exec(act.text)?.[1], question);
  const isForm = question.shown.some(({ card }) => asksWords(card));
  return act.token === `confirm:${question.id}` && (!isForm || fits(act.text, question));
}

const asksWords = ({ buttons = [] }: Card) =>
  buttons.some(({ token, asks }) => token.startsWith("confirm:") && asks !== undefined);

/**
 * Where only a code is shown, the name is not enough. In another room it is shown with its code.
 * What the order does may be said before either.
 */
function fits(said: string | undefined, { plan, tenant, action, shown }: Question): boolean {
  const typed = said?.startsWith(`${action} `) ? said.slice(action.length + 1) : said;
  const codes = shown.map(({ card }) => codeIn(card));
  const names = codes.includes(undefined) ? [plan, `${plan} @ ${tenant}`] : [];
  return typed !== undefined && [...codes, ...names].some((one = "") => fold(one) === fold(typed));
}

function codeIn({ next = [] }: Card): string | undefined {
  const typed = [next]
    .flat()
    .map((span) => (typeof span === "object" && "type" in span ? span.type : ""));
  return typed.flatMap(
    (line) => /^confirm (?:(?:test|undo|stop) )?([A-Z]{4})$/.exec(line)?.[1] ?? [],
  )[0];
}

export const isFor = ({ plan, action }: EmPost, question: Question): boolean =>
  plan.name === question.plan &&
  plan.tenant?.name === question.tenant &&
  action === question.action;

export const isSamePerson = (one: Person | undefined, other: Person) =>
  one !== undefined && humanOf(one) === humanOf(other);
