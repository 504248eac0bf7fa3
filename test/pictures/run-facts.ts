/** Runs as their reports know them, for pictures and for tests of these. */
import type { Mark, Person, Place } from "../../src/chat/port.ts";
import type { End } from "../../src/records/watch.ts";
import type { Kept, RunFacts, Sourced, VmFacts } from "../../src/report/facts.ts";

const S = 1000;
const MIN = 60 * S;

/** 20:31:05 in Berlin. */
export const ASKED_AT = Date.UTC(2026, 10, 21, 19, 31, 5);
export const ZONE = "Europe/Berlin";

export const anna: Person = { platform: "slack", id: "U1", name: "Anna Berg" };
export const ben: Person = { platform: "discord", id: "2", name: "Ben Okafor" };
export const inSlack: Place = { platform: "slack", channel: "C1" };
export const inDiscord: Place = { platform: "discord", channel: "9" };

export const byEm = (at: number): Sourced => ({ at, by: "em" });
export const byBot = (at: number): Sourced => ({ at, by: "bot" });

/** `began` and `took` in seconds after the sending; `took` absent while it runs. */
export interface Sketch {
  readonly name: string;
  readonly began?: number;
  readonly took?: number;
  readonly mark?: Mark;
  readonly evidence?: VmFacts["evidence"];
  readonly message?: string;
  readonly usual?: number;
}

export const sentAt = ASKED_AT + 2 * MIN;

