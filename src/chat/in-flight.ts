/** Work that has begun, so that a stop can wait for it. */
export interface InFlight {
  run(work: () => Promise<void>): Promise<void>;
  /** Resolves when none is left. */
  drained(): Promise<void>;
}

export function createInFlight(): InFlight {
  const running = new Set<Promise<void>>();

  function run(work: () => Promise<void>): Promise<void> {
    const promise = work().finally(() => running.delete(promise));
    running.add(promise);
    return promise;
  }

  async function drained(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
  }

  return { run, drained };
}
