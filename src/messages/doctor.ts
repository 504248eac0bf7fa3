/** What the doctor has found, line by line, each fault with its cure. */
import type { DoctorCheck } from "../chat/check.ts";
import type { Card, Mark, Row } from "../chat/port.ts";
import { spelledOut } from "./spelled-out.ts";
import { count, sentence } from "./words.ts";

const MARKS: Readonly<Record<DoctorCheck["verdict"], Mark>> = {
  well: "done",
  warning: "warning",
  fault: "failed",
};

/** `bot`: its name and version. */
export function doctorCard(checks: readonly DoctorCheck[], bot: string): Card {
  const faults = checks.filter(({ verdict }) => verdict === "fault").length;
  const warnings = checks.filter(({ verdict }) => verdict === "warning").length;
  return spelledOut({
    tone: faults > 0 ? "bad" : warnings > 0 ? "warning" : "good",
    title: titleOf(checks.length, faults, warnings),
    lines: [],
    rows: checks.toSorted(worstFirst).map(rowOf),
    footer: bot,
    whole: true,
  });
}

function rowOf(check: DoctorCheck, i: number, all: readonly DoctorCheck[]): Row {
  const { about, verdict, says } = check;
  return {
    mark: MARKS[verdict],
    name: about,
    detail: [sentence(says), ...cureWords(check, all.slice(0, i))].join(" "),
  };
}

/** Told once, where several things have the same cure. */
function cureWords({ cure }: DoctorCheck, before: readonly DoctorCheck[]): string[] {
  if (cure === undefined) return [];
  const told = before.find((one) => one.cure === cure);
  return [`Cure: ${told ? `as for ${told.about}.` : sentence(cure)}`];
}

const order: readonly DoctorCheck["verdict"][] = ["fault", "warning", "well"];

const worstFirst = (one: DoctorCheck, other: DoctorCheck) =>
  order.indexOf(one.verdict) - order.indexOf(other.verdict);

function titleOf(all: number, faults: number, warnings: number): string {
  const looked = `Doctor: ${count(all, "thing")} looked at`;
  if (faults + warnings === 0) return `${looked}, all well`;
  const bad = [
    ...(faults > 0 ? [count(faults, "fault")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  return `${looked}: ${bad.join(", ")}`;
}
