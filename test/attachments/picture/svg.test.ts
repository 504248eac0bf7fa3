/** What a picture shows, and where, read from its SVG. */
import { describe, expect, it } from "vitest";
import type { RunFacts } from "../../../src/report/facts.ts";
import {
  ASKED_AT,
  allWell,
  anna,
  ben,
  byBot,
  byEm,
  inDiscord,
  inSlack,
  oneFailed,
  runOf,
  sentAt,
  silenceAndTakeOver,
  twoHundred,
  vmOf,
} from "../../pictures/run-facts.ts";
import { boxesOf, drawn, outside, overlaps, textsOf } from "./drawn.ts";

const MIN = 60_000;
const HOUR = 60 * MIN;

/** A sign above the chart stands alone or with others: `3`, `3, 4`, `1–5`. */
const signs = (facts: RunFacts) =>
  drawn(facts)
    .texts.filter(({ is }) => is === "sign")
    .map(({ text }) => text);

describe("a run that went well", () => {
  const facts = allWell();
  const picture = drawn(facts);

  it("says how it ended, what it was, and how long people and EM took", () => {
    const text = textsOf(picture);
    expect(text).toContain("Failed over, confirmed");
    expect(text).toContain("Failover of ABC Company Failover Plan · tenant ABC Company");
    expect(text).toContain("12 of 12 up; the last one 16 min 54 s after the question");
    expect(text).toContain("People took 1 min 58 s, EM took 14 min 54 s");
    expect(text).toContain("Within the target of 30 min, 13 min 6 s to spare");
    expect(text).toContain("Data lost: 14 min at most (dc01, promised 12 min)");
  });

  it("tells each decision with its time in the zone, and how long after the question", () => {
    const text = textsOf(picture);
    expect(text).toContain("20:31:05 2026-11-21 Asked by Anna Berg in Slack: power");
    expect(text).toContain("20:31:53 +48 s Approved by Ben Okafor in Discord");
    expect(text).toContain("20:33:05 +2 min Sent to EM");
  });

  it("has a bar for each VM, in start order, from its begin to its end", () => {
    const bars = boxesOf(picture, "bar");
    const ordered = facts.vms.toSorted((a, b) => (a.began?.at ?? 0) - (b.began?.at ?? 0));
    expect(bars).toHaveLength(12);
    const [first] = bars;
    const last = bars.at(-1);
    const from = ordered[0]?.began?.at ?? 0;
    const perMs = ((last?.x ?? 0) - (first?.x ?? 0)) / ((ordered.at(-1)?.began?.at ?? 0) - from);
    for (const [i, vm] of ordered.entries()) {
      const began = vm.began?.at ?? 0;
      expect(bars[i]?.x).toBeCloseTo((first?.x ?? 0) + perMs * (began - from), 0);
      expect(bars[i]?.width).toBeCloseTo(perMs * ((vm.ended?.at ?? 0) - began), 0);
    }
  });

  it("has each VM's name right above its bar", () => {
    const names = picture.texts.filter(({ is }) => is === "name");
    const bars = boxesOf(picture, "bar");
    expect(names.map(({ text }) => text)).toContain("backup-proxy01");
    for (const [i, name] of names.entries()) {
      const gap = (bars[i]?.y ?? 0) - (name.y + name.height);
      expect(gap).toBeGreaterThan(0);
      expect(gap).toBeLessThan(20);
    }
  });

  it("marks what its replica points show", () => {
    // One at each bar, and one that says what it means.
    expect(picture.classes.filter((is) => is === "evidence")).toHaveLength(13);
    expect(textsOf(picture)).toContain("replica point confirms it");
  });

  it("reads the same for the same facts", () => {
    expect(drawn(allWell()).svg).toBe(picture.svg);
  });
});

describe("outcomes", () => {
  const facts = oneFailed();
  const picture = drawn(facts);

  it("differ by pattern, not by colour alone", () => {
    expect(picture.svg).toContain('fill="url(#of-failed)"');
    expect(picture.svg.match(/<pattern id="of-failed"/g)).toHaveLength(1);
  });

  it("of a VM that failed come with EM's reason", () => {
    const text = textsOf(picture);
    expect(text).toContain("filesrv01 failed after 10 min 10 s");
    expect(text).toContain("insufficient memory resources on host");
  });

  it("of a VM that has not begun have no bar", () => {
    expect(boxesOf(picture, "bar")).toHaveLength(10);
    expect(picture.classes.filter((is) => is === "nothing")).toHaveLength(2);
    expect(textsOf(picture)).toContain("print01 EM has said nothing of it");
  });

  it("of a slow VM come with what is usual", () => {
    expect(textsOf(picture)).toContain("sql02 up in 9 min, usually 2 min 20 s, confirmed");
    expect(picture.classes).toContain("usual");
  });

  it("that a replica point contradicts say so", () => {
    const vm = vmOf({ name: "a", began: 1, took: 60, mark: "failed", evidence: "seen" });
    const text = textsOf(drawn(runOf([vm], { is: "taken" })));
    expect(text).toContain("a failed after 1 min, yet its replica point says up");
    expect(text).toContain("replica point contradicts it");
  });
});

