/**
 * Which of the messages on a platform are which of the lines that the bot committed itself to say.
 */
import { plainCard } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";
import { isFresh, type Said, type Stage } from "./stage.ts";
import type { Line } from "./witness.ts";

export const plain = (card: Card) => plainCard(card, { now: 0, timeZone: "UTC" });

const isAnnounced = ({ text }: Said) =>
  /perhaps posted twice|perhaps it is: an earlier attempt/i.test(text);

/** The same words, whatever the platform made of quotes and spaces. */
const words = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, " ");
const says = ({ text }: Said, title: string) => words(text).includes(words(title).trim());

const keyOf = ({ topic, seq }: Line) => `${topic}/${seq}`;
/** A file is another message than the words in its place. */
const fileKeyOf = (line: Line) => `${keyOf(line)}/file`;

/**
 * All that waited of a thread that was silent for long is one message, known by its first and last
 * line.
 */
function bundlesWith({ topic, seq }: Line, lines: readonly Line[]): string[] {
  const [before, after] = [
    lines.filter((line) => line.seq <= seq),
    lines.filter((line) => line.seq >= seq),
  ];
  return before.flatMap((first) =>
    after.flatMap((last) => (first.seq < last.seq ? [`${topic}/${first.seq}-${last.seq}`] : [])),
  );
}

const marked = (said: readonly Said[], mark: string) =>
  said.filter((one) => isFresh(one) && one.mark === mark);

/** Said at least once, and not twice as if it were the first time. */
function wrongWith(posts: readonly Said[], what: string): string[] {
  const unannounced = posts.filter((post) => !isAnnounced(post)).length;
  return [
    ...(posts.length === 0 ? [`lost: ${what}`] : []),
    ...(unannounced > 1 ? [`said ${unannounced} times as if new: ${what}`] : []),
  ];
}

/** A line that is shown in the channel too is two messages on some platforms. */
export function wrongWithLine(line: Line, lines: readonly Line[], stage: Stage): string[] {
  const { title, alsoInChannel } = line.card;
  const own = alsoInChannel ? stage.copiesOf(keyOf(line)) : [keyOf(line)];
  const said = stage.said();
  const bundles = bundlesWith(line, lines)
    .flatMap((key) => marked(said, stage.markOf(key)))
    .filter((post) => says(post, title));
  const files = line.file === undefined ? [] : marked(said, stage.markOfFile(fileKeyOf(line)));
  return own.flatMap((key) => {
    const alone = [...files, ...marked(said, stage.markOf(key))];
    const garbled = alone.filter((post) => !says(post, title)).map(() => `garbled: "${title}"`);
    return [...wrongWith([...alone, ...bundles], `"${title}"`), ...garbled];
  });
}

export const wrongWithCard = (topic: string, stage: Stage): string[] =>
  wrongWith(marked(stage.said(), stage.markOf(topic)), "the root card");

/**
 * What the root card of a topic bears in the end; where it was posted twice, the one that was
 * edited last.
 */
export function wrongWithRoot(topic: string, title: RegExp, stage: Stage): string[] {
  const said = stage.said();
  const roots = new Set(marked(said, stage.markOf(topic)).map(({ id }) => id));
  const shown = said.findLast(({ id }) => roots.has(id))?.text.split("\n", 1)[0] ?? "";
  return title.test(shown.trim()) ? [] : [`the root card stayed at "${shown}"`];
}

/** Messages that are there once more than they should, and say so. */
export function announcedRepeats(stage: Stage): number {
  const posts = stage.said().filter(isFresh);
  return posts.length - new Set(posts.map(({ mark }) => mark)).size;
}
