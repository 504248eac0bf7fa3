/** From what is kept of a run to what is known of it. */
import { describe, expect, it } from "vitest";
import type { AuditDeed } from "../../src/records/audit-entry.ts";
import type { Event } from "../../src/records/event.ts";
import type { Moment, Recorded } from "../../src/records/moment.ts";
import type { RunRecord } from "../../src/records/past-run.ts";
import type { Watch } from "../../src/records/watch.ts";
import { factsOf } from "../../src/report/run-facts.ts";
import { person } from "../fakes/quick-bot.ts";

const place = { platform: "terminal", channel: "ops" } as const;
const anna = person("Anna");
const ben = person("Ben");

const watch: Watch = {
  ...{ version: 2, of: "failover", id: "run-1", em: "em", notify: [], topics: [] },
  subject: { name: "Plan A", kind: "cloud", shared: false, vms: ["a", "b"] },
  order: {
    ...{ id: "run-1", action: "start", from: { points: "latest" }, hold: "h", by: anna },
    ...{ approvedBy: [ben], askedAt: 0, approvedAt: 60, sentAt: 70, known: [], over: [] },
  },
  ...{ since: 70, seenAt: 900, phase: { is: "following", session: "s" } },
  vms: [
    { name: "a", mark: "done", progress: 100, startedAt: 100, endedAt: 300, changedAt: 300 },
    { name: "b", mark: "failed", message: "No", progress: 10, startedAt: 110, changedAt: 400 },
  ],
  session: {
    ...{ id: "s", createdAt: 80, state: "Working", result: "None", progress: 50 },
    ...{ changedAt: 400, stalled: false },
  },
};

const at = (when: number, what: Recorded): Moment => ({ version: 1, run: "run-1", at: when, what });
const deed = (when: number, of: AuditDeed, who = anna, stop?: true): Moment =>
  at(when, {
    is: "deed",
    deed: of,
    who,
    where: place,
    what: "…",
    ...(stop && { stop }),
  });
const event = (when: number, of: Event): Moment => at(when, { is: "event", event: of });

const factsFrom = (moments: readonly Moment[], own: Partial<Watch> = {}, undo?: RunRecord) =>
  factsOf({ version: 1, watch: { ...watch, ...own }, moments }, undo);

const way = [deed(0, "asked"), deed(60, "confirmed", ben), deed(70, "sending")];
const bFailed: Event = {
  ...{ is: "vms", mark: "failed", vms: [{ name: "b" }], tally: { well: 1, of: 2 } },
};
const over: Watch["phase"] = {
  ...{ is: "ended", at: 1000, how: { is: "failed", reasons: [], vms: ["b"], of: 2 } },
};

describe("the facts of a run", () => {
  it("say whose word each time is", () => {
    const facts = factsFrom([...way, event(420, bFailed)]);
    expect(facts).toMatchObject({
      asked: { at: 0, by: "bot", who: anna, where: place },
      approved: [{ at: 60, by: "bot", who: ben }],
      ...{ sent: { at: 70, by: "bot" }, began: { at: 80, by: "em" }, asOf: { at: 900, by: "bot" } },
      vms: [
        { name: "a", began: { at: 100, by: "em" }, ended: { at: 300, by: "em" } },
        { name: "b", began: { at: 110, by: "em" }, ended: { at: 420, by: "bot" } },
      ],
    });
    expect(facts.ended).toBeUndefined();
  });

  it("claim no end of a VM that nobody has told", () => {
    expect(factsFrom(way).vms[1]?.ended).toBeUndefined();
  });

  it("have each VM as shown where the run is confirmed, and EM has told of none", () => {
    const waiting = ["a", "b"].map((name) => ({
      ...{ name, mark: "waiting" as const, progress: 0, changedAt: 70 },
    }));
    const phase = {
      is: "ended",
      at: 1000,
      how: { is: "confirmed", warnings: [], other: [] },
    } as const;
    const { vms, scorecard } = factsFrom(way, { vms: waiting, phase });
    expect(vms.map(({ evidence }) => evidence)).toEqual(["seen", "seen"]);
    expect(scorecard).toMatchObject({ up: 2, of: 2 });
  });

  it("have what was told after an absence as seen then", () => {
    const away: Event = { is: "away", from: 200, to: 500, meanwhile: [bFailed] };
    expect(factsFrom([...way, event(500, away)]).vms[1]?.ended).toEqual({ at: 500, by: "bot" });
  });

  it("count from the first question, and by the approvals of the last", () => {
    const moments = [
      ...[deed(0, "asked"), deed(10, "approved", ben), deed(20, "void")],
      ...[deed(20, "asked"), deed(30, "approved", anna), deed(60, "confirmed", ben)],
    ];
    const { asked, approved } = factsFrom(moments);
    expect(asked?.at).toBe(0);
    expect(approved.map((one) => one.at)).toEqual([30, 60]);
  });

  it("do not take the approval of a stop for that of the run", () => {
    const stop = [deed(90, "asked", ben, true), deed(95, "confirmed", ben, true)];
    expect(factsFrom([...way, ...stop]).approved).toHaveLength(1);
  });

  it("have of an older run no approvals, as nobody knows when they were", () => {
    const { asked, approved, timeline } = factsFrom([]);
    expect({ asked, approved }).toEqual({ asked: undefined, approved: [] });
    expect(timeline.map(({ by }) => by)).toEqual(["em", "em", "em", "em"]);
  });
});