describe("the target", () => {
  it("is a line where it is near, with its time", () => {
    const picture = drawn(oneFailed());
    expect(picture.classes).toContain("target");
    expect(textsOf(picture)).toContain("target 20:43:05");
  });

  it("is an arrow where it is far", () => {
    const picture = drawn(allWell());
    expect(picture.classes).not.toContain("target");
    expect(textsOf(picture)).toContain("target 21:01:05 →");
  });

  it("never stands in words of a row", () => {
    const { svg, texts } = drawn(oneFailed());
    const pieces = [...svg.matchAll(/class="target" d="M([\d.]+) (\d+)V(\d+)"/g)];
    const rows = texts.filter(({ is }) => is === "name" || is === "status" || is === "message");
    expect(pieces.length).toBeGreaterThan(10);
    for (const [, , from, to] of pieces)
      for (const row of rows)
        expect(Number(to) <= row.y + 2 || Number(from) >= row.y + row.height - 2).toBe(true);
  });
});

describe("times of which nobody knows", () => {
  const facts = silenceAndTakeOver();
  const picture = drawn(facts);

  it("are shaded over all rows, as long as they were", () => {
    const gaps = boxesOf(picture, "gap");
    expect(gaps).toHaveLength(2);
    expect((gaps[0]?.width ?? 0) / (gaps[1]?.width ?? 1)).toBeCloseTo(180 / 140, 1);
    const bars = boxesOf(picture, "bar");
    for (const gap of gaps) {
      expect(gap.y).toBeLessThan(Math.min(...bars.map(({ y }) => y)));
      expect(gap.y + gap.height).toBeGreaterThan(Math.max(...bars.map(({ y }) => y)));
    }
  });

  it("have a letter each, which stands below with what it was", () => {
    const text = textsOf(picture);
    expect(text).toContain("A EM did not answer 20:36:25 to 20:39:25 (3 min)");
    expect(text).toContain("B Nobody watched 20:41:25 to 20:43:45 (2 min 20 s); taken over from");
    expect(signs(facts)).toEqual(expect.arrayContaining(["A", "B"]));
  });

  it("make a begin that nobody saw, and one that this bot saw, read so", () => {
    const text = textsOf(picture);
    expect(text).toContain("web01 up at 20:45:55, begin not known, EM's word");
    expect(text).toContain("app01 up in about 52 s, confirmed");
    expect(text).toContain('"about": by when this bot saw it');
    expect(text).toContain("begin or end not known");
  });

  it("are counted where they are many", () => {
    const gaps = Array.from({ length: 9 }, (_, i) => ({
      from: sentAt + i * MIN,
      to: sentAt + i * MIN + 1000 * (i + 1),
      why: "em-silent" as const,
    }));
    const many = drawn({ ...allWell(), gaps });
    expect(boxesOf(many, "gap")).toHaveLength(9);
    expect(textsOf(many)).toContain("and 3 more gaps, shaded too");
  });

  it("stand beside notes and a later undo", () => {
    const text = textsOf(picture);
    expect(text).toContain("20:38:05 Note by Ben Okafor: Called the data centre");
    expect(text).toContain("11-23 08:33:05 Undone by a later run of Anna Berg");
  });
});

describe("two hundred VMs", () => {
  const facts = twoHundred();
  const picture = drawn(facts);

  it("are a line each, but for the worst and the slowest, which are named", () => {
    expect(boxesOf(picture, "bar")).toHaveLength(8);
    expect(boxesOf(picture, "line")).toHaveLength(192);
    const names = picture.texts.filter(({ is }) => is === "name").map(({ text }) => text);
    expect(names).toEqual(expect.arrayContaining(["web-042", "web-098", "db-099", "app-121"]));
  });

  it("are grouped by outcome and start order", () => {
    const text = textsOf(picture);
    expect(text).toContain("The other 192 VMs, by outcome and start order, each a thin line");
    expect(text).toContain("app-001 … svc-032 32 up, 30 confirmed");
  });

  it("make a picture no higher than four times its width", () => {
    expect(picture.height).toBeLessThan(4 * picture.width);
  });
});

