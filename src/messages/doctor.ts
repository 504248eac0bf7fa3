/** What the doctor has found: each fault with its cure, and in one line what is well. */
import type { DoctorCheck } from "../chat/check.ts";
import type { Card, Line, Row } from "../chat/port.ts";
import { spelledOut } from "./spelled-out.ts";
import { count, sentence, type } from "./words.ts";

const MARKS: Readonly<Record<DoctorCheck["verdict"], Row["mark"]>> = {
  well: "done",
  note: "plain",
  warning: "warning",
  fault: "failed",
};

/** `bot`: its name and version. */
export function doctorCard(checks: readonly DoctorCheck[], bot: string): Card {
  const told = ORDER.flatMap((verdict) => ofVerdict(checks, verdict).slice(0, MOST[verdict]));
  const [faults, warnings] = [countOf(checks, "fault"), countOf(checks, "warning")];
  return spelledOut({
    tone: faults > 0 ? "bad" : warnings > 0 ? "warning" : "good",
    title: titleOf(checks.length - countOf(checks, "note"), faults, warnings),
    lines: [],
    rows: [...told.map(rowOf), ...moreRows(checks), ...wellRows(checks)],
    footer: bot,
    whole: true,
  });
}

/** Of those in full, the worst first. */
const ORDER: readonly DoctorCheck["verdict"][] = ["fault", "warning", "note"];

/** There may be a note for each tenant. */
const MOST: Partial<Record<DoctorCheck["verdict"], number>> = { note: 8 };

const ofVerdict = (checks: readonly DoctorCheck[], verdict: DoctorCheck["verdict"]) =>
  checks.filter((one) => one.verdict === verdict);
const countOf = (checks: readonly DoctorCheck[], verdict: DoctorCheck["verdict"]) =>
  ofVerdict(checks, verdict).length;

function moreRows(checks: readonly DoctorCheck[]): Row[] {
  const left = ofVerdict(checks, "note").slice(MOST.note);
  if (left.length === 0) return [];
  const detail: Line = [
    `${count(left.length, "note")}: `,
    type("npm run doctor -- --json"),
    " has all.",
  ];
  return [{ mark: MARKS.note, name: "More", detail }];
}

function wellRows(checks: readonly DoctorCheck[]): Row[] {
  const well = checks.filter(({ verdict }) => verdict === "well").map(({ about }) => about);
  const detail = sentence([...new Set(well)].join(", "));
  return well.length === 0 ? [] : [{ mark: MARKS.well, name: "Well", detail }];
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

function titleOf(all: number, faults: number, warnings: number): string {
  const looked = `Doctor: ${count(all, "thing")} looked at`;
  if (faults + warnings === 0) return `${looked}, all well`;
  const bad = [
    ...(faults > 0 ? [count(faults, "fault")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  return `${looked}: ${bad.join(", ")}`;
}
