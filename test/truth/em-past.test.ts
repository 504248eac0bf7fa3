/** When the judge looks: an age, and what goes on in EM by itself, change between two looks. */
import { describe, expect, it } from "vitest";
import { scenarios } from "../../src/sandbox/scenarios.ts";
import { setSwitches } from "../../src/sandbox/switches.ts";
import { emPast } from "./em-past.ts";
import { isTrue } from "./judge.ts";
import { lengthOf, type Statement } from "./statements.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function quietPast() {
  const scenario = scenarios["all-well"];
  const past = emPast(scenario, setSwitches(scenario.switches, {}));
  past.note({ version: 1, bornAt: NOON, settledTo: NOON, events: [] });
  return past;
}

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
