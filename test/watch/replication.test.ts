import { describe, expect, it } from "vitest";
import type { ReplicationSession, ReplicationState, ReplicationTask } from "../../src/em/types.ts";
import { replicationCard, replicationLine } from "../../src/messages/replication.ts";
import type { ReplicationWatch } from "../../src/records/replication-watch.ts";
import { advanceReplication } from "../../src/watch/replication.ts";
import type { Sighting } from "../../src/watch/sighting.ts";
import { read } from "../messages/read.ts";
import { anna, begun, limits, minute, second } from "./things.ts";

const session = (own: Partial<ReplicationSession> = {}): ReplicationSession => ({
  id: "s1",
  name: "SQL Server Replication@2026-11-21",
  kind: "snapshot",
  job: { id: "j1", name: "SQL Server Replication" },
  createdAt: begun,
  state: "Working",
  result: "None",
  progress: 40,
  retry: false,
  ...own,
});
const task = (vm: string, own: Partial<ReplicationTask> = {}): ReplicationTask => ({
  id: vm,
  name: vm,
  kind: "snapshot",
  vm,
  createdAt: begun,
  state: "InProgress",
  result: "None",
  totalBytes: 16 * 2 ** 30,
  ...own,
});
const fresh = (own: Partial<ReplicationWatch> = {}): ReplicationWatch => ({
  version: 2,
  of: "replication",
  id: "watch-abc234",
  em: "sandbox",
  kind: "snapshot",
  subject: { name: "SQL Server Replication", session: "s1" },
  notify: [anna],
  topics: [],
  since: begun,
  seenAt: begun,
  phase: { is: "following" },
  vms: [],
  ...own,
});
const seeing = (watch: ReplicationWatch, sighting: Sighting, now = begun + second) =>
  advanceReplication(watch, sighting, now, limits);
const seen = (own: Partial<ReplicationSession>, ...tasks: ReplicationTask[]): Sighting => ({
  is: "replication",
  session: session(own),
  tasks,
});
const failed = task("b", { state: "Completed", result: "Failed", reason: "Not enough space" });
const stopped = { state: "Stopped", result: "Failed", endedAt: begun + 2 * minute } as const;

