/** What is kept of a session and its VMs from one look to the next, and what of it is told. */
import { describe, expect, it } from "vitest";
import type { FailoverSession } from "../../src/em/types.ts";
import type { Watch } from "../../src/records/watch.ts";
import { sawSession } from "../../src/watch/session.ts";
import {
  begun,
  limits,
  minute,
  phases,
  second,
  server,
  sessionDone,
  sessionOf,
  taskOf,
  vmDone,
  vmTaskOf,
  watchIn,
} from "./things.ts";

const following = watchIn(phases.following);
const see = (watch: Watch, own: Partial<FailoverSession> = {}, at = begun + second) =>
  sawSession(watch, sessionOf(own), at, limits);
/** Several looks, a second apart. */
const seenIn = (...looks: Partial<FailoverSession>[]) =>
  looks.reduce((watch, own, i) => see(watch, own, begun + (i + 1) * second).watch, following);
const names = Array.from({ length: 20 }, (_, i) => `vm${i}`);
const large = watchIn(phases.following, { subject: { ...following.subject, vms: names } });
const newsOf = ({ say }: ReturnType<typeof see>) =>
  say.flatMap((event) =>
    event.is === "vms" ? [`${event.mark}: ${event.vms.map(({ name }) => name).join(" ")}`] : [],
  );

describe("of a session", () => {
  it("all is kept that its card and its report show", () => {
    const { watch } = see(following, { progress: 10 });
    expect(watch.session).toStrictEqual({
      ...{ id: "s1", createdAt: begun, state: "Working", result: "None", progress: 10 },
      ...{ backupServer: server, changedAt: begun + second, stalled: false },
    });
    const failed = { state: "Working", result: "Failed", failureMessage: "No power." } as const;
    expect(see(watch, { ...failed, endedAt: begun + minute }).watch.session).toMatchObject({
      ...{ failureMessage: "No power.", endedAt: begun + minute, result: "Failed" },
    });
  });

  it.each<[string, Partial<FailoverSession>, boolean]>([
    ["nothing else", {}, false],
    ["its progress", { progress: 20 }, true],
    ["its result", { result: "Warning" }, true],
    ["its state", { state: "Stopping" }, true],
  ])("that changed in %s it is kept since when it stands so", (_, own, isChange) => {
    const { session } = seenIn({ progress: 10 }, { progress: 10, ...own });
    expect(session?.changedAt).toBe(begun + (isChange ? 2 : 1) * second);
  });

  it("that is stopping it is told once", () => {
    const stopping = see(seenIn({}), { state: "Stopping" });
    expect(stopping.say).toEqual([{ is: "session-state", state: "Stopping" }]);
    expect(see(stopping.watch, { state: "Stopping" }).say).toEqual([]);
  });

  const receipt = { task: taskOf().id, logon: "logon-1", at: begun };
  it.each([
    ["of which nobody knows whose it is, as long as the task may tell", true, true, "following"],
    ["of which nobody knows whose it is, where no task will tell", true, false, "checking"],
    ["that is surely ours", false, true, "checking"],
  ] as const)("%s, the end counts or not", (_, isInDoubt, isTask, phase) => {
    const watch = watchIn({
      ...phases.following,
      ...(isInDoubt && { doubt: "several" }),
      ...(isTask && { receipt }),
    });
    expect(sawSession(watch, sessionDone(), begun + minute, limits).watch.phase.is).toBe(phase);
  });
});

