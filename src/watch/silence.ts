/** EM's silence, for every kind of watch: an observation, never an end. */
import type { Event } from "../records/event.ts";
import type { Silence } from "../records/watch.ts";
import type { Limits, Sighting } from "./sighting.ts";

export interface Silenced {
  readonly seenAt: number;
  readonly silence?: Silence;
}

export interface Heard<W> {
  readonly watch: W;
  readonly say: readonly Event[];
}

/** On the card it stands at once, in the thread after a while, and there once. */
export function fallSilent<W extends Silenced>(
  watch: W,
  { why, askedFrom = watch.seenAt }: Extract<Sighting, { is: "silence" }>,
  now: number,
  { silenceMs }: Limits,
): Heard<W> {
  const since = watch.silence?.since ?? Math.max(watch.seenAt, askedFrom);
  const said = watch.silence?.said ?? false;
  const sayNow = !said && now - since >= silenceMs;
  return {
    watch: { ...watch, silence: { since, why, said: said || sayNow } },
    say: sayNow ? [{ is: "silent", since, why }] : [],
  };
}

export function hearAgain<W extends Silenced>(watch: W, now: number): Heard<W> {
  const { silence, ...rest } = watch;
  return {
    watch: { ...(rest as W), seenAt: now },
    say: silence?.said ? [{ is: "answering", since: silence.since }] : [],
  };
}
