/** Runs as their reports know them. */
import type { Person, Place } from "../../src/chat/port.ts";
import type { Happening, RunFacts, Scorecard, VmFacts } from "../../src/report/facts.ts";

export const anna: Person = { platform: "slack", id: "U1", name: "Anna" };
const ben: Person = { platform: "slack", id: "U2", name: "Ben" };
export const ops: Place = { platform: "slack", channel: "C1" };

/** 2026-11-21 06:00 UTC, when it was asked for. */
export const ASKED = Date.UTC(2026, 10, 21, 6);
const minutes = (count: number) => count * 60_000;
const em = (count: number) => ({ at: ASKED + minutes(count), by: "em" }) as const;
const bot = (count: number) => ({ at: ASKED + minutes(count), by: "bot" }) as const;

export const upVm = (name: string, own: Partial<VmFacts> = {}): VmFacts => ({
  name,
  mark: "done",
  began: em(3),
  ended: em(5),
  evidence: "seen",
  point: {
    name: "2026-11-21T05:00",
    madeAt: ASKED - minutes(60),
    ageMs: minutes(63),
    promisedMs: minutes(63),
  },
  ...own,
});

const failedVm: VmFacts = {
  name: "filesrv01",
  mark: "failed",
  began: em(3),
  ended: em(4),
  evidence: "word",
  message: "Insufficient memory",
};

const timeline: readonly Happening[] = [
  {
    ...bot(0),
    what: {
      is: "deed",
      deed: "asked",
      who: anna,
      where: ops,
      what: 'start cloud plan "Berlin Plan", id 7',
      why: "flood",
    },
  },
  {
    ...bot(1),
    what: { is: "deed", deed: "confirmed", who: ben, where: ops, what: "Berlin Plan" },
  },
  { ...em(2), what: { is: "session-began" } },
  { ...em(3), what: { is: "vm-began", vm: "filesrv01" } },
  {
    ...em(4),
    what: { is: "vm-ended", vm: "filesrv01", mark: "failed", message: "Insufficient memory" },
  },
  { ...bot(4), what: { is: "called", call: "failure", people: [anna, ben] } },
  { ...em(5), what: { is: "vm-ended", vm: "websrv01", mark: "done" } },
  {
    ...bot(6),
    what: {
      is: "event",
      event: { is: "silent", since: ASKED + minutes(6), why: "Connection refused" },
    },
  },
  { ...bot(7), what: { is: "note", who: ben, where: ops, text: "Customer called" } },
  { ...em(9), what: { is: "session-ended" } },
  {
    ...bot(10),
    what: {
      is: "event",
      event: {
        is: "ended",
        how: { is: "failed", reasons: [], vms: ["filesrv01"], of: 2 },
      },
    },
  },
  { ...bot(90), what: { is: "undone", run: "x9", who: ben } },
];

const scorecard: Scorecard = {
  decided: bot(0),
  firstUpMs: minutes(5),
  lastUpMs: minutes(5),
  peopleMs: minutes(1),
  machineMs: minutes(4),
  data: { mostMs: minutes(63), vm: "websrv01", promisedMs: minutes(63), known: 1 },
  up: 1,
  of: 2,
  notKnown: 0,
  slowest: [{ vm: "websrv01", tookMs: minutes(2) }],
  targets: { recoveryMs: minutes(30), dataMs: minutes(60) },
  recovery: { is: "within", spareMs: minutes(25) },
  dataKept: { is: "missed", byMs: minutes(3) },
};

/** One VM failed, one is up, EM fell silent, and somebody undid it later. */
export const failedRun: RunFacts = {
  run: "k3",
  em: "https://em.example.com:9398",
  plan: {
    name: "Berlin Plan",
    kind: "cloud",
    planId: "7",
    tenant: "ABC Company",
    shared: false,
    vms: ["filesrv01", "websrv01"],
  },
  action: "start",
  from: { points: "latest" },
  reason: "flood",
  asked: { ...bot(0), who: anna, where: ops },
  approved: [{ ...bot(1), who: ben, where: ops }],
  sent: bot(1),
  began: em(2),
  sessionEnded: em(9),
  ended: { ...bot(10), how: { is: "failed", reasons: [], vms: ["filesrv01"], of: 2 } },
  session: "5b0b",
  result: "Failed",
  vms: [failedVm, upVm("websrv01")],
  timeline,
  gaps: [
    { from: ASKED + minutes(6), to: ASKED + minutes(8), why: "em-silent" },
    {
      from: ASKED + minutes(8),
      to: ASKED + minutes(9),
      why: "nobody-watched",
      tookOverFrom: "first-host",
    },
  ],
  scorecard,
};

const nothingKnown: Scorecard = { up: 0, of: 0, notKnown: 0, slowest: [], targets: {} };

/** Of a run begun elsewhere, of which no more is known than that it goes on. */
export const unknownRun: RunFacts = {
  run: "w1",
  em: "sandbox",
  plan: { name: "Berlin Plan", kind: "cloud", shared: false, vms: [] },
  approved: [],
  began: em(0),
  asOf: bot(2),
  vms: [],
  timeline: [],
  gaps: [],
  scorecard: nothingKnown,
};

/** The same with this in each place that people or EM fill in. */
export function renamed(facts: RunFacts, text: string): RunFacts {
  const person = { ...anna, name: text };
  const where: Place = { platform: "slack", channel: text };
  return {
    ...facts,
    run: text,
    em: text,
    reason: text,
    session: text,
    plan: { ...facts.plan, name: text, tenant: text, shared: true },
    asked: { ...bot(0), who: person, where },
    approved: [{ ...bot(1), who: person, where }],
    stoppedBy: person,
    vms: [upVm(text, { message: text, point: { name: text } })],
    scorecard: { ...facts.scorecard, slowest: [{ vm: text, tookMs: 1 }] },
    gaps: [{ from: 0, to: 1, why: "nobody-watched", tookOverFrom: text }],
    timeline: [
      { ...bot(0), what: { is: "deed", deed: "asked", who: person, where, what: text, why: text } },
      { ...bot(0), what: { is: "note", who: person, where, text } },
      { ...em(0), what: { is: "vm-ended", vm: text, mark: "failed", message: text } },
      { ...bot(0), what: { is: "undone", run: text, who: person } },
      { ...bot(0), what: { is: "called", call: "end", people: [person] } },
      {
        ...bot(0),
        what: {
          is: "event",
          event: {
            is: "vms",
            mark: "failed",
            vms: [{ name: text, message: text }],
            tally: { well: 0, of: 1 },
          },
        },
      },
    ],
  };
}
