/** VMs that take longer than they usually do. */
import { duration, roughly } from "../chat/duration.ts";
import type { Line } from "../chat/port.ts";
import type { SlowVm } from "../records/event.ts";
import type { VmView, Watch } from "../records/watch.ts";
import { slowness } from "../report/slower.ts";
import { list } from "./words.ts";

export const slowTitle = (vms: readonly SlowVm[]) =>
  `${list(vms.map(({ name }) => name))} ${vms.length === 1 ? "is" : "are"} slower than usual`;

/** So many are said in the thread. */
const MOST_SAID = 5;

export function slowLines(vms: readonly SlowVm[]): Line[] {
  const said = vms.slice(0, MOST_SAID).map((vm) => {
    const name = vms.length === 1 ? "" : `${vm.name}: `;
    return `${name}${duration(vm.tookMs)}${vm.ended ? "" : " so far"}, usually ${duration(vm.usualMs)}.`;
  });
  const left = vms.length - said.length;
  return left > 0 ? [...said, `And ${left} more, on the run's card.`] : said;
}

/** Behind what a VM's row says; nothing of a VM that is not slow. As of the last look. */
export function slowWords(watch: Watch, vm: VmView): string {
  const slow = slowness(watch, vm, watch.seenAt);
  if (!slow) return "";
  const usually = `usually ${duration(slow.usualMs)}`;
  return slow.ended ? usually : `slower than usual: ${roughly(slow.tookMs)}, ${usually}`;
}
