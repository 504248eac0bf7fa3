/** One holder at a time for each name, in the order of asking. */
export interface Locks {
  exclusively<Result>(name: string, fn: () => Promise<Result>): Promise<Result>;
}

/** For one process, which the state file's own lock makes the only one. */
export function localLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    exclusively: (name, fn) => {
      const result = (tails.get(name) ?? Promise.resolve()).then(fn);
      const tail = result
        .catch(() => undefined)
        .then(() => {
          if (tails.get(name) === tail) tails.delete(name);
        });
      tails.set(name, tail);
      return result;
    },
  };
}
