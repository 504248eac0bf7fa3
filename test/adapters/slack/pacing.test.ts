/** Six runs at once in a workspace: the outbox keeps to Slack's limits, and no card grows old. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Card, Place } from "../../../src/chat/port.ts";
import { createLog } from "../../../src/log.ts";
import { createOutbox } from "../../../src/speech/outbox.ts";
import { putTopic, queueLine } from "../../../src/speech/topics.ts";

import { openSqliteStore } from "../../../src/store/sqlite.ts";
import { besideStore } from "../../fakes/beside-store.ts";
import { bareFiles } from "../../fakes/files.ts";
import { slackRig } from "./rig.ts";

const RUNS = 6;
const LOOK_MS = 5000;
const STEP_MS = 250;
const ALL_MS = 180_000;
/** No card shows what is older, though each changes with every look at EM. */
const OLDEST_CARD_MS = 12_000;
/** What its headline says is never older. */
const OLDEST_HEADLINE_MS = 4000;

const places: readonly Place[] = ["C0WAR", "C0OPS"].map((channel) => ({
  platform: "slack",
  channel,
}));

const cardOf = (run: number, look: number): Card => ({
  tone: "running",
  title: `Run ${run}: ${Math.floor((look + run * 3) / 18)} of 6`,
  lines: [`look ${look}`],
});

async function sixRuns() {
  const { slack, port, clock } = await slackRig();
  onTestFinished(slack.close);
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-"));
  const store = openSqliteStore(join(folder, "state.db"), clock.now);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const log = createLog({ secrets: [], level: "silent" });
  const outbox = createOutbox({
    store,
    ports: [port],
    ...besideStore(),
    fileMaker: bareFiles,
    clock,
    log,
  });
  const look = (count: number) =>
    store.commit(
      Array.from({ length: RUNS }, (_, run) =>
        putTopic({
          version: 1,
          id: `run-${run}`,
          place: places[run % 2] ?? expect.fail(),
          title: `Run ${run}`,
          card: cardOf(run, count),
          updatedAt: clock.now(),
          closed: false,
        }),
      ),
    );
  const say = (run: number, text: string) =>
    store.commit([
      queueLine(`run-${run}`, { tone: "good", title: text, lines: [] }, false, clock.now()),
    ]);
  return { slack, clock, outbox, store, look, say };
}

/** The look at EM that stands in a run's card. */
const shownLook = (text = "") => Number(/look (\d+)/.exec(text)?.[1] ?? 0);

it("six runs are told without one 429, every card no older than twelve seconds", async () => {
  const { slack, clock, outbox, look, say } = await sixRuns();
  let [oldestCard, oldestHeadline] = [0, 0];
  for (let at = 0; at < ALL_MS; at += STEP_MS) {
    const count = Math.floor(at / LOOK_MS);
    if (at % LOOK_MS === 0) await look(count);
    if (at % 20_000 === 10_000) for (let run = 0; run < RUNS; run++) await say(run, `VM at ${at}`);
    await outbox.flush();
    const roots = slack.world.messages.filter(({ thread }) => thread === undefined);
    for (let run = 0; run < RUNS && at > 20_000; run++) {
      const root = roots.find(({ text }) => text.includes(`Run ${run}:`));
      const shown = shownLook(root?.text);
      if (shown < count) oldestCard = Math.max(oldestCard, at - (shown + 1) * LOOK_MS);
      const due = cardOf(run, count).title;
      const changed = Array.from({ length: count + 1 }, (_, one) => one).find(
        (one) => cardOf(run, one).title === due,
      );
      if (!root?.text.includes(due))
        oldestHeadline = Math.max(oldestHeadline, at - (changed ?? 0) * LOOK_MS);
    }
    clock.advance(STEP_MS);
  }
  const edits = slack.calls.filter(({ method }) => method === "chat.update").map(({ at }) => at);
  const inMinute = edits.map(
    (at) => edits.filter((other) => other >= at && other < at + 60_000).length,
  );
  expect(slack.calls.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(Math.max(...inMinute)).toBeLessThanOrEqual(50);
  expect(oldestCard).toBeLessThanOrEqual(OLDEST_CARD_MS);
  expect(oldestHeadline).toBeLessThanOrEqual(OLDEST_HEADLINE_MS);
  expect(slack.world.messages.filter(({ thread }) => thread !== undefined)).toHaveLength(9 * RUNS);
});
