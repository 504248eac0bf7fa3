import type { ChatPort } from "../../../src/chat/port.ts";
import { type ChatRig, chatPortContract } from "../../contracts/chat-port.ts";
import type { Fault } from "../../fakes/slack/faults.ts";
import { mentionsIn, readable } from "../../fakes/slack/reading.ts";
import { type RigOptions, slackRig } from "./rig.ts";

const faults: Record<string, Fault> = {
  "retry-after": { retryAfterS: 3 },
  gone: { error: "is_archived" },
  "not-allowed": { error: "not_in_channel" },
  unknown: "lost",
};

async function contractRig(options: RigOptions): Promise<ChatRig> {
  const { slack, port } = await slackRig(options);
  const rig: ChatPort = port;
  const channel = { platform: "slack", channel: "C0WAR" } as const;
  return {
    port: rig,
    channel,
    shown: async () =>
      slack.world.messages.map((message) => ({
        place: {
          platform: "slack",
          channel: message.channel,
          ...(message.thread === undefined ? {} : { thread: message.thread }),
        },
        text: readable(slack.world, message),
        mentions: mentionsIn(message),
      })),
    type: async (text) => void (await slack.command(text)),
    press: async (token, text) => void (await slack.press(token, text)),
    lose: async ({ id }) => slack.remove(id),
    breakNext: async (failure) => slack.faults.next(faults[failure] ?? "lost", "chat.postMessage"),
    close: slack.close,
  };
}

const abilities = {
  onePerKey: true,
  breaks: ["retry-after", "gone", "not-allowed", "unknown"],
} as const;

chatPortContract("Slack over sockets", () => contractRig({ mode: "sockets" }), abilities);
chatPortContract("Slack over HTTP", () => contractRig({ mode: "http" }), abilities);
