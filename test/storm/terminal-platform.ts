/**
 * A terminal with somebody before it. The adapter reads the lines from its input and writes what it
 * says, as JSON, to a screen that is kept.
 */
import { PassThrough, Writable } from "node:stream";
import type { Said } from "../../adapters/terminal/face.ts";
import { createTerminal } from "../../adapters/terminal/terminal.ts";
import { fileCard } from "../../src/chat/file-card.ts";
import { perhapsTwiceRemark } from "../../src/chat/perhaps-twice.ts";
import type { Card, ChatPort, Handlers, Incoming, Place } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import { happens, type Life, touch } from "./life.ts";
import { change, nextNumber, put, type Rooms } from "./rooms.ts";

/** A line that has been typed and not dealt with. */
interface Line {
  readonly incoming: Incoming;
  readonly done: () => void;
}

interface State {
  readonly rooms: Rooms;
  readonly input: PassThrough;
  /** The first one is being dealt with: the adapter takes one at a time. */
  readonly lines: Line[];
}

export function terminalPort(
  rooms: Rooms,
  life: Life,
  {
    clock,
    person,
    listen,
  }: { clock: Clock; person: { id: string; name: string }; listen: (handlers: Handlers) => void },
): ChatPort {
  const state: State = { rooms, input: new PassThrough(), lines: [] };
  const terminal = createTerminal({
    ...{ input: state.input, output: screen(state), face: "json", person, clock },
    ...{ timeZone: "UTC", colour: false, files: "" },
  });
  const call = <Done>(act: () => Promise<Done>) => touch(life, rooms.time, act);
  return {
    ...terminal,
    start: async (handlers) => {
      await terminal.start({ ...handlers, incoming: (heard) => hand(state, handlers, heard) });
      listen({ ...handlers, incoming: (incoming) => type(state, incoming) });
    },
    stop: async () => undefined,
    post: (to, card, key, again) => {
      happens("message", life);
      return call(() => terminal.post(to, card, key, again));
    },
    edit: (message, card) => call(() => terminal.edit(message, card)),
    attach: (to, file, key, again = false) => {
      happens("message", life);
      return call(async () => showFile(rooms, to, fileCard({ ...file, text: "" }, again), key));
    },
    threadUnder: (message, title) => call(() => terminal.threadUnder(message, title)),
  };
}

/** Resolves when it has been dealt with. */
function type({ input, lines }: State, incoming: Incoming): Promise<void> {
  return new Promise((done) => {
    lines.push({ incoming, done });
    input.write(`${incoming.kind === "typed" ? incoming.text : ""}\n`);
  });
}

/** What the adapter has made of the line, under the name that the records know it by. */
async function hand({ lines }: State, handlers: Handlers, heard: Incoming): Promise<void> {
  const [line] = lines;
  if (!line) throw new Error("The terminal has heard what nobody typed");
  await handlers.incoming({ ...heard, delivery: line.incoming.delivery });
  lines.shift();
  line.done();
}

/** The folder of files is not played; of a file people see its name, as on other platforms. */
const showFile = (rooms: Rooms, place: Place, card: Card, key: string) =>
  void put(rooms, { id: `f${nextNumber(rooms)}`, place, card, key, ...remarkIn(card) });

const remarkIn = ({ lines }: Card) =>
  lines.includes(perhapsTwiceRemark) ? ({ perhapsTwice: true } as const) : {};

const screen = (state: State) =>
  new Writable({
    write(chunk, _encoding, done) {
      show(state, JSON.parse(String(chunk)));
      done();
    },
  });

function show({ rooms, lines }: State, { kind, key, id, place, card }: Said): void {
  const before = rooms.messages.find((one) => one.id === id);
  if (kind === "edit" && before) change(rooms, before, card, {});
  else if (kind === "reply")
    put(rooms, {
      id: `a${nextNumber(rooms)}`,
      place,
      card,
      answers: lines[0]?.incoming.delivery ?? "",
    });
  else
    put(rooms, {
      ...{ id, place, card },
      ...(key === undefined ? {} : { key }),
      ...remarkIn(card),
    });
}
