/** The campaign counts nothing but zeros: here it is shown that it would count more. */
import { describe, expect, it, vi } from "vitest";
import type { Card } from "../../src/chat/port.ts";
import { expectedOf, wrongWithAlarms } from "./alarms.ts";
import { wrongWithAbsences } from "./away.ts";
import { diceFrom } from "./dice.ts";
import { blowsFrom, nemeses, type Surroundings } from "./nemeses.ts";
import { announcedRepeats, wrongWithLine, wrongWithRoot } from "./posts.ts";
import { nothingToLift, type Said, type Stage, type Troubles } from "./stage.ts";
import { nemesisTableOf } from "./table.ts";
import { openTerminal } from "./terminal-stage.ts";
import type { Line } from "./witness.ts";

const card = (title: string, lines: Card["lines"] = []): Card => ({ tone: "plain", title, lines });
const line = (seq: number, shown: Card): Line => ({
  version: 1,
  topic: "run-1",
  seq,
  card: shown,
  urgent: false,
  at: 0,
});
const post = (id: string, mark: string, text: string): Said => ({ is: "post", id, mark, text });

async function stageOn(...said: readonly Said[]): Promise<Stage> {
  const stage = await openTerminal({ now: () => 0, speed: 1 });
  return { ...stage, said: () => said };
}

const started = line(1, card("Started: srv01"));
const ended = line(2, card("Failover plan ABC: failed"));
const lines = [started, ended];

describe("what is counted of a line", () => {
  it("is nothing where it was said once", async () => {
    const stage = await stageOn(post("1", "run-1/1", "Started: srv01"));
    expect(wrongWithLine(started, lines, stage)).toEqual([]);
  });

  it("is that it was lost", async () => {
    const stage = await stageOn(post("1", "run-1/1", "Started: srv01"));
    expect(wrongWithLine(ended, lines, stage)).toEqual(['lost: "Failover plan ABC: failed"']);
  });

  it("is that it was said twice, unless the second time says so", async () => {
    const first = post("1", "run-1/1", "Started: srv01");
    const twice = await stageOn(first, post("2", "run-1/1", "Started: srv01"));
    expect(wrongWithLine(started, lines, twice)).toEqual([
      'said 2 times as if new: "Started: srv01"',
    ]);
    const announced = await stageOn(
      first,
      post("2", "run-1/1", "Started: srv01\n(perhaps posted twice)"),
    );
    expect(wrongWithLine(started, lines, announced)).toEqual([]);
    expect(announcedRepeats(announced)).toBe(1);
  });

  it("is nothing where it was said late, in one message with others", async () => {
    const stage = await stageOn(
      post("1", "run-1/1-2", "Said late\nStarted: srv01\nFailover plan ABC: failed"),
    );
    expect(lines.flatMap((each) => wrongWithLine(each, lines, stage))).toEqual([]);
  });

  it("is nothing where it is a file that was attached, or of which the words stand in its place", async () => {
    const content = { report: "run-1", as: "md" } as const;
    const file = { name: "ABC.md", mediaType: "text/markdown", text: "All is well", content };
    const attached = { ...line(3, card("ABC.md")), file };
    const faultsOf = async (...said: readonly Said[]) =>
      wrongWithLine(attached, [attached], await stageOn(...said));
    const there = post("1", "run-1/3/file", "ABC.md\nAll is well");
    const instead = post("2", "run-1/3", 'The file "ABC.md" is not here');
    expect(await faultsOf(there)).toEqual([]);
    expect(await faultsOf(instead)).toEqual([]);
    expect(await faultsOf()).toEqual(['lost: "ABC.md"']);
    expect(await faultsOf(there, there)).toEqual(['said 2 times as if new: "ABC.md"']);
    const unsure = { ...instead, text: `${instead.text}\nPerhaps it is: an earlier attempt` };
    expect(await faultsOf(there, unsure)).toEqual([]);
  });

  it("is that other words stand in its place", async () => {
    const stage = await stageOn(post("1", "run-1/1", "Failed: srv01"));
    expect(wrongWithLine(started, lines, stage)).toEqual(['garbled: "Started: srv01"']);
  });
});

