/** How many VMs are up, where it may be that of some nobody knows it. */
interface UpCounts {
  readonly up: number;
  readonly of: number;
  /** Default: of none. */
  readonly notKnown?: number;
}

/** `2 of 3 up`, `1 of 3 up, not known of 1`, `not known whether up`. */
export function tallyOfUp({ up, of, notKnown = 0 }: UpCounts, vm: string): string {
  if (notKnown === 0) return `${up} of ${of} ${vm}`;
  if (notKnown === of) return `not known whether ${vm}`;
  return `${up} of ${of} ${vm}, not known of ${notKnown}`;
}
