/**
 * The terminal as a chat platform: one channel, one person, and lines of standard input as what
 * they say.
 *
 * References mean the same to a later process: to edit a message of an earlier one draws it anew,
 * and nothing is ever "gone" but the output itself. Nobody can be mentioned, and there are no
 * buttons: cards say what to type.
 */

import { randomUUID } from "node:crypto";
import { createInterface, type Interface } from "node:readline";
import type { Belongs } from "../../src/chat/belongs.ts";
import { perhapsTwice } from "../../src/chat/perhaps-twice.ts";
import type { PlainOptions } from "../../src/chat/plain.ts";
import {
  type Attachment,
  type Card,
  ChatError,
  type ChatPort,
  type Handlers,
  type Health,
  type MessageRef,
  type Place,
  type Typed,
} from "../../src/chat/port.ts";
import { unpaced } from "../../src/chat/unpaced.ts";
import type { Clock } from "../../src/clock.ts";
import { coloured } from "./colour.ts";
import { completer } from "./completion.ts";
import type { Face, FaceName, Output } from "./face.ts";
import { interactiveFace } from "./interactive-face.ts";
import { jsonFace } from "./json-face.ts";
import { keepFile } from "./kept-files.ts";
import { type LineReader, readLines } from "./line-reader.ts";
import { plainFace } from "./plain-face.ts";
import { unpainted } from "./printed.ts";
import { typingTime } from "./typed-at.ts";

export interface TerminalOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: Output;
  /** See `faceFor`. */
  readonly face: FaceName;
  /** The user of the operating system. */
  readonly person: { readonly id: string; readonly name: string };
  readonly clock: Clock;
  /** IANA name of the zone in which times are shown beside UTC. */
  readonly timeZone: string;
  /** Whether the interactive face may use colour; NO_COLOR says it may not. */
  readonly colour: boolean;
  /** Folder for the files that the bot gives; made when the first comes. */
  readonly files: string;
}

export interface Terminal extends ChatPort {
  /**
   * Resolves when there is nothing more to read (end of input, Ctrl-D, Ctrl-C, a broken output,
   * `stop`) and all handlers have ended. What is said afterwards is still written.
   */
  readonly ended: Promise<void>;
}

/** A terminal that listens. */
interface Opened {
  readonly face: Face;
  readonly lines: LineReader;
  /** Ends with the input. */
  readonly ticks: Promise<void>;
  stands: "open" | "broken" | "stopped";
}

const inNoGroup: Belongs = {
  groups: async () => [],
  membership: async () => ({ is: "member" }),
};
const channel: Place = { platform: "terminal", channel: "terminal" };
const refreshMs = 1000;

const plainOptions =
  ({ clock, timeZone }: TerminalOptions) =>
  (): PlainOptions => ({ now: clock.now(), timeZone });

/** Calls again and again what follows how time passes. */
async function ticking(tick: () => void, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(refreshMs, signal).catch(() => undefined);
    if (!signal.aborted) tick();
  }
}

/** The interactive face with its readline, which edits and completes the line being typed. */
function openInteractive(options: TerminalOptions, handlers: Handlers) {
  const { input, output } = options;
  const readline = createInterface({
    input,
    output,
    terminal: true,
    completer: completer(handlers, (lines) => face.print(lines)),
  });
  const face = interactiveFace(readline, {
    output,
    clock: options.clock,
    paint: options.colour ? coloured : unpainted,
    options: plainOptions(options),
  });
  readline.once("close", face.close);
  readline.prompt();
  return { readline, face, refresh: face.refresh };
}

