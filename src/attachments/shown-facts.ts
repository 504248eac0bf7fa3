import type { RunFacts, Sourced, VmFacts } from "../report/facts.ts";

type Shown = (at: number) => number;

/**
 * A run's facts by the wall clock, for whoever draws them without the bot's clock. Times within what
 * was told of events stay as they are.
 */
export function shownFacts(facts: RunFacts, shown: Shown): RunFacts {
  const { asked, approved, sent, began, sessionEnded, ended, asOf } = facts;
  const { from, vms, timeline, gaps, scorecard } = facts;
  return {
    ...facts,
    ...(from?.points === "before" && { from: shownAt(from, shown) }),
    ...(asked && { asked: shownAt(asked, shown) }),
    approved: approved.map((one) => shownAt(one, shown)),
    ...(sent && { sent: shownAt(sent, shown) }),
    ...(began && { began: shownAt(began, shown) }),
    ...(sessionEnded && { sessionEnded: shownAt(sessionEnded, shown) }),
    ...(ended && { ended: shownAt(ended, shown) }),
    ...(asOf && { asOf: shownAt(asOf, shown) }),
    vms: vms.map((vm) => shownVm(vm, shown)),
    timeline: timeline.map((one) => shownAt(one, shown)),
    gaps: gaps.map((gap) => ({ ...gap, from: shown(gap.from), to: shown(gap.to) })),
    scorecard: {
      ...scorecard,
      ...(scorecard.decided && { decided: shownAt(scorecard.decided, shown) }),
    },
  };
}

const shownAt = <Timed extends Pick<Sourced, "at">>(timed: Timed, shown: Shown): Timed => ({
  ...timed,
  at: shown(timed.at),
});

const shownVm = (vm: VmFacts, shown: Shown): VmFacts => ({
  ...vm,
  ...(vm.began && { began: shownAt(vm.began, shown) }),
  ...(vm.ended && { ended: shownAt(vm.ended, shown) }),
  ...(vm.point?.madeAt !== undefined && {
    point: { ...vm.point, madeAt: shown(vm.point.madeAt) },
  }),
});
