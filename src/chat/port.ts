/**
 * The seam between the bot and a chat platform.
 *
 * place: where a message can go. card: one message, the same on every platform. root card: the card
 * that is edited in place and is always the present. thread: what hangs under a root card, one line
 * per change.
 *
 * Cards hold no markup. Every string in a card is text, wherever it came from: the adapter escapes
 * it, clamps it to the platform's limits and neutralises what could mention, link or format. Times
 * and people are data, so that the adapter can render times in the reader's zone and mention only
 * whom the core names.
 */

import type { About } from "./about.ts";
import type { Belongs } from "./belongs.ts";
import type { Pace } from "./pace.ts";

export type Platform = "slack" | "discord" | "terminal";

/** Plain data that another process can use tomorrow. */
export interface Place {
  readonly platform: Platform;
  readonly channel: string;
  /** Absent for the channel itself. */
  readonly thread?: string;
}

export interface MessageRef {
  readonly place: Place;
  readonly id: string;
  /** Where a person can open it, if the platform has such addresses. */
  readonly link?: string;
  /**
   * The adapter's own note of what could not be done beside the message. Of an edit, such as older
   * messages that do not lead here yet: it does so at the next edit, which is asked for even where
   * the card has not changed. Of a post, its copy in the channel: that is asked for as a message of
   * its own, with `copyKey`.
   */
  readonly unfinished?: readonly string[];
  /** When it was posted, as the platform dated it; absent in what earlier versions have saved. */
  readonly at?: number;
}

export interface Person {
  readonly platform: Platform;
  readonly id: string;
  /** As the platform shows it; text, never a mention. */
  readonly name: string;
}

/**
 * A piece of a line. `at` is an instant in milliseconds: `time` shows date and time, `ago` shows
 * how long ago or how far ahead. `type` is something to be typed as it stands. `link` leads to a
 * message or page.
 */
export type Span =
  | string
  | { readonly at: number; readonly style: "time" | "ago" }
  | { readonly person: Person; readonly mention?: boolean }
  | { readonly type: string }
  | { readonly strong: string }
  | { readonly link: string; readonly text: string };

export type Line = string | readonly Span[];

/** What a card is about at a glance; never said by colour alone. */
export type Tone = "plain" | "question" | "running" | "good" | "warning" | "bad";

/**
 * How a thing stands. Adapters draw a sign for it, and its word as well; only of what is done the
 * word is left out where the detail says more.
 */
export type Mark = "waiting" | "running" | "done" | "warning" | "failed" | "stalled" | "unknown";

export interface Row {
  /** reported: by somebody's word alone; done is what was seen. plain: no mark. */
  readonly mark: Mark | "reported" | "plain";
  /** What is said for the mark, such as `starting`; default: its name. */
  readonly word?: string;
  readonly name: string;
  readonly detail: Line;
}

export interface Button {
  readonly label: string;
  /** Comes back as it is in `Pressed`. Holds no meaning and no secret; at most 60 characters. */
  readonly token: string;
  readonly style: "plain" | "primary" | "danger";
  /** Pressing it asks for a text first, in a form; the text comes back in `Pressed`. */
  readonly asks?: Form;
}

export interface Form {
  readonly title: string;
  readonly label: string;
  readonly hint?: string;
  readonly submit: string;
}

/**
 * A list of plans to choose from, filled by `Handlers.complete` as the person types. The choice
 * comes back as `Pressed.text`.
 */
export interface Picker {
  readonly label: string;
  readonly token: string;
}

