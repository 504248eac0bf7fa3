/** What calls people: requester, approvers and those on call. */
import type { Event } from "./event.ts";
import type { Call, Watch } from "./watch.ts";

export function callsOf(event: Event): readonly Call[] {
  switch (event.is) {
    case "vms":
      return event.mark === "failed" ? ["failure"] : [];
    case "looking":
      return event.why === "answer-lost" || event.why === "task-lost" ? ["doubt"] : [];
    case "away":
      return ["absence", ...event.meanwhile.flatMap(callsOf)];
    default:
      return callOfKind[event.is] ?? [];
  }
}

const callOfKind: Partial<Record<Event["is"], readonly Call[]>> = {
  stalled: ["stall"],
  silent: ["silence"],
  elsewhere: ["elsewhere"],
  ended: ["end"],
};

/** Each kind calls once in a run, so that a second VM that fails wakes nobody again. */
export const callsAgain = (watch: Pick<Watch, "called">, event: Event): boolean =>
  newCalls(watch, event).length > 0;

/** What this event calls people for, and nothing did before. */
export const newCalls = ({ called = [] }: Pick<Watch, "called">, event: Event): readonly Call[] => [
  ...new Set(callsOf(event).filter((call) => !called.includes(call))),
];

/** Remembers whom this event called for. */
export function havingCalled<W extends Pick<Watch, "called">>(watch: W, event: Event): W {
  const calls = newCalls(watch, event);
  return calls.length === 0 ? watch : { ...watch, called: [...(watch.called ?? []), ...calls] };
}