describe("what is not known", () => {
  const elsewhere = (more: Partial<RunFacts> = {}): RunFacts => {
    const {
      asked: _,
      sent: __,
      action: ___,
      reason: ____,
      ...facts
    } = runOf([], {
      is: "lost",
      why: { is: "session-gone" },
    });
    return {
      ...facts,
      approved: [],
      scorecard: { up: 0, of: 0, notKnown: 0, slowest: [], targets: {} },
      ...more,
    };
  };

  it("of a run begun elsewhere is who decided; its times count from EM's session", () => {
    const text = textsOf(drawn(elsewhere()));
    expect(text).toContain("Run of ABC Company Failover Plan");
    expect(text).toContain("Begun outside this bot: nobody here decided");
    expect(text).toContain("20:33:07 began");
  });

  it("of a run without VMs leaves EM's session", () => {
    const picture = drawn(elsewhere());
    expect(boxesOf(picture, "bar")).toHaveLength(1);
    expect(textsOf(picture)).toContain("EM's session");
    expect(textsOf(picture)).toContain("EM has named no VM");
  });

  it("may be every time", () => {
    const { began: _, sessionEnded: __, ended: ___, ...nothing } = elsewhere();
    const picture = drawn(nothing);
    expect(boxesOf(picture, "bar")).toEqual([]);
    expect(outside(picture)).toEqual([]);
  });

  it("of a run that goes on is its end: bars are open", () => {
    const {
      sessionEnded: _,
      ended: __,
      ...goesOn
    } = runOf(
      [vmOf({ name: "a", began: 3, took: 90 }), vmOf({ name: "b", began: 5, mark: "running" })],
      { is: "taken" },
    );
    const picture = drawn({ ...goesOn, asOf: byEm(sentAt + 4 * MIN) });
    expect(textsOf(picture)).toContain("Not ended yet");
    expect(textsOf(picture)).toContain("b starting");
    expect(picture.svg).toContain('stroke-dasharray="9 7"');
  });
});

describe("the axis", () => {
  const ticks = (facts: RunFacts) =>
    drawn(facts)
      .texts.filter(({ is }) => is === "tick")
      .map(({ text }) => text);
  const ended = { is: "taken" } as const;

  it("has seconds in a run of one second", () => {
    const facts: RunFacts = {
      ...runOf(
        [{ name: "a", mark: "done", began: byEm(ASKED_AT + 300), ended: byEm(ASKED_AT + 900) }],
        ended,
      ),
      approved: [],
      sent: byBot(ASKED_AT + 200),
      began: byEm(ASKED_AT + 250),
      sessionEnded: byEm(ASKED_AT + 950),
      ended: { ...byBot(ASKED_AT + 1000), how: ended },
    };
    expect(ticks(facts)).toEqual(["20:31:05", "asked", "20:31:06", "+1 s", "20:31:07", "+2 s"]);
  });

  it("has days in a run of three days", () => {
    const vms = [vmOf({ name: "a", began: 10, took: 72 * 3600 })];
    expect(ticks(runOf(vms, ended, {}, 24 * HOUR)).slice(0, 4)).toEqual([
      "11-21",
      "asked",
      "11-22",
      "+1 d",
    ]);
  });

  it("begins with the sending where people took far longer than machines", () => {
    const vms = [vmOf({ name: "a", began: 0, took: 60 })];
    const asked = { ...byBot(ASKED_AT - 26 * HOUR), who: anna, where: inSlack };
    const facts = runOf(vms, ended, { asked });
    expect(ticks(facts).slice(0, 2)).toEqual(["20:33:05", "sent"]);
    expect(textsOf(drawn(facts))).toContain("← 1–3 earlier");
  });
});

it("of names without end is as quick, and names them by begin and end", () => {
  const name = (i: number) => `begin-${"W".repeat(20_000)}-${i}`;
  const vms = Array.from({ length: 24 }, (_, i) =>
    vmOf({ name: name(i), began: i, took: 60, mark: "failed", message: name(i) }),
  );
  const began = performance.now();
  const picture = drawn(runOf(vms, { is: "failed", reasons: [], vms: [name(0)], of: 24 }));
  expect(performance.now() - began).toBeLessThan(2000);
  expect(textsOf(picture)).toMatch(/begin-W+…W+-23/);
  expect(outside(picture)).toEqual([]);
});

it("of many approvals shows the first two and the last", () => {
  const approved = Array.from({ length: 9 }, (_, i) => ({
    ...byBot(ASKED_AT + i * 1000),
    who: { ...ben, name: `Approver ${i + 1}` },
    where: inDiscord,
  }));
  const text = textsOf(drawn({ ...allWell(), approved }));
  expect(text).toContain("Approved by Approver 2 in Discord");
  expect(text).toContain("… 6 more …; approved by Approver 9 in Discord");
  expect(text).not.toContain("Approver 5");
});

describe.each(Object.entries({ allWell, oneFailed, silenceAndTakeOver, twoHundred }))(
  "%s",
  (_, make) => {
    it("keeps all within the sheet, and no text in another", () => {
      const picture = drawn(make());
      expect(outside(picture)).toEqual([]);
      expect(overlaps(picture)).toEqual([]);
    });
  },
);
