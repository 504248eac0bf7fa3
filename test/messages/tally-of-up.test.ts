/** What is told of VMs of which nobody knows whether they are up. */
import { describe, expect, it } from "vitest";
import type { Mark } from "../../src/chat/port.ts";
import { historyCard } from "../../src/messages/history.ts";
import { pictureText } from "../../src/messages/picture-text.ts";
import { scorecardRows } from "../../src/messages/report-rows.ts";
import type { End, VmVerdict, Watch } from "../../src/records/watch.ts";
import { factsOf } from "../../src/report/run-facts.ts";
import { summaryOf } from "../../src/report/summary.ts";
import { begun, minute, order, vmView, watchIn } from "../watch/things.ts";
import { read } from "./read.ts";

const ended = (how: End, marks: readonly Mark[], verdicts?: readonly VmVerdict[]): Watch =>
  watchIn(
    { is: "ended", at: begun + 9 * minute, how },
    {
      order: { ...order, askedAt: begun },
      vms: marks.map((mark, i) => vmView(`vm${i}`, { mark, endedAt: begun + minute })),
      ...(verdicts ? { verdicts } : {}),
    },
  );

const told = (watch: Watch) => {
  const record = { version: 1, watch, moments: [] } as const;
  const facts = factsOf(record);
  const rows = scorecardRows(facts).filter(({ name }) => name.startsWith("VMs up"));
  return {
    report: rows.map(({ name, says }) => `${name}: ${String(says)}`),
    history: / – .*?, .*?, (.*?)(?:, EM's word)?(?:, by .*)?$/m.exec(
      read(historyCard([summaryOf(record)])),
    )?.[1],
    picture: pictureText(facts, "UTC"),
  };
};

const taken: End = { is: "taken" };
const failed: End = { is: "failed", reasons: [], vms: ["vm0"], of: 3 };

describe("how many VMs are up", () => {
  it("is not known of an ordinary plan whose task has ended well: nowhere is it said that none is", () => {
    const { report, history, picture } = told(ended(taken, ["waiting", "waiting", "waiting"]));
    expect(report).toEqual(["VMs up, by EM's word: not known"]);
    expect(history).toBe("not known whether up");
    expect(picture).toContain("EM has said nothing of the 3 VMs.");
    expect(`${report} ${history} ${picture}`).not.toMatch(/\b0 of 3/);
  });

  it("is told with the number of those of which it is not known", () => {
    const { report, history, picture } = told(ended(failed, ["failed", "done", "unknown"]));
    expect(report).toEqual(["VMs up, by EM's word: 1 of 3; not known of 1"]);
    expect(history).toBe("1 of 3 up, not known of 1");
    expect(picture).toContain("1 of 3 up, not known of 1; the last one 1 min after");
  });

  it("counts a VM of which EM gives no clear result, where its replica point shows it", () => {
    const seen: VmVerdict = { vm: "vm2", state: "Failover", is: "seen" };
    const { report, history } = told(ended(failed, ["failed", "done", "unknown"], [seen]));
    expect(report).toEqual(["VMs up, by EM's word or their replica points: 2 of 3"]);
    expect(history).toBe("2 of 3 up");
  });
});
