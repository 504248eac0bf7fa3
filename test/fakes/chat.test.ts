import { plainCard } from "../../src/chat/plain.ts";
import type { ChatFailure } from "../../src/chat/port.ts";
import { chatPortContract, type Trouble } from "../contracts/chat-port.ts";
import { fakeChat } from "./chat.ts";
import { fakeClock } from "./clock.ts";

const failures: Record<Trouble, ChatFailure> = {
  message: { kind: "message" },
  place: { kind: "place" },
  bot: { kind: "bot" },
  moment: { kind: "moment", afterMs: 1000 },
  lost: { kind: "moment", perhapsDone: true },
};

chatPortContract(
  "chat in memory",
  async () => {
    const clock = fakeClock();
    const port = fakeChat(clock);
    return {
      port,
      channel: { platform: "terminal", channel: "ops" },
      shown: async () =>
        port.messages.map(({ place, versions }) => ({
          place,
          text: versions
            .slice(-1)
            .map((card) => plainCard(card, { now: clock.now(), timeZone: "UTC" }))
            .join(""),
          mentions: [],
        })),
      files: async () =>
        port.messages.flatMap(({ place, file }) =>
          file ? [{ place, name: file.name, bytes: file.bytes }] : [],
        ),
      type: async (text) => void port.type(text),
      press: async (token, text) => void port.press(token, text),
      lose: async (message) => port.lose(message),
      breakNext: async (trouble) => void port.faults.push({ failure: failures[trouble] }),
      close: async () => undefined,
    };
  },
  {
    onePerKey: true,
    mentions: false,
    breaks: ["message", "place", "bot", "moment", "lost"],
    refusesFiles: true,
  },
);