function openLineByLine(options: TerminalOptions) {
  const readline = createInterface({
    input: options.input,
    terminal: false,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const face =
    options.face === "json"
      ? jsonFace(options.output)
      : plainFace(options.output, plainOptions(options));
  return { readline, face, refresh: () => undefined };
}

const typed = (options: TerminalOptions, face: Face, text: string, at: number): Typed => ({
  kind: "typed",
  text,
  delivery: randomUUID(),
  at,
  datedAt: options.clock.now(),
  from: { platform: "terminal", ...options.person },
  place: channel,
  ...inNoGroup,
  reply: async (card) => face.say({ kind: "reply", id: randomUUID(), place: channel, card }),
});

async function hear(
  options: TerminalOptions,
  handlers: Handlers,
  face: Face,
  line: string,
  at: number,
): Promise<void> {
  face.heard(line);
  if (line.trim() !== "") await handlers.incoming(typed(options, face, toldBy(line), at));
}

/** Without what leads to the bot on other platforms, where a line may have been copied from. */
const toldBy = (line: string) => line.trim().replace(/^(?:\/failover|@failover-bot)(?:\s+|$)/i, "");

/** What people type to leave, beside Ctrl-D. */
const isLeaving = (line: string) => /^(?:exit|quit)$/i.test(line.trim());

function open(options: TerminalOptions, handlers: Handlers): Opened {
  const interactive = options.face === "interactive";
  const { readline, face, refresh } = interactive
    ? openInteractive(options, handlers)
    : openLineByLine(options);
  const [closing, typing] = [new AbortController(), typingTime(options.clock)];
  readline.once("close", () => closing.abort());
  const tick = () => {
    typing.beat();
    refresh();
  };
  const ticks = ticking(tick, options.clock, closing.signal);
  const lines = readLines(readline, {
    oneAtATime: !interactive,
    hear: (line) =>
      interactive && isLeaving(line)
        ? leave(face, readline, line)
        : hear(options, handlers, face, line, typing.earliest()),
  });
  const opened: Opened = { face, lines, ticks, stands: "open" };
  options.output.on("error", () => {
    opened.stands = "broken";
    readline.close();
  });
  return opened;
}

async function leave(face: Face, readline: Interface, line: string): Promise<void> {
  face.heard(line);
  readline.close();
}

async function close(opened: Opened): Promise<void> {
  if (opened.stands === "open") opened.stands = "stopped";
  await Promise.all([opened.lines.stop(), opened.ticks]);
}

const healthOf = {
  open: "The terminal is open",
  broken: "The terminal takes no more output",
  stopped: "The terminal has been closed",
};

interface State {
  readonly options: TerminalOptions;
  /** By key. */
  readonly posted: Map<string, MessageRef>;
  /** Files that were told of or are being written, by key. */
  readonly attached: Map<string, Promise<void>>;
  readonly ended: PromiseWithResolvers<void>;
  opened: Opened | undefined;
}

/**
 * A `ChatPort` over two streams. Before `start`, and once the output is broken, nothing can be
 * said.
 */
export function createTerminal(options: TerminalOptions): Terminal {
  const state: State = {
    options,
    posted: new Map(),
    attached: new Map(),
    ended: Promise.withResolvers(),
    opened: undefined,
  };
  return {
    platform: "terminal",
    pace: unpaced,
    ended: state.ended.promise,
    start: async (handlers) => start(state, handlers),
    stop: () => stop(state),
    post: async (to, card, key, again = false) =>
      post(state, "channel" in to ? to : channel, card, key, again),
    edit: async (message, card) => edit(state, message, card),
    attach: async (to, file, key, again = false) => attachOnce(state, to, file, { key, again }),
    threadUnder: async (message, title) => threadUnder(state, message, title),
    find: async () => [],
    belongs: () => inNoGroup,
    health: () => health(state),
  };
}

function start(state: State, handlers: Handlers): void {
  state.opened = open(state.options, handlers);
  state.ended.resolve(state.opened.lines.ended);
}

async function stop({ opened, ended }: State): Promise<void> {
  if (!opened) ended.resolve();
  else await close(opened);
}

/**
 * Output that broke is found out about afterwards; what was written to it before that is taken as
 * shown. What comes later is not gone: it waits for the next start.
 */
function faceOf({ opened, options }: State): Face {
  if (!opened)
    throw new ChatError({ kind: "bot" }, "Cannot write to the terminal before it is opened");
  if (!options.output.writable)
    throw new ChatError({ kind: "bot" }, "Cannot write to the terminal as its output is closed");
  return opened.face;
}

/** What an earlier process wrote cannot be looked up. */
function post(state: State, place: Place, card: Card, key: string, again: boolean): MessageRef {
  const known = state.posted.get(key);
  if (known) return known;
  const ref: MessageRef = { place, id: randomUUID(), at: state.options.clock.now() };
  const kind = place.thread === undefined ? "post" : "thread";
  const shown = again ? perhapsTwice(card) : card;
  faceOf(state).say({ kind, key, id: ref.id, place, card: shown });
  state.posted.set(key, ref);
  return ref;
}

function attachOnce(
  state: State,
  to: Place,
  file: Attachment,
  { key, again }: { readonly key: string; readonly again: boolean },
): Promise<void> {
  const { attached } = state;
  const known = attached.get(key);
  if (known !== undefined) return known;
  const started = attach(state, to, file, { key, again });
  attached.set(key, started);
  started.catch(() => attached.delete(key));
  return started;
}

/** What a process before this one wrote is found by its name and bytes, and told of once more. */
async function attach(
  state: State,
  to: Place,
  file: Attachment,
  { key, again }: { readonly key: string; readonly again: boolean },
): Promise<void> {
  faceOf(state);
  const path = await keepFile(state.options.files, file);
  const { name, mediaType, text } = file;
  faceOf(state).attach(to, { key, name, mediaType, text, path, perhapsTwice: again });
}

function edit(state: State, message: MessageRef, card: Card): MessageRef {
  const { id, place } = message;
  faceOf(state).say({ kind: "edit", id, place, card });
  return message;
}

function threadUnder(state: State, { place, id }: MessageRef, title: string): Place {
  faceOf(state).opened(id, title);
  return { ...place, thread: id };
}

function health({ opened }: State): Health {
  if (!opened) return { ok: false, state: "The terminal has not been opened" };
  return { ok: opened.stands === "open", state: healthOf[opened.stands] };
}