export function vmOf({
  name,
  began,
  took,
  mark = "done",
  evidence,
  message,
  usual,
}: Sketch): VmFacts {
  const begin = began === undefined ? undefined : sentAt + began * S;
  return {
    name,
    mark,
    ...(begin === undefined ? {} : { began: byEm(begin) }),
    ...(begin === undefined || took === undefined ? {} : { ended: byEm(begin + took * S) }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(message === undefined ? {} : { message }),
    ...(usual === undefined ? {} : { usualMs: usual * S }),
  };
}

const lastOf = (vms: readonly VmFacts[]) =>
  Math.max(sentAt + MIN, ...vms.flatMap(({ ended }) => ended?.at ?? []));

const recovery = (areUp: boolean, ms: number, most: number): Kept =>
  areUp ? kept(ms, most) : { is: "not-reached" };

const kept = (ms: number, most: number): Kept =>
  ms <= most ? { is: "within", spareMs: most - ms } : { is: "missed", byMs: ms - most };

/** Asked in Slack, approved in Discord and Slack, sent, followed to its end. */
export function runOf(
  vms: readonly VmFacts[],
  how: End,
  more: Partial<RunFacts> = {},
  recoveryMs: number | undefined = 30 * MIN,
): RunFacts {
  const last = lastOf(vms);
  const up = vms.filter(({ mark }) => mark === "done" || mark === "warning");
  const took = up.flatMap(({ name, began, ended }) =>
    began && ended ? [{ vm: name, tookMs: ended.at - began.at }] : [],
  );
  return {
    run: "01JD7Q2Z",
    em: "em.example.com",
    plan: {
      name: "ABC Company Failover Plan",
      kind: "cloud",
      tenant: "ABC Company",
      shared: false,
      vms: vms.map(({ name }) => name),
    },
    action: "start",
    from: { points: "latest" },
    reason: "power failure in Berlin, no end in sight",
    asked: { ...byBot(ASKED_AT), who: anna, where: inSlack },
    approved: [
      { ...byBot(ASKED_AT + 48 * S), who: ben, where: inDiscord },
      { ...byBot(ASKED_AT + 118 * S), who: anna, where: inSlack },
    ],
    sent: byBot(sentAt),
    began: byEm(sentAt + 2 * S),
    sessionEnded: byEm(last + 20 * S),
    ended: { ...byBot(last + 26 * S), how },
    vms,
    timeline: [],
    gaps: [],
    scorecard: {
      peopleMs: 118 * S,
      machineMs: last - sentAt,
      lastUpMs: last - ASKED_AT,
      up: up.length,
      of: vms.length,
      notKnown: 0,
      slowest: took.toSorted((one, other) => other.tookMs - one.tookMs).slice(0, 3),
      targets: { ...(recoveryMs === undefined ? {} : { recoveryMs }), dataMs: 60 * MIN },
      ...(recoveryMs === undefined
        ? {}
        : { recovery: recovery(up.length === vms.length, last - ASKED_AT, recoveryMs) }),
      ...(vms[0]
        ? { data: { mostMs: 14 * MIN, vm: vms[0].name, promisedMs: 12 * MIN, known: vms.length } }
        : {}),
      dataKept: { is: "within", spareMs: 46 * MIN },
    },
    ...more,
  };
}

const confirmed: End = { is: "confirmed", warnings: [], other: [] };

const names = [
  "dc01",
  "dc02",
  "sql01",
  "sql02",
  "filesrv01",
  "exchange01",
  "app01",
  "app02",
  "web01",
  "web02",
  "print01",
  "backup-proxy01",
];

/** Two at a time. */
const pairs = names.map(
  (name, i): Sketch => ({
    name,
    began: 4 + Math.floor(i / 2) * 150 + (i % 2) * 6,
    took: 120 + ((i * 37) % 50),
    evidence: "seen",
  }),
);

export const allWell = (): RunFacts => runOf(pairs.map(vmOf), confirmed);

export function oneFailed(): RunFacts {
  const vms = pairs.map((one, i) => {
    if (one.name === "filesrv01")
      return vmOf({
        ...one,
        mark: "failed",
        took: 610,
        evidence: "not-so",
        message: "Failed to power on the replica: insufficient memory resources on host esx-dr-02",
      });
    if (one.name === "sql02") return vmOf({ ...one, took: 540, usual: 140 });
    if (i > 9) return vmOf({ name: one.name, mark: "waiting", evidence: "not-known" });
    return vmOf(one);
  });
  return runOf(vms, { is: "failed", reasons: [], vms: ["filesrv01"], of: 12 }, {}, 12 * MIN);
}

export function silenceAndTakeOver(): RunFacts {
  const vms = pairs.map((one, i) => {
    const vm = vmOf({ ...one, evidence: i > 7 ? "word" : "seen" });
    if (i === 6 || i === 7) return { ...vm, began: byBot((vm.began?.at ?? 0) + 90 * S) };
    if (i !== 8) return vm;
    const { began: _, ...unknown } = vm;
    return unknown;
  });
  return runOf(
    vms,
    { is: "reported", why: "not-in-time", warnings: [] },
    {
      gaps: [
        { from: sentAt + 200 * S, to: sentAt + 380 * S, why: "em-silent" },
        {
          from: sentAt + 500 * S,
          to: sentAt + 640 * S,
          why: "nobody-watched",
          tookOverFrom: "bot-a.example.com",
        },
      ],
      timeline: [
        {
          ...byBot(sentAt + 300 * S),
          what: {
            is: "note",
            who: ben,
            where: inDiscord,
            text: "Called the data centre: they are switching over to the generator.",
          },
        },
        { ...byBot(sentAt + 36 * 60 * MIN), what: { is: "undone", run: "01JD9", who: anna } },
      ],
    },
  );
}

/** Sixteen at a time. */
export function twoHundred(): RunFacts {
  const vms = Array.from({ length: 200 }, (_, i): VmFacts => {
    const began = 4 + Math.floor(i / 16) * 170 + (i % 16) * 5;
    const name = `${["app", "web", "db", "svc"][i % 4]}-${String(i + 1).padStart(3, "0")}`;
    const sketch: Sketch = { name, began, took: 90 + ((i * 53) % 97) };
    const seen: Sketch = { ...sketch, evidence: "seen" };
    if (i === 41 || i === 97 || i === 98)
      return vmOf({
        ...sketch,
        mark: "failed",
        message: "Insufficient memory on host esx-dr-04",
      });
    if (i === 55) return vmOf({ ...seen, mark: "warning", message: "VMware Tools did not answer" });
    if (i === 120) return vmOf({ ...seen, took: 900, usual: 150 });
    return vmOf(i % 19 === 0 ? { ...sketch, evidence: "word" } : seen);
  });
  const failed = vms.filter(({ mark }) => mark === "failed").map(({ name }) => name);
  return runOf(vms, { is: "failed", reasons: [], vms: failed, of: 200 }, {}, 45 * MIN);
}
