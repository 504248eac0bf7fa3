import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FaceName, KeptFile } from "../../../adapters/terminal/face.ts";
import { plainCard } from "../../../src/chat/plain.ts";
import type { Place } from "../../../src/chat/port.ts";
import {
  type Abilities,
  type ChatRig,
  chatPortContract,
  type Shown,
  type ShownFile,
} from "../../contracts/chat-port.ts";
import { channel, settled, terminalRig } from "./rig.ts";

const unable = async () => {
  throw new Error("A terminal has neither buttons nor messages that can be deleted");
};

/** Where a new message begins: after an empty line, at a card's title, at a line of a thread. */
const beginnings = /\n\n|\n(?=\[(?:running|question|ok|warning|problem)\])|\n(?=\| (?:\[|File ))/;

const textShown = (text: string, thread: Place): Shown[] =>
  text.split(beginnings).map((block) => ({
    place: block.startsWith("| ") ? thread : channel,
    text: block,
    mentions: [],
  }));

const fileRead = ({ name, text, perhapsTwice }: KeptFile): string =>
  plainCard(
    { tone: "plain", title: name, lines: [text, perhapsTwice ? "Perhaps posted twice" : ""] },
    { now: 0, timeZone: "UTC" },
  );

/** In the order in which they came; the terminal does not say in which place. */
function filesIn(folder: string): ShownFile[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const cameAt = (name: string) => statSync(join(folder, name), { bigint: true }).mtimeNs;
  return names
    .toSorted((one, other) => (cameAt(one) < cameAt(other) ? -1 : 1))
    .map((name) => ({ place: channel, name, bytes: readFileSync(join(folder, name)) }));
}

function jsonShown(text: string): Shown[] {
  const latest = new Map<string, Shown>();
  for (const line of text.split("\n").filter(Boolean)) {
    const { id, place, card, file } = JSON.parse(line);
    const read = card ? plainCard(card, { now: 0, timeZone: "UTC" }) : fileRead(file);
    latest.set(id ?? line, { place, text: read, mentions: [] });
  }
  return [...latest.values()];
}

async function make(face: FaceName): Promise<ChatRig> {
  const { terminal, screen, input, files } = terminalRig(face, { columns: 200, rows: 60 });
  let thread = channel;
  return {
    port: {
      ...terminal,
      async threadUnder(message, title) {
        thread = await terminal.threadUnder(message, title);
        return thread;
      },
    },
    channel,
    shown: async () =>
      face === "json" ? jsonShown(screen.raw()) : textShown(screen.text(), thread),
    files: async () => filesIn(files),
    async type(text) {
      input.write(`${text}\n`);
      await settled();
    },
    press: unable,
    lose: unable,
    breakNext: unable,
    close: async () => {},
  };
}

const abilities: Abilities = { onePerKey: true, loses: false, presses: false, mentions: false };

chatPortContract("The interactive terminal", () => make("interactive"), abilities);
chatPortContract("The plain terminal", () => make("plain"), { ...abilities, replaces: false });
chatPortContract("The JSON terminal", () => make("json"), abilities);
