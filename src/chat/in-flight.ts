/** Work that has begun, so that a stop can wait for it. */
export interface InFlight {
  /** Begins the work, which never rejects; nobody waits for it but `drained`. */
  begin(work: () => Promise<void>): void;
  /** Resolves when none is left, including what began meanwhile. */
  drained(): Promise<void>;
}

export function createInFlight(): InFlight {
  const running = new Set<Promise<void>>();
  return {
    begin: (work) => begin(running, work),
    drained: () => drained(running),
  };
}

function begin(running: Set<Promise<void>>, work: () => Promise<void>): void {
  const done = work().finally(() => running.delete(done));
  running.add(done);
}

async function drained(running: ReadonlySet<Promise<void>>): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
}