describe("what is counted of a root card", () => {
  it("is that it never came to its end", async () => {
    const root = post("1", "run-1", "Failover plan ABC: 2 of 6 VMs ended");
    const edited: Said = {
      ...root,
      is: "edit",
      text: "Failover plan ABC: failed\nEM gave no reason.",
    };
    expect(wrongWithRoot("run-1", /: failed/, await stageOn(root, edited))).toEqual([]);
    expect(wrongWithRoot("run-1", /: failed/, await stageOn(root))).toEqual([
      'the root card stayed at "Failover plan ABC: 2 of 6 VMs ended"',
    ]);
  });
});

describe("what is counted of an absence", () => {
  const told = (from: number, to: number) =>
    line(
      3,
      card("I was away", [
        ["I was not running from ", { at: from, style: "time" }, " to ", { at: to, style: "time" }],
      ]),
    );

  it("is that it was told once, never or twice", () => {
    expect(wrongWithAbsences([{ from: 2000, to: 3000 }], [told(1000, 4000)])).toEqual([]);
    expect(wrongWithAbsences([{ from: 2000, to: 3000 }], [])).toEqual([
      "the absence from 00:00:02 to 00:00:03 was told 0 times",
    ]);
    expect(
      wrongWithAbsences([{ from: 2000, to: 3000 }], [told(1000, 4000), told(2000, 5000)]),
    ).toEqual(["the absence from 00:00:02 to 00:00:03 was told 2 times"]);
  });

  it("is nothing where a process that was held up says it, and says it once", () => {
    const delays = [{ from: 2000, to: 3000 }];
    expect(wrongWithAbsences([], [told(1000, 3000)], delays)).toEqual([]);
    expect(wrongWithAbsences([], [], delays)).toEqual([]);
    expect(wrongWithAbsences([], [told(1000, 3000), told(3000, 5000)], delays)).toEqual([]);
    expect(wrongWithAbsences([], [told(1000, 3000), told(2000, 3000)], delays)).toEqual([
      "parts of the absence from 00:00:02 to 00:00:03 were told before",
    ]);
  });

  it("is that the bot invents one", () => {
    expect(wrongWithAbsences([], [told(1000, 4000)])).toEqual([
      "the bot was there from 00:00:01 to 00:00:04, and says that it was not",
    ]);
  });
});

describe("what is counted of an alarm", () => {
  const none = { moves: 0, kills: 0 };
  const calm = expectedOf("all-well", false, { moves: 1, kills: 0 });
  const silent = line(4, card("EM does not answer"));
  const stalled = line(5, card("srv01 and srv02 stalled: ABC"));
  const moved = line(6, card("The clock of the bot's machine was moved by 1 h, forward"));
  const calling = (shown: Card) => ({
    ...shown,
    notify: [{ platform: "slack", id: "U0ALICE", name: "Alice" }] as const,
  });

  it("is that EM was said to be silent, where it answers each look", () => {
    expect(wrongWithAlarms([silent], calm)).toEqual(["EM was said to be silent, and answered"]);
    expect(wrongWithAlarms([silent], expectedOf("vm-fails", false, none))).toHaveLength(1);
  });

  it("is not that EM was said to be silent, where it is", () => {
    expect(wrongWithAlarms([silent], expectedOf("em-restarts", false, none))).toEqual([]);
    expect(wrongWithAlarms([silent], expectedOf("slow-and-flaky", false, none))).toEqual([]);
    expect(wrongWithAlarms([silent], expectedOf("all-well", true, none))).toEqual([]);
  });

  it("is that a run which moves was told to stand still", () => {
    expect(wrongWithAlarms([stalled], calm)).toEqual([
      'told as standing still: "srv01 and srv02 stalled: ABC"',
    ]);
  });

  it("is that somebody was called before the end of a run that goes well", () => {
    const called = line(7, calling(card("EM's answer to the order was lost: ABC")));
    expect(wrongWithAlarms([called], calm)).toEqual([
      `people were called for nothing: "EM's answer to the order was lost: ABC"`,
    ]);
    expect(wrongWithAlarms([called], { ...calm, kills: 1 })).toEqual([]);
    const atTheEnd = line(8, { ...calling(card("ABC: failed over")), alsoInChannel: true });
    expect(wrongWithAlarms([atTheEnd], calm)).toEqual([]);
    expect(wrongWithAlarms([called], expectedOf("vm-fails", false, none))).toEqual([]);
  });

  it("is not that people were called who have to confirm again, or whom nobody told for long", () => {
    const again = line(7, calling(card("The approval is void, and nothing was sent")));
    const away = line(8, calling(card("I was away")));
    expect(wrongWithAlarms([again, away], calm)).toEqual([]);
  });

  it("is that the clock was told to be moved more often than it was", () => {
    expect(wrongWithAlarms([moved], calm)).toEqual([]);
    expect(wrongWithAlarms([moved, moved], calm)).toEqual([
      "the clock was told to be moved 2 times, and was 1",
    ]);
  });
});

