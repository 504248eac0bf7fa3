import type { ChatPort, Place } from "../../../src/chat/port.ts";
import { type ChatRig, chatPortContract, type Trouble } from "../../contracts/chat-port.ts";
import type { Fault } from "../../fakes/slack/faults.ts";
import { mentionsIn, readable } from "../../fakes/slack/reading.ts";
import type { Message } from "../../fakes/slack/world.ts";
import { type RigOptions, slackRig } from "./rig.ts";

const faults: Record<Trouble, Fault> = {
  message: { error: "file_upload_size_restricted" },
  place: { error: "not_in_channel" },
  bot: { error: "token_revoked" },
  moment: { retryAfterS: 3 },
  lost: "lost",
};

const placeOf = ({ channel, thread }: Message): Place => ({
  platform: "slack",
  channel,
  ...(thread === undefined ? {} : { thread }),
});

async function contractRig(options: RigOptions): Promise<ChatRig> {
  const { slack, port } = await slackRig(options);
  const rig: ChatPort = port;
  const channel = { platform: "slack", channel: "C0WAR" } as const;
  return {
    port: rig,
    channel,
    files: async () =>
      slack.world.messages.flatMap((message) =>
        message.file
          ? [
              {
                place: placeOf(message),
                name: message.file.title,
                bytes: message.file.bytes ?? Buffer.of(),
              },
            ]
          : [],
      ),
    shown: async () =>
      slack.world.messages.map((message) => ({
        place: placeOf(message),
        text: readable(slack.world, message),
        mentions: mentionsIn(message),
      })),
    type: async (text) => void (await slack.command(text)),
    press: async (token, text) => void (await slack.press(token, text)),
    lose: async ({ id }) => slack.remove(id),
    breakNext: async (trouble, of) =>
      slack.faults.next(
        faults[trouble],
        of === "file" ? "files.completeUploadExternal" : "chat.postMessage",
      ),
    close: slack.close,
  };
}

const abilities = {
  onePerKey: true,
  breaks: ["message", "place", "bot", "moment", "lost"],
  refusesFiles: true,
} as const;

chatPortContract("Slack over sockets", () => contractRig({ mode: "sockets" }), abilities);
chatPortContract("Slack over HTTP", () => contractRig({ mode: "http" }), abilities);
