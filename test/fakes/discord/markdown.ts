/**
 * Discord's markdown as far as a bot's messages go: what a reader sees, and what in a text is not
 * just text. Written from Discord's help pages, apart from the adapter, so that the two can
 * disagree.
 */

/** Something that Discord would draw, link or notify, rather than show as it stands. */
type Mark =
  | "bold"
  | "code"
  | "code block"
  | "custom emoji"
  | "emoji"
  | "everyone"
  | "heading"
  | "invite"
  | "italics"
  | "link"
  | "list"
  | "masked link"
  | "mention"
  | "quote"
  | "small print"
  | "spoiler"
  | "strike"
  | "time";

export interface Read {
  readonly text: string;
  readonly marks: readonly Mark[];
}

interface Rule {
  readonly mark: Mark;
  readonly pattern: RegExp;
  /** What is seen of it. */
  readonly seen: (match: RegExpExecArray) => string;
  readonly atLineStart?: true;
}

const inner = (match: RegExpExecArray) => readable(match[1] ?? "");
const whole = (match: RegExpExecArray) => match[0];

const rules: readonly Rule[] = [
  { mark: "heading", pattern: /^#{1,3}\s+/, seen: () => "", atLineStart: true },
  { mark: "small print", pattern: /^-#\s+/, seen: () => "", atLineStart: true },
  { mark: "quote", pattern: /^>(?:>>)?\s/, seen: () => "", atLineStart: true },
  { mark: "list", pattern: /^\s*(?:[-*+]|\d+[.)])\s+/, seen: whole, atLineStart: true },
  { mark: "code block", pattern: /^```[\s\S]*?```/, seen: whole },
  { mark: "code", pattern: /^(`+)([\s\S]*?[^`])\1(?!`)/, seen: (match) => (match[2] ?? "").trim() },
  { mark: "time", pattern: /^<t:(-?\d+)(?::([a-zA-Z]))?>/, seen: whole },
  { mark: "mention", pattern: /^<(?:@[!&]?|#|\/[\w -]+:|id:)\w+>/, seen: whole },
  { mark: "custom emoji", pattern: /^<a?:\w+:\d+>/, seen: whole },
  {
    mark: "masked link",
    pattern: /^\[([^\n]*?[^\\\n])\]\(<?(https?:\/\/[^\s)>]+)>?\)/,
    seen: inner,
  },
  { mark: "link", pattern: /^<?(?:https?|steam|discord):\/\/[^\s<>]+>?/, seen: whole },
  { mark: "invite", pattern: /^discord(?:app)?\.(?:gg|com\/invite)\/\w+/i, seen: whole },
  { mark: "everyone", pattern: /^@(?:everyone|here)/, seen: whole },
  { mark: "bold", pattern: /^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, seen: inner },
  { mark: "italics", pattern: /^\*(?![\s*])((?:\\[\s\S]|[^\\*])+?)\*(?!\*)/, seen: inner },
  { mark: "italics", pattern: /^__?(?![\s_])((?:\\[\s\S]|[^\\_])+?)__?(?!\w)/, seen: inner },
  { mark: "strike", pattern: /^~~(?!\s)((?:\\[\s\S]|[^\\])+?)~~/, seen: inner },
  { mark: "spoiler", pattern: /^\|\|([\s\S]+?)\|\|/, seen: inner },
  { mark: "emoji", pattern: /^:[a-z0-9_+-]*[a-z_+-][a-z0-9_+-]*:/i, seen: whole },
];

/** Marks whose inside is read for marks as well. */
const nested: readonly Mark[] = ["bold", "italics", "strike", "spoiler", "masked link"];

export function read(source: string): Read {
  const marks: Mark[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const escaped = /^\\([^0-9A-Za-z\s])/.exec(rest);
    const lineStart = at === 0 || source[at - 1] === "\n";
    const found = escaped ? undefined : firstRule(rest, lineStart);
    if (found) {
      marks.push(found.rule.mark);
      if (nested.includes(found.rule.mark)) marks.push(...read(found.match[1] ?? "").marks);
    }
    text += escaped ? escaped[1] : found ? found.rule.seen(found.match) : rest[0];
    at += escaped ? 2 : (found?.match[0].length ?? 1);
  }
  return { text, marks };
}

function firstRule(rest: string, lineStart: boolean) {
  for (const rule of rules) {
    if (rule.atLineStart && !lineStart) continue;
    const match = rule.pattern.exec(rest);
    if (match) return { rule, match };
  }
  return undefined;
}

export const readable = (source: string): string => read(source).text;

/** Ids that the text itself would notify, were all mentions allowed. */
export function namedIn(source: string): string[] {
  const shown = source.replaceAll(/(?<![\\`])(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
  const users = [...shown.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id ?? "");
  const roles = [...shown.matchAll(/<@&(\d+)>/g)].map(([, id]) => `role:${id}`);
  const all = /@(?:everyone|here)/.test(shown) ? ["everyone"] : [];
  return [...new Set([...users, ...roles, ...all])];
}
