/**
 * How soon Slack has its acknowledgement while every handler is stalled for five seconds, and what
 * a socket refresh costs; ours beside a bare Bolt app, against the same fake Slack, in one run. By
 * hand: `node test/bench/slack-ack.ts`
 */

import { setTimeout } from "node:timers/promises";
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { createSlackPort } from "../../adapters/slack/slack.ts";
import { systemClock } from "../../src/clock.ts";
import { hearsAll } from "../fakes/hears-all.ts";
import type { Delivery } from "../fakes/slack/deliveries.ts";
import { createFakeSlack, type FakeSlack } from "../fakes/slack/fake-slack.ts";

const stalledMs = 5000;
const commands = 300;
const pauseMs = 20;
const scopes = ["chat:write", "commands"];

type Mode = "sockets" | "HTTP";

interface Subject {
  readonly name: string;
  start(slack: FakeSlack, mode: Mode): Promise<() => Promise<unknown>>;
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const eventsUrl = (port: number) => `http://127.0.0.1:${port}/slack/events`;

const ours: Subject = {
  name: "failover-bot",
  start: async (slack, mode) => {
    const common = {
      botToken: slack.botToken,
      apiUrl: slack.url,
      channels: [],
      clock: systemClock,
      log: quiet,
    };
    const listening = (port: number) => slack.useHttp({ url: eventsUrl(port) });
    const port = createSlackPort(
      mode === "sockets"
        ? { ...common, appToken: slack.appToken }
        : { ...common, signingSecret: slack.signingSecret, port: 0, listening },
    );
    await port.start({
      commands: [],
      arriving: async () => undefined,
      moved: async () => undefined,
      ...hearsAll,
      incoming: () => setTimeout(stalledMs),
      complete: () => [],
    });
    return port.stop;
  },
};

const bare: Subject = {
  name: "bare Bolt",
  start: async (slack, mode) => {
    const clientOptions = { slackApiUrl: slack.url };
    const receiver = new HTTPReceiver({
      signingSecret: slack.signingSecret,
      logLevel: LogLevel.ERROR,
    });
    const app = new App({
      token: slack.botToken,
      clientOptions,
      logLevel: LogLevel.ERROR,
      ...(mode === "sockets" ? { socketMode: true, appToken: slack.appToken } : { receiver }),
    });
    app.command("/failover", async ({ ack }) => {
      await ack();
      await setTimeout(stalledMs);
    });
    if (mode === "sockets") await app.start();
    else {
      const server = await receiver.start({ port: 0, host: "127.0.0.1" });
      const address = server.address();
      if (typeof address === "object" && address) slack.useHttp({ url: eventsUrl(address.port) });
    }
    return () => app.stop();
  },
};

async function sent(slack: FakeSlack, count: number): Promise<Delivery[]> {
  const all: Promise<Delivery>[] = [];
  for (let index = 0; index < count; index++) {
    all.push(slack.command("status"));
    await setTimeout(pauseMs);
  }
  return Promise.all(all);
}

const taken = (deliveries: readonly Delivery[]): number[] =>
  deliveries
    .flatMap(({ outcome }) => (outcome.acknowledged ? [outcome.afterMs] : []))
    .toSorted((a, b) => a - b);

const quantile = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

async function withSubject<Found>(
  subject: Subject,
  mode: Mode,
  look: (slack: FakeSlack) => Promise<Found>,
): Promise<Found> {
  const slack = await createFakeSlack({ clock: systemClock, scopes });
  const stop = await subject.start(slack, mode);
  await setTimeout(200);
  const found = await look(slack);
  await stop();
  await slack.close();
  return found;
}

interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
}

async function times(subject: Subject, mode: Mode): Promise<Times> {
  const found = await withSubject(subject, mode, async (slack) => {
    await sent(slack, 20);
    return taken(await sent(slack, commands));
  });
  const of = {
    p50: quantile(found, 0.5),
    p99: quantile(found, 0.99),
    lost: commands - found.length,
  };
  const [p50, p99] = [of.p50.toFixed(2), of.p99.toFixed(2)];
  console.log(
    `${mode.padEnd(8)} ${subject.name.padEnd(13)} p50 ${p50} ms, p99 ${p99} ms, lost ${of.lost}`,
  );
  return of;
}

/**
 * A notice, two seconds, the end of the socket, and five seconds more, with a command every 20 ms.
 */
async function refresh(subject: Subject): Promise<void> {
  const lost = await withSubject(subject, "sockets", async (slack) => {
    const before = await sent(slack, 10);
    const old = slack.sockets.announce("refresh_requested");
    const during = await sent(slack, 2000 / pauseMs);
    old.close();
    const all = [...before, ...during, ...(await sent(slack, 5000 / pauseMs))];
    return `${all.length - taken(all).length} of ${all.length}`;
  });
  console.log(`refresh  ${subject.name.padEnd(13)} lost ${lost} commands`);
}

for (const mode of ["sockets", "HTTP"] as const) {
  const theirs = await times(bare, mode);
  const mine = await times(ours, mode);
  const [p50, p99] = [mine.p50 / theirs.p50, mine.p99 / theirs.p99];
  console.log(`${mode.padEnd(8)} ratio         p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}`);
}
await refresh(bare);
await refresh(ours);
process.exit();
