/** What a picture shows, in words, for those who do not see it. */
import { cleanText } from "../chat/clean.ts";
import { duration } from "../chat/duration.ts";
import { bearsOut, decisionAt, isShownAlone } from "../report/extent.ts";
import type { RunFacts, VmFacts } from "../report/facts.ts";
import { pictureScore, pictureSteps, pictureSubject, pictureTitle } from "./picture.ts";
import { gapWords, noteWords, vmStatus } from "./picture-rows.ts";
import { afterDecision, clockTime, dayOf } from "./picture-times.ts";
import type { PictureLine } from "./picture-words.ts";
import { sentence } from "./words.ts";

/** Most that platforms take beside a picture, in characters. */
export const MOST_TEXT = 1000;

const MOST_NAMED = 5;
const MOST_GAPS = 3;
const MOST_NOTES = 2;
/** Of a name, or of what somebody wrote. */
const LONGEST_NAME = 60;

/**
 * The same as the picture, the most important first: what has no room in `MOST_TEXT` is left out.
 * `timeZone`: an IANA name.
 */
export function pictureText(facts: RunFacts, timeZone: string): string {
  const all = [
    pictureTitle(facts),
    pictureSubject(facts),
    ...pictureScore(facts),
    ...troubles(facts, timeZone),
    ...stepLines(facts, timeZone),
    ...gapLines(facts, timeZone),
    ...notesIn(facts).slice(0, MOST_NOTES),
    ...slowest(facts),
  ];
  return fitting(all.map((line) => sentence(spoken(line))));
}

const spoken = (line: PictureLine): string =>
  line.map((word) => (typeof word === "string" ? word : clippedName(word.name))).join("");

function clippedName(name: string): string {
  const letters = [...cleanText(name)];
  if (letters.length <= LONGEST_NAME) return letters.join("");
  return `${letters.slice(0, LONGEST_NAME - 1).join("")}…`;
}

function fitting(sentences: readonly string[]): string {
  let text = "";
  for (const one of sentences) {
    const longer = text === "" ? one : `${text} ${one}`;
    if (longer.length <= MOST_TEXT) text = longer;
  }
  return text;
}

/** VMs that did not end well, or of which the replica point says otherwise; none where EM names none. */
function troubles(facts: RunFacts, timeZone: string): PictureLine[] {
  const { vms } = facts;
  if (vms.every(({ mark }) => mark === "waiting")) return [];
  const bad = vms.filter((vm) => isTrouble(vm, facts));
  const shown = bad.slice(0, MOST_NAMED).map((vm) => troubleOf(vm, facts, timeZone));
  const isLong = bad.length > shown.length;
  return isLong ? [[`${bad.length} VMs to look at, the first of them`], ...shown] : shown;
}

/** As long as the run goes on, a VM that is on its way is none. */
function isTrouble(vm: VmFacts, { ended }: RunFacts): boolean {
  if (bearsOut(vm) === "not-so") return true;
  if (vm.mark === "done" || isShownAlone(vm)) return false;
  return ended !== undefined || (vm.mark !== "running" && vm.mark !== "waiting");
}

const troubleOf = (vm: VmFacts, facts: RunFacts, timeZone: string): PictureLine => [
  { name: vm.name, of: "vm" },
  ` ${vmStatus(vm, facts, timeZone)}`,
  ...(vm.message === undefined ? [] : [": ", { name: vm.message, of: "text" } as const]),
];

function stepLines(facts: RunFacts, timeZone: string): PictureLine[] {
  const origin = decisionAt(facts) ?? 0;
  return pictureSteps(facts).map(({ at, words }, i) => [
    ...words,
    at === origin || i === 0
      ? `, ${dayOf(at, timeZone)} ${clockTime(at, at, timeZone)} ${timeZone}`
      : `, ${clockTime(at, origin, timeZone)} (${afterDecision(at - origin)})`,
  ]);
}

function slowest({ scorecard }: RunFacts): PictureLine[] {
  if (scorecard.slowest.length === 0) return [];
  return [
    [
      "Slowest: ",
      ...scorecard.slowest.flatMap(
        ({ vm, tookMs }, i): PictureLine => [
          i === 0 ? "" : ", ",
          { name: vm, of: "vm" },
          ` ${duration(tookMs)}`,
        ],
      ),
    ],
  ];
}

function gapLines(facts: RunFacts, timeZone: string): PictureLine[] {
  const near = decisionAt(facts) ?? 0;
  const shown = facts.gaps.slice(0, MOST_GAPS).map((gap) => gapWords(gap, near, timeZone));
  const left = facts.gaps.length - shown.length;
  return left > 0 ? [...shown, [`And ${left} more such times`]] : shown;
}

const notesIn = ({ timeline }: RunFacts): PictureLine[] =>
  timeline.flatMap((one) => {
    const words = one.what.is === "note" ? noteWords(one) : undefined;
    return words ? [words] : [];
  });
