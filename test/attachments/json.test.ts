import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonReport } from "../../src/attachments/json.ts";
import type { End } from "../../src/records/watch.ts";
import type { RunFacts } from "../../src/report/facts.ts";
import { ASKED, anna, failedRun, ops, renamed, unknownRun } from "./facts.ts";
import { hostileText } from "./hostile.ts";

const by = { shown: (at: number) => at };
const path = new URL("../../src/attachments/run-report.schema.json", import.meta.url);

/** The published one lets fields be added; this bot writes none that it does not name. */
const closed = (schema: unknown, name = ""): unknown => {
  if (Array.isArray(schema)) return schema.map((part) => closed(part));
  if (typeof schema !== "object" || schema === null) return schema;
  const parts = Object.entries(schema).map(([key, part]) => [key, closed(part, key)]);
  const isMixedIn = name === "sourced";
  const end = "properties" in schema && !isMixedIn ? { unevaluatedProperties: false } : {};
  return { ...Object.fromEntries(parts), ...end };
};

const schema: unknown = closed(JSON.parse(readFileSync(path, "utf8")));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(Object(schema));

/** What is not as the schema says. */
function faultsOf(facts: RunFacts): string[] {
  return validate(JSON.parse(jsonReport(facts, by)))
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const endings: readonly End[] = [
  { is: "confirmed", warnings: [], other: [] },
  { is: "reported", why: "no-points", warnings: [] },
  { is: "contradicted", vms: [{ vm: "a", state: "Ready" }] },
  { is: "lost", why: { is: "session-gone" } },
  { is: "taken" },
];

describe("the report as JSON", () => {
  it.each([
    ["of a run that failed", failedRun],
    ["of a run begun elsewhere that goes on", unknownRun],
    [
      "of one with restore points from before a time",
      {
        ...failedRun,
        action: "test",
        from: { points: "before", at: ASKED },
        stoppedBy: anna,
      },
    ],
    [
      "of one that did not reach its target, with an order to stop it",
      {
        ...failedRun,
        scorecard: { ...failedRun.scorecard, recovery: { is: "not-reached" } },
        timeline: [
          {
            at: ASKED,
            by: "bot",
            what: { is: "deed", stop: true, deed: "asked", who: anna, where: ops, what: "stop" },
          },
        ],
      },
    ],
    ...endings.map((how): [string, RunFacts] => [
      `of one that ended ${how.is}`,
      { ...failedRun, ended: { at: ASKED, by: "em", how } },
    ]),
  ] satisfies [string, RunFacts][])("%s is as its schema says", (_, facts) => {
    expect(faultsOf(facts)).toEqual([]);
  });

  it("has instants in UTC, as programs read them, and whose they are", () => {
    const report = JSON.parse(jsonReport(failedRun, by));
    expect(report.asked).toEqual({
      at: "2026-11-21T06:00:00.000Z",
      by: "bot",
      who: anna,
      where: ops,
    });
    expect(report.vms[0].ended).toEqual({ at: "2026-11-21T06:04:00.000Z", by: "em" });
    expect(report.timeline[1]).toMatchObject({ is: "deed", deed: "confirmed" });
  });

  it("leaves out what is not known, and a time that no calendar has", () => {
    const report = jsonReport({ ...unknownRun, began: { at: Number.NaN, by: "em" } }, by);
    expect(JSON.parse(report)).toMatchObject({ began: { by: "em" }, approved: [], vms: [] });
    expect(report).not.toContain("null");
  });

  it("keeps names as they are, and steers no terminal that shows it", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const report = jsonReport(renamed(failedRun, text), by);
        expect(JSON.parse(report).plan.name).toBe(JSON.parse(JSON.stringify(text)));
        expect(faultsOf(renamed(failedRun, text))).toEqual([]);
        expect(report).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
      }),
      { numRuns: 40 },
    );
  });
});
