/** Begins what it is given at once, or when one of those before it has ended. */
export type Limit = <Result>(act: () => Promise<Result>) => Promise<Result>;

/** `most` at once; the others wait, the first to come being the first to begin. */
export function limitOf(most: number): Limit {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (act) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
