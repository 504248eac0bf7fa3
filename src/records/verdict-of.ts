import type { VmVerdict, Watch } from "./watch.ts";

const known = new WeakMap<readonly VmVerdict[], ReadonlyMap<string, VmVerdict>>();

/** What its replica point says of a VM; nothing where that was not looked at. */
export const verdictOf = (
  { verdicts }: Pick<Watch, "verdicts">,
  vm: string,
): VmVerdict | undefined => verdicts && byVm(verdicts).get(vm);

/** Put together once, as each of thousands of VMs is asked for. Of two for one VM the first. */
function byVm(verdicts: readonly VmVerdict[]): ReadonlyMap<string, VmVerdict> {
  const made = known.get(verdicts) ?? new Map(verdicts.toReversed().map((one) => [one.vm, one]));
  known.set(verdicts, made);
  return made;
}
