/** What goes wrong between the bot and the Web API, once or for a while. */

import type { Answer } from "./methods.ts";

/**
 * error: refused by name. retryAfterS: status 429. status: a failure of the server, not carried out. lost: carried out,
 * but the connection breaks before the answer. dropped: the connection breaks before anything is done. silent: carried
 * out, and never answered.
 */
export type Fault =
  | { readonly error: string; readonly more?: Answer }
  | { readonly retryAfterS: number }
  | { readonly status: number }
  | "lost"
  | "dropped"
  | "silent";

export interface Faults {
  /** Befalls the next call, or the next call of one method. */
  next(fault: Fault, method?: string): void;
  /** Befalls all calls, or all of one method, until the returned function is called. */
  from(fault: Fault, method?: string): () => void;
  take(method: string): Fault | undefined;
}

interface Planned {
  readonly fault: Fault;
  readonly method: string | undefined;
  readonly stays: boolean;
}

export function createFaults(): Faults {
  let planned: Planned[] = [];
  const without = (one: Planned) => planned.filter((other) => other !== one);
  const plan = (one: Planned): Planned => {
    planned.push(one);
    return one;
  };
  return {
    next: (fault, method) => {
      plan({ fault, method, stays: false });
    },
    from: (fault, method) => {
      const one = plan({ fault, method, stays: true });
      return () => {
        planned = without(one);
      };
    },
    take: (called) => {
      const one = planned.find(({ method }) => method === undefined || method === called);
      if (one && !one.stays) planned = without(one);
      return one?.fault;
    },
  };
}
