/**
 * Where a story is told: the test server of a chat platform, which outlives the bot, and a person
 * there who wants one plan started and does not let go. Some do it by command and button, others by
 * mention and by typing.
 */
import type { Writable } from "node:stream";
import type { Platform } from "../../src/chat/port.ts";
import type { Held } from "../../src/sandbox/wire/faults.ts";
import type { Face } from "../fakes/bot-child.ts";

export const PLAN = "ABC Company Failover Plan";

/** A message as it was posted, or as it stood after an edit. */
export interface Said {
  readonly is: "post" | "edit" | "answer";
  /** Of the message: an edit bears the id of the post that it changes. */
  readonly id: string;
  /**
   * What the bot has put on its message to know it again; an answer to a person bears none that is
   * asked for.
   */
  readonly mark?: string;
  /** As a person reads it. */
  readonly text: string;
}

/** nothing: no question stands there. form: it has been opened, and waits to be filled in. */
export type Seen = "nothing" | "question" | "form";

export interface Manner {
  /** By slash command; else by a mention of the bot. */
  readonly asksByCommand: boolean;
  /** By pressing, and filling in the form; else by typing what the question says. */
  readonly confirmsByButton: boolean;
}

/**
 * What a platform may refuse. The first ones befall the next call of their kind; `token refused` and
 * `room closed` stay until they are lifted.
 */
export const platformTroubles = [
  "too fast",
  "server error",
  "a page instead",
  "answer lost",
  "message refused",
  "edit refused",
  "token refused",
  "room closed",
  "file refused",
  "file answer lost",
  "file not taken",
] as const;
export type PlatformTrouble = (typeof platformTroubles)[number];

/** Each begins when it is called; what it gives ends it. */
export type Troubles = Readonly<Record<PlatformTrouble, () => () => void>>;

export const nothingToLift = () => undefined;

export interface Stage {
  readonly platform: Platform;
  /** What the bot's process is told of it. */
  readonly face: Face;
  /** All that the bot has said, oldest first. */
  said(): readonly Said[];
  /** Resolves as soon as the bot has said so many things more. */
  saidMore(count: number): Promise<void>;
  /** The mark of what is posted under this key. */
  markOf(key: string): string;
  /** The mark of a file that is attached under this key. */
  markOfFile(key: string): string;
  /** Under which keys a line is posted, if it is shown in the channel too. */
  copiesOf(key: string): readonly string[];
  /** The next post is accepted, and its answer kept back. */
  holdNextPost(): Held;
  /** The next edit is carried out once it is let go, whatever became of the bot. */
  holdBackNextEdit?(): Held;
  /** Absent where nothing can be refused. */
  readonly troubles?: Troubles;
  sees(): Seen;
  /** Does the next thing, by what the person sees. Whether it arrives is not known. */
  act(manner: Manner): void;
  /** A process has been born; `input` leads to its standard input. */
  enter(input: Writable): void;
  /**
   * The bot listens again: what was said in its life before is delivered once more, by a platform
   * that does that.
   */
  listening(): void;
  /** A line on the standard output of the bot's process that is no sign of life. */
  hear(line: string): void;
  close(): Promise<void>;
}

/**
 * What a stage is built on: the story's time, and how many times as fast as the machine's it goes
 * by.
 */
export interface Ground {
  now(): number;
  readonly speed: number;
}

/**
 * So many milliseconds of real time, by the story's clock: people's clients wait so long for the
 * bot's first answer, as its sockets and its processor do not become any faster.
 */
export const realMs = (ms: number, { speed }: Ground): number => ms * speed;

export const isFresh = ({ is }: Said) => is === "post";
