import { plainCard } from "../../src/chat/plain.ts";
import { chatPortContract } from "../contracts/chat-port.ts";
import { fakeChat } from "./chat.ts";
import { fakeClock } from "./clock.ts";

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
      breakNext: async (failure) => void port.faults.push({ failure }),
      close: async () => undefined,
    };
  },
  {
    onePerKey: true,
    mentions: false,
    breaks: ["retry-after", "gone", "not-allowed", "unknown"],
    refusesFiles: true,
  },
);