export interface Card {
  /** The run that it shows; absent where it shows none. Platforms need not draw it. */
  readonly about?: About;
  readonly tone: Tone;
  readonly title: string;
  /** What must be read even where a platform hides all that stands in boxes: right under the title. */
  readonly lead?: readonly Line[];
  /** 0 to 100; drawn as a bar with its number. */
  readonly percent?: number;
  readonly lines: readonly Line[];
  /** Worst first where not all fit: the adapter shows what fits and says how many it left out. */
  readonly rows?: readonly Row[];
  /** Of an answer: each row is to be read, in several messages where one has no room. */
  readonly whole?: true;
  /** What to do next. */
  readonly next?: Line;
  /** Small print, such as when EM was last asked. */
  readonly footer?: Line;
  readonly buttons?: readonly Button[];
  readonly picker?: Picker;
  /** People (and groups) who must notice this message; mentioned once each, by explicit id. */
  readonly notify?: readonly Person[];
  /** A thread line that is shown in the channel too. */
  readonly alsoInChannel?: boolean;
  /** Drawn as mere text, without boxes and controls: the platform has refused it as it was. */
  readonly plainly?: true;
}

/** A file, as it is handed to a platform. */
export interface Attachment {
  /** As people read it; where it is kept, the adapter makes a safe name of it. */
  readonly name: string;
  readonly mediaType: string;
  /** May hold anything, and at least one byte. */
  readonly bytes: Uint8Array;
  /** What is in it, for those who do not open it; stands beside the file, and in its place. */
  readonly text: string;
}

interface Arrived extends Belongs {
  /** The same delivery, redelivered, bears the same id. */
  readonly delivery: string;
  /**
   * When the person did it. By our clock: what the platform's clock says that it is old, before
   * now, so that a clock that is wrong makes nothing late.
   */
  readonly at: number;
  /** The same as the platform dated it, to be compared with `MessageRef.at`; absent if it does not. */
  readonly datedAt?: number;
  readonly from: Person;
  readonly place: Place;
  /**
   * Answers this person, here, now; not durable. Seen by this person alone where the platform can
   * and `audience` says so.
   */
  reply(card: Card, audience?: Audience): Promise<void>;
}

export type Audience = "everyone" | "sender";

/** A line that somebody typed, without the mention or slash command that led to the bot. */
export interface Typed extends Arrived {
  readonly kind: "typed";
  readonly text: string;
  /** A message of before was edited into this: nothing of it is carried out. */
  readonly edited?: true;
  /** It was said while the bot could not hear it, and has been read since. */
  readonly missed?: true;
  /**
   * Id of the message that it answers, where the platform has answers to single messages beside
   * threads.
   */
  readonly answers?: string;
}

/** A button that somebody pressed, with the text of its form where it asks for one. */
export interface Pressed extends Arrived {
  readonly kind: "pressed";
  readonly token: string;
  readonly text?: string;
}

export type Incoming = Typed | Pressed;

/** What is known of `Incoming` before it is acknowledged; the person's name may be the id. */
export type Arriving = Pick<Arrived, "delivery" | "from" | "place"> &
  (Pick<Typed, "kind" | "text" | "edited"> | Pick<Pressed, "kind" | "token" | "text">);

/**
 * One verb, for usage hints and for platforms that register commands. Drawn from the command table.
 */
export interface CommandHint {
  readonly name: string;
  /** What follows the verb, like `<plan> [because <reason>]`; empty where nothing does. */
  readonly usage: string;
  /** One line, at most 100 characters. */
  readonly summary: string;
  readonly options: readonly CommandOption[];
}

/**
 * An option becomes part of the typed line: its value, quoted if `takes` is "plan", after its
 * `word` if it has one.
 */
export interface CommandOption {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  readonly takes: "plan" | "text";
  /** Like `because`: stands before the value in a typed line. */
  readonly word?: string;
}

export interface LastHeard {
  /** As the platform dates it; absent where nothing was ever heard. */
  readonly at?: number;
  /** Where people speak about what is in hand, beside the channels of the settings. */
  readonly threads: readonly Place[];
}

/**
 * For what people say while the bot cannot hear them: once it hears again, an adapter reads what was
 * said since `lastHeard`, hands it over as `missed`, and says with `allHeard` that it has done so.
 */
export interface Hearing {
  /** Rejects where it cannot be read. */
  lastHeard(platform: Platform): Promise<LastHeard>;
  /**
   * Whatever was said until then, as the platform dates it, was handed over. Also to be called now
   * and then while the bot hears. Never rejects.
   */
  allHeard(platform: Platform, at: number): Promise<void>;
}

