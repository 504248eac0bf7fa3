/** Whether the bot raised an alarm for which nothing in EM gave it a reason. */
import { type ScenarioName, scenarios } from "../../src/sandbox/scenarios.ts";
import type { Line } from "./witness.ts";

/** What a run shows that is looked at from here. */
export interface Expected {
  /** EM answers each look: its silence is invented. */
  readonly emAnswers: boolean;
  /** Nothing befalls the run: nobody needs to be called before its end. */
  readonly isCalm: boolean;
  /** How often the wall clock was moved. */
  readonly moves: number;
  /** How often it was killed. */
  readonly kills: number;
}

/** `isMeddled`: EM's answers are not left to the scenario. */
export function expectedOf(
  scenario: ScenarioName,
  isMeddled: boolean,
  { moves, kills }: Pick<Expected, "moves" | "kills">,
): Expected {
  const { answers, restarts, twist } = scenarios[scenario];
  const emAnswers = (answers === "arrive" || answers === "orders-lost") && !restarts && !isMeddled;
  return { emAnswers, isCalm: emAnswers && twist === "none", moves, kills };
}

/** For those who have to confirm again, and for an absence, which is held against the kills elsewhere. */
const hasReason = (title: string) =>
  /^(The approval is void|I was away|I took over from )/.test(title);
/** Whoever is killed with the order on its way has lost the answer. */
const isLost = (title: string) => /^EM's answer to the order was lost: /.test(title);

const isCall = ({ card }: Line) =>
  (card.notify ?? []).length > 0 && !card.alsoInChannel && !hasReason(card.title);

export function wrongWithAlarms(
  lines: readonly Line[],
  { emAnswers, isCalm, moves, kills }: Expected,
): string[] {
  const titled = (title: RegExp) => lines.filter(({ card }) => title.test(card.title));
  const silent = emAnswers ? titled(/^EM does not answer/) : [];
  const stalled = titled(/ stalled: |^Nothing moves: /);
  const calls = isCalm ? lines.filter(isCall) : [];
  const called = kills > 0 ? calls.filter(({ card }) => !isLost(card.title)) : calls;
  const moved = titled(/^The clock of the bot's machine was moved/).length;
  return [
    ...silent.map(() => "EM was said to be silent, and answered"),
    ...stalled.map(({ card }) => `told as standing still: "${card.title}"`),
    ...called.map(({ card }) => `people were called for nothing: "${card.title}"`),
    ...(moved > moves ? [`the clock was told to be moved ${moved} times, and was ${moves}`] : []),
  ];
}
