/** When the judge looks: an age, and what goes on in EM by itself, change between two looks. */
import { describe, expect, it } from "vitest";
import type { EstateEvent } from "../../src/sandbox/estate/estate.ts";
import { historyOf } from "../../src/sandbox/estate/history.ts";
import { draftRun } from "../../src/sandbox/estate/orders.ts";
import { scenarios } from "../../src/sandbox/scenarios.ts";
import { setSwitches } from "../../src/sandbox/switches.ts";
import { emPast } from "./em-past.ts";
import { isTrue } from "./judge.ts";
import { lengthOf, type Statement } from "./statements.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const scenario = scenarios["all-well"];

function quietPast() {
  const past = emPast(scenario, setSwitches(scenario.switches, {}));
  past.note(recorded());
  return past;
}

const recorded = (...events: readonly EstateEvent[]) =>
  ({ version: 1, bornAt: NOON, settledTo: NOON, events }) as const;

const inventory = scenario.inventory();
const [plan = expect.fail("no plan")] = inventory.plans;
const [first = expect.fail("no VM")] = plan.vms;

const startAt = (at: number): EstateEvent => ({
  kind: "run",
  run: draftRun({ inventory, history: historyOf([]), plan, action: "start", at }),
});

const edit = (at: number, vms = plan.vms): EstateEvent => ({
  ...{ kind: "plan-edited", at, planId: plan.id, vms },
});

describe("the past of a simulated EM", () => {
  it("changes where a replication begins or ends, though nobody orders it", () => {
    const past = quietPast();
    const until = NOON + 24 * HOUR_MS;
    const changes = past.changes(NOON, until);
    const policies = past
      .at(until)
      .replications()
      .filter(({ job }) => job.kind === "cdp");
    const [now, before] = policies;
    expect(changes).toContain(now?.createdAt);
    expect(changes).toContain(before?.endedAt);
  });

  it("knows nothing at a time of what came when EM's clock, set back, showed that time again", () => {
    const past = quietPast();
    const before = startAt(NOON + HOUR_MS);
    past.note(recorded(before));
    past.note(recorded(before, startAt(NOON + MINUTE_MS)), -2 * HOUR_MS);
    const runsAt = (at: number, aheadMs = 0) => past.at(at, aheadMs).runs.length;
    expect([NOON + MINUTE_MS, NOON + HOUR_MS].map((at) => runsAt(at))).toEqual([0, 1]);
    expect(runsAt(NOON + MINUTE_MS, -2 * HOUR_MS)).toBe(2);
  });

  it("bears out the size of a plan as of any time since a run began elsewhere, and no other", () => {
    const past = quietPast();
    const smaller = edit(NOON + 2 * MINUTE_MS, [first]);
    past.note(recorded(startAt(NOON + MINUTE_MS), smaller, edit(NOON + 3 * MINUTE_MS, [])));
    const moment = past.at(NOON + 4 * MINUTE_MS);
    const own = plan.vms.length;
    const isSize = (of: number, elsewhere?: true) =>
      isTrue(
        {
          is: "tally",
          well: moment.sessions[0]?.vms.filter(({ result }) => result).length ?? 0,
          of,
        },
        {
          ...{ moment, people: new Set(), slackMs: 0, earlier: past.at },
          subject: { plan: plan.name, ...(elsewhere ? { elsewhere } : {}) },
        },
      );
    expect([own, 1, own + 1].map((of) => isSize(of, true))).toEqual([true, true, false]);
    expect([own, 1].map((of) => isSize(of))).toEqual([true, false]);
  });

  it("bears out what is said of a run begun elsewhere by its session, not by a later order without one", () => {
    const past = quietPast();
    const [went, refused] = [startAt(NOON), startAt(NOON + MINUTE_MS)];
    if (refused.kind !== "run") expect.fail("no run");
    past.note(recorded(went, { ...refused, run: { ...refused.run, hasSession: false } }));
    const moment = past.at(NOON + HOUR_MS);
    const isSaid = (own: object) =>
      isTrue(
        { is: "begun", at: moment.sessions[0]?.createdAt ?? 0 },
        { moment, people: new Set(), slackMs: 0, subject: { plan: plan.name, ...own } },
      );
    expect([isSaid({ elsewhere: true }), isSaid({})]).toEqual([true, false]);
  });

  it("bears out an age as of any time from the reading to the saying, and no other", () => {
    const moment = quietPast().at(NOON);
    const [plan] = moment.plans;
    const [vm] = plan?.vms ?? [];
    const newest = moment.points(vm?.vm ?? "")[0]?.createdAt ?? 0;
    const ageSaid = (minutes: number) => {
      const age = lengthOf(`${minutes} min`, "min");
      const said: Statement = { is: "point", vm: vm?.name ?? "", age };
      const saidAt = NOON + 2 * MINUTE_MS;
      const subject = { plan: plan?.name ?? "" };
      return isTrue(said, { moment, subject, people: new Set(), slackMs: 0, saidAt });
    };
    const read = Math.floor((NOON - newest) / MINUTE_MS);
    expect([-1, 0, 1, 2, 3].map((later) => ageSaid(read + later))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});
