/** Who may go on, among all that share one store. One table for one store: made beside it. */

export interface Locks {
  /** One holder at a time for each name, in the order of asking. */
  exclusively<Result>(name: string, fn: () => Promise<Result>): Promise<Result>;
  /**
   * Runs while this process leads under this name; waits until it does. Of all that ask, in every
   * process that shares the store, one runs at a time. `signal` aborts when the lead is lost, and
   * when the table is closed: then `run` must change nothing more, and end. What was still waiting
   * when the table was closed never runs.
   */
  lead(name: string, run: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Gives up every lead; done when all that led has ended. */
  close(): Promise<void>;
}

interface Table {
  /** By name, what the next one has to wait for. */
  readonly tails: Map<string, Promise<unknown>>;
  readonly closing: AbortController;
  readonly leading: Set<Promise<void>>;
}

/** For one process, which the state file's own lock makes the only one: it leads at once. */
export function localLocks(): Locks {
  const table: Table = { tails: new Map(), closing: new AbortController(), leading: new Set() };
  return {
    exclusively: (name, fn) => inTurn(table, name, fn),
    lead: (name, run) => lead(table, name, run),
    close: () => close(table),
  };
}

function inTurn<Result>({ tails }: Table, name: string, fn: () => Promise<Result>) {
  const result = (tails.get(name) ?? Promise.resolve()).then(fn);
  const tail = result
    .catch(() => undefined)
    .then(() => {
      if (tails.get(name) === tail) tails.delete(name);
    });
  tails.set(name, tail);
  return result;
}

function lead(
  table: Table,
  name: string,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { closing, leading } = table;
  const led = inTurn(table, `lead ${name}`, async () => {
    if (!closing.signal.aborted) await run(closing.signal);
  });
  leading.add(led);
  const ended = () => leading.delete(led);
  led.then(ended, ended);
  return led;
}

async function close({ closing, leading }: Table): Promise<void> {
  closing.abort();
  await Promise.allSettled(leading);
}
