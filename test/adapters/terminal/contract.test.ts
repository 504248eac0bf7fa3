import type { FaceName } from "../../../adapters/terminal/face.ts";
import { plainCard } from "../../../src/chat/plain.ts";
import type { Place } from "../../../src/chat/port.ts";
import {
  type Abilities,
  type ChatRig,
  chatPortContract,
  type Shown,
} from "../../contracts/chat-port.ts";
import { channel, settled, terminalRig } from "./rig.ts";

const unable = async () => {
  throw new Error("A terminal has neither buttons nor messages that can be deleted");
};

/** Where a new message begins: after an empty line, at a card's title, at a line of a thread. */
const beginnings = /\n\n|\n(?=\[(?:running|question|ok|warning|problem)\])|\n(?=\| \[)/;

const textShown = (text: string, thread: Place): Shown[] =>
  text.split(beginnings).map((block) => ({
    place: block.startsWith("| ") ? thread : channel,
    text: block,
    mentions: [],
  }));

function jsonShown(text: string): Shown[] {
  const latest = new Map<string, Shown>();
  for (const line of text.split("\n").filter(Boolean)) {
    const { id, place, card, file } = JSON.parse(line);
    const read = card ? plainCard(card, { now: 0, timeZone: "UTC" }) : file.name;
    latest.set(id ?? line, { place, text: read, mentions: [] });
  }
  return [...latest.values()];
}

async function make(face: FaceName): Promise<ChatRig> {
  const { terminal, screen, input } = terminalRig(face, { columns: 200, rows: 60 });
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