describe("of a VM", () => {
  it("all is kept that its line and the report show", () => {
    const point = { id: "p1", name: "a at five" };
    const task = vmTaskOf("a", { progress: 40, failureMessage: "Slow.", point });
    const [seen] = see(following, { vms: [task] }).watch.vms;
    expect(seen).toStrictEqual({
      ...{ name: "a", mark: "running", progress: 40, message: "Slow.", point },
      ...{ startedAt: begun, changedAt: begun + second, told: "running" },
    });
    const [done] = see(following, { vms: [vmDone("a", { progress: 0 })] }).watch.vms;
    expect(done).toStrictEqual({
      ...{ name: "a", mark: "done", progress: 100, startedAt: begun, endedAt: begun + minute },
      ...{ changedAt: begun + second, told: "done" },
    });
  });

  it("that EM says nothing more of it is kept as it was, without a time that nobody knows", () => {
    const { createdAt: _, ...never } = vmTaskOf("a");
    const [seen] = see(following, { vms: [never] }).watch.vms;
    expect(seen).toStrictEqual({
      ...{ name: "a", mark: "running", progress: 0, changedAt: begun + second, told: "running" },
    });
  });

  it.each([
    ["its progress", vmTaskOf("a", { progress: 20 })],
    ["its mark", vmDone("a")],
    ["EM's word", vmTaskOf("a", { failureMessage: "Slow." })],
  ])("that changed in %s it is kept since when it stands so", (_, task) => {
    const [same] = seenIn({ vms: [vmTaskOf("a")] }, { vms: [vmTaskOf("a")] }).vms;
    const [changed] = seenIn({ vms: [vmTaskOf("a")] }, { vms: [task] }).vms;
    expect([same?.changedAt, changed?.changedAt]).toEqual([begun + second, begun + 2 * second]);
  });

  it("that stalls, and then moves no further, it is kept since when", () => {
    const running = { vms: [vmTaskOf("a", { progress: 10 })] };
    const first = see(following, running).watch;
    const stalled = see(first, running, begun + 11 * minute).watch;
    expect(stalled.vms[0]).toMatchObject({ mark: "stalled", changedAt: begun + second });
    const [still] = see(stalled, running, begun + 12 * minute).watch.vms;
    expect(still).toMatchObject({ mark: "stalled", changedAt: begun + second });
  });

  it("an end that it had is not kept as running on where it stalled before", () => {
    const done = see(following, { vms: [vmDone("a")] }).watch;
    const [again] = see(done, { vms: [vmDone("a")] }, begun + 2 * second).watch.vms;
    expect(again?.changedAt).toBe(begun + second);
  });

  it("what EM says in words that nobody knows is its word", () => {
    const odd = vmTaskOf("a", { state: "Stopped", result: "unknown:Skipped by hand" });
    const [seen] = see(following, { vms: [odd] }).watch.vms;
    expect(seen?.message).toContain("Skipped by hand");
  });

  it("of which EM says nothing has no word", () => {
    const event = see(following, { vms: [vmTaskOf("a")] }).say.at(-1);
    expect(event?.is === "vms" && event.vms).toStrictEqual([{ name: "a" }]);
  });
});

describe("several VMs that stall", () => {
  it("are told with since when the first of them has", () => {
    const slow = [vmTaskOf("a", { progress: 10 }), vmTaskOf("b", { progress: 10 })];
    const first = see(following, { vms: slow.slice(0, 1) }).watch;
    const second_ = see(first, { vms: slow }, begun + minute).watch;
    const { say } = see(second_, { vms: slow }, begun + 11 * minute);
    expect(say).toEqual([{ is: "stalled", vms: ["a", "b"], since: begun + second }]);
  });
});

describe("of a large plan", () => {
  const running = names.map((name) => vmTaskOf(name));
  const first = see(large, { vms: running }).watch;
  const withDone = (count: number) =>
    running.map((task, i) => (i < count ? vmDone(task.vm) : task));

  it("those that ended well are told where they are a tenth of it, and held back before", () => {
    const one = see(first, { vms: withDone(1) });
    expect(newsOf(one)).toEqual([]);
    expect(one.watch.vms[0]).toMatchObject({ mark: "done", told: "running" });
    expect(newsOf(see(one.watch, { vms: withDone(2) }))).toEqual(["done: vm0 vm1"]);
  });

  it("a VM that ended at once is held back as one of which nothing was told", () => {
    const [seen] = see(large, { vms: withDone(1) }).watch.vms;
    expect(seen).not.toHaveProperty("told");
  });

  it("the last are told, however few", () => {
    const most = see(first, { vms: withDone(19) }).watch;
    expect(newsOf(see(most, { vms: withDone(20) }))).toEqual(["done: vm19"]);
  });

  it("those are told that ended well before a session that left others out", () => {
    const few = withDone(1).slice(0, 1);
    const ended = { state: "Stopped", result: "Success", vms: few } as const;
    expect(newsOf(see(large, ended))).toEqual(["done: vm0"]);
  });
});
