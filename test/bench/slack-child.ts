/** A Slack in a process of its own, with 25 channels, and another one for the bare app. */
import { systemClock } from "../../src/clock.ts";
import { appScopes } from "../fakes/slack/app-scopes.ts";
import { createFakeSlack, type FakeSlack } from "../fakes/slack/fake-slack.ts";
import { createMeter } from "../fakes/slack/rates.ts";
import { newsOf, openRoom, type SendCommand, type StandingCard } from "./room.ts";

const CHANNELS = Array.from(
  { length: 25 },
  (_, index) => `C0BENCH${String(index).padStart(2, "0")}`,
);

let isLimited = false;
const asSlackHasIt = createMeter(systemClock);
const slack = await createFakeSlack({
  clock: systemClock,
  scopes: appScopes,
  meter: (...call) => (isLimited ? asSlackHasIt(...call) : 0),
});
const bare = await createFakeSlack({ clock: systemClock, scopes: appScopes });
for (const id of CHANNELS)
  slack.world.channels.set(id, { id, name: id, kind: "public", hasBot: true, isArchived: false });

const commandTo =
  ({ command }: FakeSlack): SendCommand =>
  async (verb) => {
    const { outcome } = await command(verb);
    return outcome.acknowledged ? outcome.afterMs : undefined;
  };

function standingCard(index: number): StandingCard {
  const channel = CHANNELS[index % CHANNELS.length] ?? "";
  const ts = slack.world.nextTs();
  slack.world.messages.push({
    ...{ channel, ts, by: slack.world.botUser, text: "A run", blocks: [] },
    ...{ isBroadcast: false, edits: 0, makesMentions: false },
  });
  const place = { platform: "slack", channel } as const;
  return { ref: { place, id: ts, at: Number(ts) * 1000 }, thread: { ...place, thread: ts } };
}

openRoom({
  settings: {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_CHANNELS: ["C0WAR", ...CHANNELS].join(","),
    SLACK_API_URL: slack.url,
    ANNOUNCE_IN: "slack:C0WAR",
  },
  bare: { SLACK_BOT_TOKEN: bare.botToken, SLACK_APP_TOKEN: bare.appToken, SLACK_API_URL: bare.url },
  toOurs: commandTo(slack),
  toBare: commandTo(bare),
  cards: (count) => Array.from({ length: count }, (_, index) => standingCard(index)),
  limit: (on) => {
    isLimited = on;
  },
  said: newsOf(slack.world.spoken, ({ thread }) => thread !== undefined),
});
