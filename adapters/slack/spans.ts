/**
 * Lines of a card in Slack's words. Text of strangers stands in `rich_text` text elements and in
 * `plain_text` objects alone, in neither of which Slack reads markup; `mrkdwn` is written only for
 * what this file makes itself: times and mentions.
 * https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */

import type { types } from "@slack/bolt";
import { instant, isInstant } from "../../src/chat/instant.ts";
import type { Line, Person, Span } from "../../src/chat/port.ts";
import { drawSpan, type SpanDrawing, spansOf } from "../../src/chat/spans.ts";
import { slackId } from "./home.ts";
import { fitted, plainText } from "./text.ts";

export type RichElement = types.RichTextElement;
export type RichLine = readonly RichElement[];

/** No span is longer than this; the whole text of a line is bounded by who packs it. */
const mostInSpan = 300;
const mostInContext = 10;

/**
 * Tokens of https://docs.slack.dev/messaging/formatting-message-text#date-formatting, rendered in
 * the reader's zone.
 */
const dateFormat = { time: "{date_short_pretty} at {time}", ago: "{ago}" } as const;

const userId = /^[UW][A-Z0-9]{2,}$/;
const groupId = /^S[A-Z0-9]{2,}$/;

/** Whom Slack can write to. */
export const isMember = (id: string): boolean => userId.test(slackId(id));

/** Whom Slack can notify: a member or a user group, by an id of Slack's. */
export const canMention = ({ platform, id }: Person): boolean =>
  platform === "slack" && (userId.test(slackId(id)) || groupId.test(id));

export const mentionMarkup = ({ id }: Person): string =>
  groupId.test(id) ? `<!subteam^${id}>` : `<@${slackId(id)}>`;

const mentionElement = ({ id }: Person): RichElement =>
  groupId.test(id)
    ? { type: "usergroup", usergroup_id: id }
    : { type: "user", user_id: slackId(id) };

/** Slack follows web addresses only; anything else stays text. */
const isWebAddress = (link: string) => /^https?:\/\/[^\s<>|"]+$/.test(link) && link.length <= 3000;

type Style = { readonly code?: true; readonly bold?: true };

const textElements = (text: string, style?: Style): RichElement[] => {
  const shown = fitted(text, mostInSpan);
  if (shown === "") return [];
  return [style ? { type: "text", text: shown, style } : { type: "text", text: shown }];
};

const richSpans = (mentioned: ReadonlySet<string>): SpanDrawing<RichElement[]> => ({
  text: textElements,
  time: richTime,
  person: (person, mention) =>
    mention && canMention(person) && !mentioned.has(person.id)
      ? [mentionElement(person)]
      : textElements(person.name),
  typed: (text) => textElements(text, { code: true }),
  strong: (text) => textElements(text, { bold: true }),
  link: richLink,
});

function richTime(at: number, style: "time" | "ago"): RichElement[] {
  const fallback = instant(at, "UTC");
  if (!isInstant(at)) return textElements(fallback);
  return [{ type: "date", timestamp: Math.floor(at / 1000), format: dateFormat[style], fallback }];
}

const richLink = (link: string, text: string): RichElement[] =>
  isWebAddress(link)
    ? [{ type: "link", url: link, text: fitted(text, mostInSpan) || link }]
    : textElements(text);

/** Neighbouring plain texts as one element: a row is then hardly longer as JSON than as text. */
export function merged(elements: readonly RichElement[]): RichElement[] {
  const all: RichElement[] = [];
  for (const element of elements) {
    const last = all.at(-1);
    if (last?.type === "text" && element.type === "text" && !last.style && !element.style)
      all[all.length - 1] = { type: "text", text: last.text + element.text };
    else all.push(element);
  }
  return all;
}

/**
 * A line as elements of a rich text. `mentioned`: ids that this message mentions elsewhere, named
 * here as text.
 */
export function richLine(line: Line, mentioned: ReadonlySet<string> = new Set()): RichElement[] {
  const drawing = richSpans(mentioned);
  return merged(spansOf(line).flatMap((span) => drawSpan(span, drawing)));
}

/**
 * How much a line adds to a message as JSON, with its line break. Plain text runs on; anything else
 * parts it.
 */
export const costOf = (line: RichLine): number =>
  line.reduce(
    (sum, element) =>
      sum +
      (element.type === "text" && !element.style
        ? JSON.stringify(element.text).length
        : JSON.stringify(element).length + 40),
    2,
  );

/** A line that is at most `most` characters of JSON, cut between two spans. */
export function bounded(elements: readonly RichElement[], most: number): RichElement[] {
  let left = most;
  const shown = elements.filter((element) => {
    left -= JSON.stringify(element).length;
    return left >= 0;
  });
  return shown.length === elements.length
    ? shown
    : merged([...shown, { type: "text", text: " …" }]);
}

type ContextElement = types.PlainTextElement | types.MrkdwnElement;

const timeMarkup = (at: number, style: "time" | "ago"): ContextElement => ({
  type: "mrkdwn",
  text: `<!date^${Math.floor(at / 1000)}^${dateFormat[style]}|${instant(at, "UTC")}>`,
});

const same = (text: string) => text;

const words: SpanDrawing<string> = {
  text: same,
  time: (at) => instant(at, "UTC"),
  person: ({ name }) => name,
  typed: same,
  strong: same,
  link: (_, text) => text,
};

const wordsOf = (span: Span): string => drawSpan(span, words);

const isTime = (span: Span) => typeof span !== "string" && "at" in span && isInstant(span.at);

/** Words between two times, run together. */
function runs(line: Line): (string | Span)[] {
  const all: (string | Span)[] = [];
  for (const span of spansOf(line)) {
    const last = all.at(-1);
    if (isTime(span)) all.push(span);
    else if (typeof last === "string") all[all.length - 1] = last + wordsOf(span);
    else all.push(wordsOf(span));
  }
  return all;
}

/**
 * A line as the elements of a context block, Slack's small print. It has at most ten of them, and
 * each holds either plain words or one time; what comes after the ninth is said in words. People
 * are named here, never mentioned.
 */
export function contextLine(line: Line): ContextElement[] {
  const all = runs(line).filter((run) => typeof run !== "string" || run.trim() !== "");
  const shown = all.length > mostInContext ? all.slice(0, mostInContext - 1) : all;
  const rest = all.slice(shown.length).map(wordsOf).join(" ");
  return [...shown, ...(rest === "" ? [] : [rest])].map((run) =>
    typeof run !== "string" && "at" in run
      ? timeMarkup(run.at, run.style)
      : plainText(wordsOf(run), mostInSpan),
  );
}
