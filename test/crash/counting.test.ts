/** The campaign counts nothing but zeros: here it is shown that it would count more. */
import { describe, expect, it } from "vitest";
import type { Card } from "../../src/chat/port.ts";
import { wrongWithAbsences } from "./away.ts";
import { announcedRepeats, wrongWithLine, wrongWithRoot } from "./posts.ts";
import type { Said, Stage } from "./stage.ts";
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

  it("is that the bot invents one", () => {
    expect(wrongWithAbsences([], [told(1000, 4000)])).toEqual([
      "the bot was there from 00:00:01 to 00:00:04, and says that it was not",
    ]);
  });
});
