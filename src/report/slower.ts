/** VMs that take longer than they usually do. Pure. */
import type { SlowVm } from "../records/event.ts";
import { hasEnded, type VmView, type Watch } from "../records/watch.ts";

/** A VM is slow once it takes this many times as long as usual. */
const SLOW_FACTOR = 2;

/** Its median over earlier runs, in milliseconds. A VM may have any name. */
export const usualMsOf = ({ usual }: Pick<Watch, "usual">, name: string): number | undefined =>
  usual && Object.hasOwn(usual.vms, name) ? usual.vms[name] : undefined;

/** What is slow about it as of `now`; nothing where it is not, or where that cannot be known. */
export function slowness({ usual }: Watch, vm: VmView, now: number): SlowVm | undefined {
  const { name, mark, startedAt, endedAt } = vm;
  const usualMs = usualMsOf({ usual }, name);
  const ended = hasEnded(mark);
  const until = ended ? endedAt : now;
  if (usualMs === undefined || startedAt === undefined || until === undefined) return undefined;
  const tookMs = until - startedAt;
  return tookMs > SLOW_FACTOR * usualMs ? { name, tookMs, usualMs, ended } : undefined;
}