describe("what befalls a life", () => {
  const begin = () => nothingToLift;
  const takesAll: Troubles = {
    ...{ "too fast": begin, "server error": begin, "a page instead": begin, "answer lost": begin },
    ...{ "message refused": begin, "edit refused": begin },
    ...{ "token refused": begin, "room closed": begin },
    ...{ "file refused": begin, "file answer lost": begin, "file not taken": begin },
  };
  const around = (stage: Stage): Surroundings => {
    const holdNextAnswer = () => ({
      arrived: new Promise<void>(() => undefined),
      release: vi.fn(),
    });
    return { stage, control: { holdNextAnswer }, speed: 60, isSent: false };
  };
  const dealtTo = (stage: Surroundings) =>
    Array.from({ length: 200 }, (_, seed) => blowsFrom(diceFrom(seed), stage)).flat();

  it("is the same for the same seed", async () => {
    const terminal = around(await stageOn());
    const times = (seed: number) =>
      blowsFrom(diceFrom(seed), terminal).map(({ nemesis, afterMs }) => ({ nemesis, afterMs }));
    expect(times(7)).toEqual(times(7));
  });

  it("is each nemesis, where a platform can refuse", async () => {
    const stage = { ...(await stageOn()), troubles: takesAll };
    const dealt = new Set(dealtTo(around(stage)).map(({ nemesis }) => nemesis));
    expect([...dealt].toSorted()).toEqual(nemeses.toSorted());
  });

  it("is not refused by a terminal", async () => {
    const dealt = new Set(dealtTo(around(await stageOn())).map(({ nemesis }) => nemesis));
    expect([...dealt].toSorted()).toEqual(nemeses.slice(0, 4).toSorted());
  });

  it("is not counted where the life was over before", async () => {
    const over = AbortSignal.abort();
    const victim = { freeze: vi.fn(), moveClock: vi.fn() };
    const asked = dealtTo(around(await stageOn())).filter(
      ({ nemesis }) => nemesis === "frozen with a question to EM",
    );
    const struck = await Promise.all(asked.map(({ strike }) => strike(victim, over)));
    expect(new Set(struck)).toEqual(new Set([false]));
    expect(victim.freeze).not.toHaveBeenCalled();
  });
});

describe("the table of nemeses", () => {
  it("has a row for each, with how many were dealt on each platform", () => {
    const none = {
      kills: 0,
      confirmations: 1,
      starts: 1,
      ends: 1,
      lines: 1,
      files: 0,
      absences: 0,
    };
    const run = { ...none, announcedRepeats: 0, faults: [], act: "all-well" };
    const rows = nemesisTableOf([
      { ...run, platform: "slack", dealt: ["frozen", "frozen", "room closed"] },
      { ...run, platform: "terminal", dealt: ["frozen"] },
    ]).split("\n");
    expect(rows[0]).toMatch(/^nemesis +slack +terminal +all$/);
    expect(rows).toContainEqual(expect.stringMatching(/^frozen +2 +1 +3$/));
    expect(rows).toContainEqual(expect.stringMatching(/^room closed +1 +0 +1$/));
    expect(rows).toContainEqual(expect.stringMatching(/^clock moved back +0 +0 +0$/));
  });
});