describe("the timeline", () => {
  const kinds = (facts: ReturnType<typeof factsFrom>) => facts.timeline.map(({ what }) => what.is);

  it("is in the order of the times, and tells nothing twice", () => {
    const found: Event = { is: "found", session: "s", createdAt: 80 };
    const facts = factsFrom([...way, event(90, found), event(420, bFailed)], { phase: over });
    expect(kinds(facts)).toEqual([
      ...["deed", "deed", "deed", "session-began", "vm-began", "vm-began", "vm-ended", "vm-ended"],
    ]);
  });

  it("tells that a session was found where that says more than when it began", () => {
    const doubt: Event = { is: "found", session: "s", createdAt: 80, doubt: "several" };
    expect(kinds(factsFrom([event(90, doubt)]))).toContain("event");
  });

  it("tells of an absence what EM's times do not", () => {
    const stalled: Event = { is: "stalled", vms: ["b"], since: 110 };
    const away: Event = { is: "away", from: 200, to: 500, meanwhile: [bFailed, stalled] };
    const { timeline } = factsFrom([event(500, away)]);
    expect(timeline.at(-1)?.what).toMatchObject({ event: { is: "away", meanwhile: [stalled] } });
  });

  it("ends with who has undone it, if that went well", () => {
    const how = { is: "confirmed", warnings: [], other: [] } as const;
    const order = watch.order && { ...watch.order, action: "undo" as const, by: ben };
    const undoOf = (phase: Watch["phase"]): RunRecord => ({
      version: 1,
      watch: { ...watch, id: "run-2", order, session: undefined, phase },
      moments: [],
    });
    const well = factsFrom(way, { phase: over }, undoOf({ is: "ended", at: 5000, how }));
    expect(well.timeline.at(-1)).toEqual({
      ...{ at: 5000, by: "bot", what: { is: "undone", run: "run-2", who: ben } },
    });
    expect(kinds(factsFrom(way, {}, undoOf({ ...over, at: 5000 })))).not.toContain("undone");
  });
});

describe("a VM with the name of something else", () => {
  it.each(["constructor", "__proto__", "toString"])("%s has nothing that is usual", (name) => {
    const vms = [{ name, mark: "done", progress: 100, changedAt: 0 }] as const;
    const usual = { runs: 3, vms: { other: 1 } };
    expect(factsFrom(way, { vms, usual }).vms[0]?.usualMs).toBeUndefined();
  });
});

describe("the gaps", () => {
  const silent: Event = { is: "silent", since: 200, why: "no answer" };

  it("are EM's silences, and the times in which nobody watched", () => {
    const away: Event = { is: "away", from: 500, to: 600, tookOverFrom: "a1", meanwhile: [] };
    const moments = [
      event(260, silent),
      event(300, { is: "answering", since: 200 }),
      event(600, away),
    ];
    expect(factsFrom(moments).gaps).toEqual([
      { from: 200, to: 300, why: "em-silent" },
      { from: 500, to: 600, why: "nobody-watched", tookOverFrom: "a1" },
    ]);
  });

  it("last to the end where EM did not answer again", () => {
    expect(factsFrom([event(260, silent)], { phase: over }).gaps).toEqual([
      { from: 200, to: 1000, why: "em-silent" },
    ]);
    expect(factsFrom([event(260, silent)]).gaps[0]?.to).toBe(260);
  });
});
