/** What the judge must be able to read: else what is said there is compared with nothing. */
import { describe, expect, it } from "vitest";
import type { Card } from "../../src/chat/port.ts";
import type { ReplicationSession } from "../../src/em/types.ts";
import { toldLine } from "../../src/messages/events.ts";
import { replicationSessionCard } from "../../src/messages/replicas.ts";
import { sessionCard } from "../../src/messages/status.ts";
import type { Event } from "../../src/records/event.ts";
import { readCard, subjectOf } from "./sentences.ts";
import type { Statement } from "./statements.ts";

const BEGAN = Date.UTC(2026, 10, 21, 6);
const MINUTE_MS = 60_000;
const about = { name: "ABC Company Failover Plan", doing: "starting", vm: "up" };
const tally = { well: 1, of: 6 };

const readingsOf = (card: Card) => readCard(card, new Set());
const saidBy = (card: Card): Statement[] =>
  readingsOf(card).flatMap(({ statements }) => [...statements]);
const unreadOf = (card: Card) =>
  readingsOf(card).flatMap(({ rest, part }) => (rest === "" ? [] : [part.text]));

const afterAbsence = (event: Event): Card =>
  toldLine({ is: "away", from: BEGAN, to: BEGAN + MINUTE_MS, meanwhile: [event] }, [], about).card;

const found = { is: "found", session: "a", createdAt: BEGAN } as const;
const missed: readonly Event[] = [
  found,
  { ...found, carriedOut: true },
  { ...found, doubt: "several" },
  { ...found, doubt: "late" },
  { ...found, doubt: "shared-name" },
  { is: "settled", ours: true },
  { is: "settled", ours: false },
  { is: "looking", why: "answer-lost" },
  { is: "looking", why: "task-lost" },
  { is: "looking", why: "stopped" },
  { is: "looking", why: "no-session-named" },
  { is: "vms", mark: "running", vms: [{ name: "dc01" }], tally },
  { is: "vms", mark: "done", vms: [{ name: "dc01" }], tally },
  { is: "vms", mark: "failed", vms: [{ name: "dc01" }, { name: "sql01" }], tally },
  { is: "session-state", state: "Stopping" },
  { is: "stalled", vms: ["dc01"], since: BEGAN },
  { is: "moving", vms: ["dc01"] },
  { is: "silent", since: BEGAN, why: "Enterprise Manager does not answer." },
  { is: "answering", since: BEGAN },
  { is: "reported", until: BEGAN },
  { is: "clock-moved", byMs: -MINUTE_MS },
  { is: "target-missed", since: BEGAN, recoveryMs: 30 * MINUTE_MS, tally },
  { is: "target-missed", since: BEGAN, recoveryMs: 90 * MINUTE_MS },
  { is: "target-missed", since: BEGAN, recoveryMs: MINUTE_MS, tally, perhaps: true },
  { is: "slower", vms: [{ name: "dc01", tookMs: 70_000, usualMs: 30_000, ended: false }] },
  {
    is: "slower",
    vms: ["dc01", "sql01"].map((name) => ({ name, tookMs: 9e6, usualMs: 3e6, ended: true })),
  },
];

const replication: ReplicationSession = {
  kind: "cdp",
  id: "6d1c1f0e-0000-4000-8000-000000000000",
  name: "CDP Policy 1",
  state: "Working",
  result: "None",
  progress: 0,
  createdAt: BEGAN,
  retry: false,
};
const itsEnd = { state: "Stopped", result: "Success", endedAt: BEGAN + 3 * MINUTE_MS } as const;

describe("what is said of a session", () => {
  it.each(missed)("is read where an absence has missed it: %o", (event) => {
    expect(unreadOf(toldLine(event, [], about).card)).toEqual([]);
    expect(unreadOf(afterAbsence(event))).toEqual([]);
  });

  it("tells when the session began of an order whose answer was lost", () => {
    const card = afterAbsence({ ...found, carriedOut: true });
    expect(saidBy(card)).toContainEqual({ is: "begun", at: BEGAN });
  });

  it("tells which VMs had begun by the end of an absence", () => {
    const card = afterAbsence({ is: "vms", mark: "running", vms: [{ name: "dc01" }], tally });
    const vms = { text: "dc01", named: ["dc01"], more: 0 };
    expect(saidBy(card)).toContainEqual({ is: "marked", mark: "running", vms });
  });

  it("tells of a replication's session when it began, and how long it took", () => {
    for (const retry of [false, true]) {
      const open = replicationSessionCard({ ...replication, retry }, []);
      const over = replicationSessionCard({ ...replication, ...itsEnd, retry }, undefined);
      expect([...unreadOf(open), ...unreadOf(over)]).toEqual([]);
      expect(subjectOf(over)).toMatchObject({ job: "CDP Policy 1", begun: BEGAN });
      expect(saidBy(open)).toEqual([
        { is: "replicating", says: "Working" },
        { is: "begun", at: BEGAN },
      ]);
      const length = { least: 3 * MINUTE_MS, below: 3 * MINUTE_MS + 1_000 };
      expect(saidBy(over)).toEqual([
        { is: "replicating", says: "Success" },
        { is: "ran", length, from: BEGAN },
      ]);
    }
  });

  it("tells of a failover's session how it stands, by EM's word, and each of its VMs", () => {
    const vm = { vm: "dc01", state: "Stopped", result: "Success", progress: 100 } as const;
    const { id } = replication;
    const card = sessionCard({
      ...{ id, name: "Plan 1", state: "Working", result: "None", progress: 0 },
      createdAt: BEGAN,
      vms: [vm],
    });
    expect(unreadOf(card)).toEqual([]);
    expect(subjectOf(card)).toMatchObject({ plan: "Plan 1", begun: BEGAN });
    const vms = { text: "dc01", named: ["dc01"], more: 0 };
    expect(saidBy(card)).toEqual([
      { is: "session", says: "Working", begun: BEGAN, vms: 1 },
      { is: "marked", mark: "well", vms },
    ]);
  });
});
