/** Any run at all: with names, times and numbers that nobody would think of. */
import fc from "fast-check";
import type { Mark, Person } from "../../../src/chat/port.ts";
import type { End } from "../../../src/records/watch.ts";
import type {
  Decided,
  Gap,
  Happening,
  RunFacts,
  Sourced,
  VmFacts,
} from "../../../src/report/facts.ts";
import { ASKED_AT } from "../../pictures/run-facts.ts";
import { boxesOf, type Drawn, drawn, outside, overlaps } from "./drawn.ts";

/** How long the run is in all, in milliseconds: from a second to half a year. */
const spans = fc.constantFrom(1000, 60_000, 3_600_000, 3 * 86_400_000, 180 * 86_400_000);

const hostile = [
  "",
  " ",
  "<b>&amp;</b>",
  "]]>",
  "\u0000\u001b[31m\ufffe",
  "\ud800",
  "数据库服务器",
  "خادم قاعدة 04 البيانات",
  "שרת-קבצים ab",
  "𠮷野家",
  "W".repeat(90),
  "a ".repeat(200),
  "e\u0301\u0301\u0301",
  "🔥 👩‍🚀",
  "\u202eevil",
] as const;

const name = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(...hostile),
);

const mark = fc.constantFrom<Mark>(
  "waiting",
  "running",
  "done",
  "warning",
  "failed",
  "stalled",
  "unknown",
);
const evidence = fc.constantFrom("seen", "word", "not-so", "not-known");

/** Up to so long after the question, and a little before it. */
const time = (span: number): fc.Arbitrary<Sourced> =>
  fc.record({
    at: fc.integer({ min: -Math.ceil(span / 10), max: span }).map((ms) => ASKED_AT + ms),
    by: fc.constantFrom("em", "bot"),
  });

const person: fc.Arbitrary<Person> = fc.record({
  platform: fc.constantFrom("slack", "discord", "terminal"),
  id: name,
  name,
});

const decided = (span: number): fc.Arbitrary<Decided> =>
  fc.tuple(time(span), person).map(([at, who]) => ({
    ...at,
    who,
    where: { platform: who.platform, channel: "C1" },
  }));

const vm = (span: number): fc.Arbitrary<VmFacts> =>
  fc.record(
    {
      name,
      mark,
      began: time(span),
      ended: time(span),
      evidence,
      message: name,
      usualMs: fc.integer({ min: 1, max: span }),
    },
    { requiredKeys: ["name", "mark"] },
  );

const gap = (span: number): fc.Arbitrary<Gap> =>
  fc.tuple(time(span), fc.nat(span), fc.constantFrom("em-silent", "nobody-watched"), name).map(
    ([{ at }, ms, why, host]): Gap => ({
      from: at,
      to: at + ms,
      why,
      ...(why === "nobody-watched" ? { tookOverFrom: host } : {}),
    }),
  );

const note = (span: number): fc.Arbitrary<Happening> =>
  fc.tuple(time(span), person, name).map(([at, who, text]) => ({
    ...at,
    what: { is: "note", who, where: { platform: who.platform, channel: "C1" }, text },
  }));

const how = (vms: readonly VmFacts[]): fc.Arbitrary<End> =>
  fc.constantFrom<End>(
    { is: "confirmed", warnings: [], other: [] },
    { is: "reported", why: "no-points", warnings: [] },
    { is: "failed", reasons: [], vms: vms.slice(0, 2).map((one) => one.name), of: vms.length },
    { is: "contradicted", vms: vms.slice(0, 1).map((one) => ({ vm: one.name, state: "Ready" })) },
    { is: "lost", why: { is: "session-gone" } },
    { is: "taken" },
  );

const durations = fc.nat(10_000_000_000);

const ofSpan = (span: number, most: number): fc.Arbitrary<RunFacts> =>
  fc
    .array(vm(span), { maxLength: most })
    .chain((vms) => fc.tuple(fc.constant(vms), how(vms)))
    .chain(([vms, end]) =>
      fc.record(
        {
          run: fc.constant("run"),
          em: fc.constant("em"),
          plan: fc.tuple(name, name).map(([plan, tenant]): RunFacts["plan"] => ({
            name: plan,
            tenant,
            kind: "cloud",
            shared: false,
            vms: vms.map((one) => one.name),
          })),
          action: fc.constantFrom("start", "test", "undo", "stop"),
          reason: name,
          asked: decided(span),
          approved: fc.array(decided(span), { maxLength: 5 }),
          sent: time(span),
          began: time(span),
          ended: time(span).map((at) => ({ ...at, how: end })),
          asOf: time(span),
          stoppedBy: person,
          vms: fc.constant(vms),
          timeline: fc.array(note(span), { maxLength: 8 }),
          gaps: fc.array(gap(span), { maxLength: 9 }),
          scorecard: fc.record(
            {
              lastUpMs: durations,
              peopleMs: durations,
              machineMs: durations,
              data: fc.record(
                { mostMs: durations, vm: name, promisedMs: durations, known: fc.nat(9) },
                { requiredKeys: ["mostMs", "vm", "known"] },
              ),
              up: fc.nat(999),
              notKnown: fc.nat(999),
              of: fc.nat(999),
              slowest: fc.constant([]),
              targets: fc.record(
                { recoveryMs: durations, dataMs: durations },
                { requiredKeys: [] },
              ),
              recovery: fc.constant({ is: "not-reached" } as const),
            },
            { requiredKeys: ["up", "of", "notKnown", "slowest", "targets"] },
          ),
        },
        { requiredKeys: ["run", "em", "plan", "approved", "vms", "timeline", "gaps", "scorecard"] },
      ),
    );

/** Of up to so many VMs. */
const anyRun = (most: number): fc.Arbitrary<RunFacts> => spans.chain((span) => ofSpan(span, most));

const zone = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns");

/** What is wrong with a picture, whatever it shows; nothing of one that is as it should be. */
function faultsOf(picture: Drawn): readonly string[] {
  const narrow = ["bar", "line", "gap"].flatMap((is) => boxesOf(picture, is));
  return [
    ...outside(picture).map((box) => `${box.is} "${box.text}" leaves the sheet`),
    ...overlaps(picture).map((pair) => `${pair} overlap`),
    ...narrow.filter(({ width }) => width < 1).map(({ is }) => `${is} cannot be seen`),
  ];
}

/** Runs of up to so many VMs in pictures; fails at the first that has a fault. */
export const assertPictures = (most: number, numRuns: number): void =>
  fc.assert(
    fc.property(anyRun(most), zone, (facts, timeZone) => {
      const faults = faultsOf(drawn(facts, timeZone));
      if (faults.length > 0) throw new Error(faults.join("; "));
    }),
    { numRuns },
  );
