/** What goes wrong between the bot and the Web API, once or for a while. */

import type { Answer } from "./methods.ts";

/**
 * error: refused by name. retryAfterS: status 429. status: a failure of the server, not carried
 * out; with a page, something before Slack answers. lost: carried out, but the connection breaks before the answer. dropped: the connection
 * breaks before anything is done. silent: carried out, and never answered. held: carried out, and
 * answered once it is let go. heldBack: carried out once it is let go, whoever waits for it yet.
 */
export type Fault =
  | { readonly error: string; readonly more?: Answer }
  | { readonly retryAfterS: number }
  | { readonly status: number; readonly page?: string }
  | "lost"
  | "dropped"
  | "silent"
  | { readonly held: Promise<void>; arrived(): void }
  | { readonly heldBack: Promise<void>; arrived(): void };

export interface Held {
  /** Resolves when the call has been carried out; of one that is held back, when it has come. */
  readonly arrived: Promise<void>;
  /** Lets its answer go, or the call; holds none from then on. */
  release(): void;
}

export interface Faults {
  /** Befalls the next call, or the next call of one method. */
  next(fault: Fault, method?: string): void;
  /** Befalls all calls, or all of one method, until the returned function is called. */
  from(fault: Fault, method?: string): () => void;
  /** The next call of this method is carried out, and its answer kept back until it is let go. */
  hold(method: string): Held;
  /** The next call of this method is carried out once it is let go, and not before. */
  holdBack(method: string): Held;
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
  const from: Faults["from"] = (fault, method) => {
    const one = plan({ fault, method, stays: true });
    return () => {
      planned = without(one);
    };
  };
  /** A call that is put off, for the rate, is not the one. */
  function holding(what: "held" | "heldBack", method: string): Held {
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const told = () => {
      end();
      arrived.resolve();
    };
    const until = released.promise;
    const end = from(
      what === "held" ? { held: until, arrived: told } : { heldBack: until, arrived: told },
      method,
    );
    return {
      arrived: arrived.promise,
      release: () => {
        end();
        released.resolve();
      },
    };
  }
  return {
    next: (fault, method) => {
      plan({ fault, method, stays: false });
    },
    from,
    hold: (method) => holding("held", method),
    holdBack: (method) => holding("heldBack", method),
    take: (called) => {
      const one = planned.find(({ method }) => method === undefined || method === called);
      if (one && !one.stays) planned = without(one);
      return one?.fault;
    },
  };
}
