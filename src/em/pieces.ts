/**
 * A long answer in pieces: the text of each entity of its list, and the answer without them. So
 * what has not changed since the last answer needs no reading at all, and what has is read in
 * turns. Each piece is read by the same parser as the whole would be.
 *
 * Nothing is cut where it is not plain that this is the list and nothing else: then the answer is
 * read as a whole.
 */
export interface Pieces {
  /** The answer, with its list empty. */
  readonly around: string;
  /** In their order. */
  readonly entities: readonly string[];
}

/** What EM calls a list, `CloudFailoverSessions`, and each of its things: without the s, or just so. */
export interface ListNames {
  readonly list: string;
  readonly entity: string;
}

/**
 * `before`: the entities of the answer before, in their order; where one stands unchanged it is
 * compared in one go, not looked through, and the very same string is given.
 */
export function piecesOf(
  text: string,
  names: ListNames,
  before: Iterable<string> = [],
): Pieces | undefined {
  const unchanged = standingIn(text, before);
  const cut = text.trimStart().startsWith("<")
    ? cutXml(text, names, unchanged)
    : cutJson(text, names.list, unchanged);
  if (!cut) return undefined;
  const { from, to, entities } = cut;
  return { around: text.slice(0, from) + text.slice(to), entities };
}

/** The inside of the list, from and to. */
interface Cut {
  readonly from: number;
  readonly to: number;
  readonly entities: readonly string[];
}

/** Gives the entity of before that stands there. Called for one place after the other. */
function standingIn(text: string, before: Iterable<string>): (at: number) => string | undefined {
  const entities = before[Symbol.iterator]();
  return (at) => {
    const { value } = entities.next();
    return value !== undefined && text.startsWith(value, at) ? value : undefined;
  };
}

type Unchanged = ReturnType<typeof standingIn>;

/** In comments, CDATA and instructions anything may look like an element. */
const isPlainXml = (text: string) => !text.includes("<!") && text.lastIndexOf("<?") <= 0;

/** Elsewhere a bracket begins a tag, also for the parser. */
function cutXml(text: string, { list, entity }: ListNames, unchanged: Unchanged): Cut | undefined {
  const close = `</${list}>`;
  const from = insideOfList(text, list);
  if (from === undefined || !isPlainXml(text)) return undefined;
  const entities: string[] = [];
  for (let at = from; ; ) {
    at = afterBlanks(text, at);
    if (text.startsWith(close, at)) return { from, to: at, entities };
    const piece = unchanged(at) ?? elementAt(text, at, entity);
    if (piece === undefined) return undefined;
    entities.push(piece);
    at += piece.length;
  }
}

function elementAt(text: string, at: number, entity: string): string | undefined {
  const close = `</${entity}>`;
  const end = text.indexOf(close, at);
  const isThere = end >= 0 && text.startsWith(`<${entity}`, at);
  return isThere ? text.slice(at, end + close.length) : undefined;
}

/** A list that is all of the answer has attributes; one within it has none. */
function insideOfList(text: string, list: string): number | undefined {
  const root = new RegExp(`^\\s*(?:<\\?[^<>]*>\\s*)?<${list}(?:\\s[^<>]*)?>`).exec(text);
  if (root) return root[0].length;
  const at = text.indexOf(`<${list}>`);
  return at < 0 ? undefined : at + list.length + 2;
}

const BLANKS = /\s*/y;

function afterBlanks(text: string, at: number): number {
  BLANKS.lastIndex = at;
  BLANKS.exec(text);
  return BLANKS.lastIndex;
}

const [QUOTE, COMMA, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, BACKSLASH] = [...'",{}[]\\'].map((one) =>
  one.charCodeAt(0),
);

function cutJson(text: string, list: string, unchanged: Unchanged): Cut | undefined {
  const opened = new RegExp(`"${list}"\\s*:\\s*\\[`, "i").exec(text);
  if (!opened) return undefined;
  const from = opened.index + opened[0].length;
  const entities: string[] = [];
  for (let at = from; ; ) {
    at = afterBlanks(text, at);
    const code = text.charCodeAt(at);
    if (code === CLOSE_LIST) return { from, to: at, entities };
    const piece = code === COMMA ? "," : (unchanged(at) ?? objectAt(text, at));
    if (piece === undefined) return undefined;
    if (code !== COMMA) entities.push(piece);
    at += piece.length;
  }
}

function objectAt(text: string, at: number): string | undefined {
  const end = text.charCodeAt(at) === OPEN ? endOfObject(text, at) : undefined;
  return end === undefined ? undefined : text.slice(at, end);
}

function endOfObject(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN || code === OPEN_LIST) depth += 1;
    else if ((code === CLOSE || code === CLOSE_LIST) && --depth === 0) return at + 1;
  }
  return undefined;
}

/** Of the string that begins there: where its last quotation mark stands. */
function endOfString(text: string, from: number): number {
  for (let end = from; ; ) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}