describe("a watched replication", () => {
  it("shows how far it is, and tells failures and warnings once", () => {
    const first = seeing(fresh(), seen({}, task("a"), failed));
    expect(first.say.map((event) => event.is === "vms" && event.mark)).toEqual(["failed"]);
    expect(seeing(first.watch, seen({ progress: 50 }, task("a"), failed)).say).toEqual([]);
    expect(read(replicationCard(first.watch, begun + 4 * minute))).toMatchInlineSnapshot(`
      "[warning] Working, 40 %: replication job "SQL Server Replication"
      Looked at Enterprise Manager (EM) 3 min ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      [########------------] 40 %
      Running since 2026-11-21 06:00 UTC.
      [replicating] a – 16 GiB
      [failed] b – 16 GiB: Not enough space
      The end is posted here.
      watch-abc234"
    `);
  });

  it("ends when EM says so, with EM's reasons, once", () => {
    const end = seeing(
      fresh(),
      seen({ ...stopped, failureMessage: "1 VM failed" }, task("a"), failed),
    );
    expect(end.say.filter(({ is }) => is === "ended")).toHaveLength(1);
    expect(read(replicationCard(end.watch, begun + 4 * minute))).toMatchInlineSnapshot(`
      "[problem] Ended, EM reports Failed: replication job "SQL Server Replication"
      [########------------] 40 %
      Ran 2 min, from 2026-11-21 06:00 UTC.
      EM says: 1 VM failed.
      EM says: b: Not enough space.
      [replicating] a – 16 GiB
      [failed] b – 16 GiB: Not enough space
      \`watch replica "SQL Server Replication"\` follows the next session, once it runs.
      Ended 2026-11-21 06:00 UTC · watch-abc234"
    `);
    const line = replicationLine(end.watch, end.say.at(-1) ?? expect.fail());
    expect(line).toMatchObject({ urgent: true, card: { alsoInChannel: true, notify: [anna] } });
    expect(seeing(end.watch, seen(stopped)).say).toEqual([]);
  });

  it("is lost where EM no longer shows it for the time of a stall, and not by silence", () => {
    const missed = seeing(fresh(), { is: "session-unknown" }, begun).watch;
    expect(
      seeing(missed, { is: "session-unknown" }, begun + 10 * minute).watch.phase,
    ).toMatchObject({
      how: { is: "lost" },
    });
    const quiet = seeing(
      missed,
      { is: "silence", why: "EM does not answer" },
      begun + 60 * minute,
    ).watch;
    expect(seeing(quiet, { is: "session-unknown" }, begun + 61 * minute).watch.phase.is).toBe(
      "following",
    );
    const silent = seeing(
      fresh(),
      { is: "silence", why: "EM does not answer" },
      begun + 60 * minute,
    );
    expect(silent.watch.phase.is).toBe("following");
    expect(read(replicationCard(silent.watch, begun + 60 * minute))).toMatchInlineSnapshot(`
      "[warning] Being watched: replication job "SQL Server Replication"
      Asked Enterprise Manager (EM) in 56 min, without an answer. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM has not answered since 2026-11-21 06:00 UTC; what stands below is from then.
      EM does not answer.
      EM has not been read yet.
      The end is posted here.
      Last seen 2026-11-21 06:00 UTC · watch-abc234"
    `);
  });

  it("that EM no longer shows is told as it was seen last, and not to run or to have ended", () => {
    const known = seeing(fresh(), seen({}, task("a"), failed)).watch;
    const missed = seeing(known, { is: "session-unknown" }, begun + minute).watch;
    expect(read(replicationCard(missed, begun + minute))).toMatchInlineSnapshot(`
      "[warning] EM does not show its session: replication job "SQL Server Replication"
      Looked at Enterprise Manager (EM) 3 min ago. If that is over 2 minutes, nobody is watching: look in the Veeam console.
      EM does not show its session any more; what stands below was seen before.
      Begun 2026-11-21 06:00 UTC.
      [unknown] a – was replicating, 16 GiB
      [failed] b – 16 GiB: Not enough space
      The end is posted here.
      watch-abc234"
    `);
    expect(seeing(missed, seen({}, task("a"), failed)).watch.vms).toEqual(known.vms);
    const lost = seeing(missed, { is: "session-unknown" }, begun + 11 * minute).watch;
    expect(read(replicationCard(lost, begun + 11 * minute))).toMatchInlineSnapshot(`
      "[problem] Lost sight of: replication job "SQL Server Replication"
      Begun 2026-11-21 06:00 UTC.
      EM no longer shows the session.
      [unknown] a – was replicating, 16 GiB
      [failed] b – 16 GiB: Not enough space
      \`watch replica "SQL Server Replication"\` follows the next session, once it runs.
      Watched until 2026-11-21 06:11 UTC · watch-abc234"
    `);
  });

  it("is lost no sooner for the time in which EM was silent", () => {
    const silence = { is: "silence", why: "EM does not answer" } as const;
    const unknown = { is: "session-unknown" } as const;
    const missed = seeing(fresh(), unknown, begun).watch;
    const silent = seeing(missed, silence, begun + 60 * minute).watch;
    const heard = seeing(silent, unknown, begun + 61 * minute).watch;
    const phaseAfter = (ms: number) =>
      seeing(heard, unknown, begun + 61 * minute + ms).watch.phase.is;
    expect(phaseAfter(10 * minute - 1)).toBe("following");
    expect(phaseAfter(10 * minute)).toBe("ended");
  });

  it("notes when its VMs were read, and keeps them while they are not", () => {
    const read = seeing(fresh(), seen({}, task("a")), begun + second).watch;
    expect(read.vmsAt).toBe(begun + second);
    const later = seeing(read, { is: "replication", session: session() }, begun + minute).watch;
    expect(later.vmsAt).toBe(begun + second);
    expect(later.vms).toEqual(read.vms);
  });

  it("tells that its state is another, but not the first, and not its end, which is told anyway", () => {
    const states = (before: ReplicationWatch, state: ReplicationState) =>
      seeing(before, seen({ state })).say.flatMap((event) =>
        event.is === "session-state" ? event.state : [],
      );
    const working = seeing(fresh(), seen({})).watch;
    expect(states(fresh(), "Working")).toEqual([]);
    expect(states(working, "Working")).toEqual([]);
    expect(states(working, "Pausing")).toEqual(["Pausing"]);
    expect(states(working, "Stopped")).toEqual([]);
  });

  it("tells of VMs with EM's reason where it gives one, and how many went well", () => {
    const well = task("a", { state: "Completed", result: "Success" });
    const warned = task("c", { state: "Completed", result: "Warning" });
    const tally = { well: 1, of: 3 };
    expect(seeing(fresh(), seen({}, well, failed, warned)).say).toStrictEqual([
      { is: "vms", mark: "warning", vms: [{ name: "c" }], tally },
      { is: "vms", mark: "failed", vms: [{ name: "b", message: "Not enough space" }], tally },
    ]);
  });

  it("ends with a reason for each VM that failed or has a warning, be it that EM gives none", () => {
    const warned = task("c", { state: "Completed", result: "Warning" });
    expect(seeing(fresh(), seen(stopped, task("a"), failed, warned)).watch.phase).toMatchObject({
      how: {
        reasons: [
          { is: "em-says", vm: "b", text: "Not enough space" },
          { is: "vm-unexplained", vm: "c", mark: "warning" },
        ],
      },
    });
  });

  it.each([
    ["Pending", "None", "waiting"],
    ["Pending", "Failed", "failed"],
    ["InProgress", "None", "running"],
    ["InProgress", "Success", "running"],
    ["InProgress", "Warning", "warning"],
    ["InProgress", "Failed", "failed"],
    ["Completed", "Success", "done"],
    ["Completed", "Warning", "warning"],
    ["Completed", "Failed", "failed"],
    ["Completed", "None", "unknown"],
    ["unknown:Odd", "Success", "unknown"],
  ] as const)("shows a VM of which EM says %s, %s as %s", (state, result, mark) => {
    expect(seeing(fresh(), seen({}, task("a", { state, result }))).watch.vms).toMatchObject([
      { mark },
    ]);
  });

  it("of one VM shows that VM alone", () => {
    const subject = { name: "SQL Server Replication", session: "s1", only: "b" };
    expect(
      seeing(fresh({ subject }), seen({}, task("a"), failed)).watch.vms.map(({ name }) => name),
    ).toEqual(["b"]);
  });
});