export interface Handlers extends Hearing {
  readonly commands: readonly CommandHint[];
  /**
   * Called before the acknowledgement, and waited for: saves what orders or decides, so that
   * nothing that was acknowledged is lost with the process. Never rejects; takes half a second at
   * most. Where a platform has no acknowledgement it need not be called.
   */
  arriving(arriving: Arriving): Promise<void>;
  /** Called after the adapter has acknowledged. Never rejects. */
  incoming(incoming: Incoming): Promise<void>;
  /**
   * The platform calls a channel otherwise from now on. Called before the acknowledgement, and
   * waited for; rejects where it cannot be saved, so that the platform is to tell it again.
   */
  moved(from: Place, to: Place): Promise<void>;
  /**
   * Plan and session names that begin with or contain `typed`, for completion; answers from memory,
   * at most `most`.
   */
  complete(typed: string, most: number): readonly string[];
}

export interface Health {
  readonly ok: boolean;
  /** A sentence. */
  readonly state: string;
  /** The bot is connected, but may not speak or is not told: another start would not help. */
  readonly silent?: true;
  /** How another process with the same tokens shows: a sentence. */
  readonly beside?: string;
}

/** One chat platform. Every method that reaches the platform fails with `ChatError` alone. */
export interface ChatPort {
  readonly platform: Platform;
  readonly pace: Pace;
  /** Starts to listen. Each event is acknowledged to the platform before a handler is called. */
  start(handlers: Handlers): Promise<void>;
  /** Takes no more, then waits for running handlers. */
  stop(): Promise<void>;
  /**
   * The same key never makes two messages, where the platform can promise that. `again`: an earlier
   * attempt with this key may have arrived; the adapter looks for it where it can, else posts with
   * the remark "perhaps posted twice". To a person it is a direct message, whose reference says
   * where that is; fails with `message` and `gone` for who is no person, such as a group.
   */
  post(to: Place | Person, card: Card, key: string, again?: boolean): Promise<MessageRef>;
  /**
   * Gives the message that shows the card now: another one where the platform no longer lets the
   * old one be edited.
   */
  edit(message: MessageRef, card: Card): Promise<MessageRef>;
  /**
   * Shows a file with its text. `key` and `again` are those of `post`. Fails with `message`
   * where the platform does not take this file, but may take other messages in the same place.
   */
  attach(to: Place, file: Attachment, key: string, again?: boolean): Promise<void>;
  threadUnder(message: MessageRef, title: string): Promise<Place>;
  /**
   * The messages that an attempt to post this card with this key may have made, as far as the
   * platform lets the bot look; others that show the same buttons may be among them.
   */
  find(place: Place, card: Card, key: string): Promise<readonly MessageRef[]>;
  /** Somebody as the platform knows him or her now, at most two seconds ago, in this place. */
  belongs(person: Person, place: Place): Belongs;
  health(): Health;
}

/**
 * Whose trouble it is, since each wants another cure.
 *
 * message: this message is refused as it is; another one may be taken in the same place. `gone`: it
 * is no more, or can no longer be edited, and can be posted anew.
 * place: nothing can be said here, as it is archived, locked, or a right is missing. `gone`: it is
 * no more, and will not be back.
 * bot: a token, a scope or the account; nothing can be said anywhere on this platform.
 * moment: later it may go well. `afterMs`: the platform says when, in milliseconds. `perhapsDone`:
 * nobody knows whether it was done. This is what everything is that nobody has listed.
 */
export type ChatFailure =
  | { readonly kind: "message"; readonly gone?: true }
  | { readonly kind: "place"; readonly gone?: true }
  | { readonly kind: "bot" }
  | { readonly kind: "moment"; readonly afterMs?: number; readonly perhapsDone?: true };

export class ChatError extends Error {
  readonly failure: ChatFailure;

  /** `message` is a sentence that names what is missing. `cause`: for the log alone. */
  constructor(failure: ChatFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "ChatError";
    this.failure = failure;
  }
}
