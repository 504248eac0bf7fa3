import type { MessageRef, Place } from "../../../src/chat/port.ts";
import {
  type ChatRig,
  chatPortContract,
  type Shown,
  type Trouble,
} from "../../contracts/chat-port.ts";
import type { FakeDiscord } from "../../fakes/discord/discord.ts";
import type { Fault } from "../../fakes/discord/rest.ts";
import { type Message, textOf } from "../../fakes/discord/world.ts";
import { makeRig } from "./rig.ts";

const faults: Record<Trouble, Fault> = {
  message: { kind: "refusal", status: 413, code: 40005, message: "Request entity too large" },
  place: { kind: "refusal", status: 403, code: 50013, message: "Missing Permissions" },
  bot: { kind: "refusal", status: 401, code: 0, message: "401: Unauthorized" },
  moment: { kind: "rate limit", retryAfterS: 30 },
  lost: { kind: "failure", status: 502 },
};

function placeOf({ world }: FakeDiscord, { channel }: Message): Place {
  const parent = world.channels.get(channel)?.parent;
  return parent
    ? { platform: "discord", channel: parent, thread: channel }
    : { platform: "discord", channel };
}

function shown(discord: FakeDiscord, message: Message): Shown {
  return {
    place: placeOf(discord, message),
    text: [textOf(message), ...message.files.map(({ name }) => name)].join("\n"),
    mentions: message.notified,
  };
}

const ofTheBot = ({ world }: FakeDiscord) => world.messages.filter(({ author }) => author.bot);

async function press(discord: FakeDiscord, token: string, text: string | undefined): Promise<void> {
  const { people, ann } = discord;
  const message = ofTheBot(discord).findLast(({ components }) =>
    JSON.stringify(components).includes(token),
  );
  if (!message) throw new Error(`No button ${token}`);
  const control = text === undefined ? `do:${token}` : `ask:${token}`;
  const { answer } = await people.press(ann, message, control);
  if (answer.kind === "form") await people.submit(ann, message, answer.form, text ?? "");
}

function lose({ world }: FakeDiscord, { id }: MessageRef): void {
  const at = world.messages.findIndex((message) => message.id === id);
  world.messages.splice(at, 1);
}

async function makeContractRig(): Promise<ChatRig> {
  const { port, discord, channel } = await makeRig();
  return {
    port,
    channel,
    shown: async () => ofTheBot(discord).map((message) => shown(discord, message)),
    files: async () =>
      ofTheBot(discord).flatMap((message) =>
        message.files.map(({ name, bytes }) => ({ place: placeOf(discord, message), name, bytes })),
      ),
    type: async (text) => void discord.people.say(discord.ann, channel.channel, `@bot ${text}`),
    press: (token, text) => press(discord, token, text),
    lose: async (message) => lose(discord, message),
    breakNext: async (trouble) => void discord.rest.breakNext(faults[trouble], "POST", /messages$/),
    close: discord.close,
  };
}

chatPortContract("Discord", makeContractRig, {
  onePerKey: true,
  breaks: ["message", "place", "bot", "moment", "lost"],
  refusesFiles: true,
});
