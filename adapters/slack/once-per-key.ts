/** What this process has posted, posts now, or may have posted, so that no key is posted twice. */
import { putNewest } from "../../src/chat/newest.ts";
import { isPerhapsSaid } from "../../src/chat/trouble.ts";

export interface OncePerKey<Result> {
  /**
   * Gives the result of the key, where there is one or one is under way. `act` is told whether an
   * earlier attempt may have arrived: as `again` says, or as an attempt of this process had no
   * answer.
   */
  run(key: string, again: boolean, act: (again: boolean) => Promise<Result>): Promise<Result>;
}

const mostRemembered = 1000;

interface State<Result> {
  readonly underWay: Map<string, Promise<Result>>;
  readonly done: Map<string, { readonly result: Result }>;
  readonly doubtful: Map<string, true>;
}

export function createOncePerKey<Result>(): OncePerKey<Result> {
  const state: State<Result> = { underWay: new Map(), done: new Map(), doubtful: new Map() };
  return { run: (key, again, act) => run(state, key, () => act(again || state.doubtful.has(key))) };
}

async function run<Result>(
  state: State<Result>,
  key: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const { underWay, done } = state;
  const known = done.get(key);
  if (known) return known.result;
  const started = underWay.get(key) ?? attempt(state, key, act).finally(() => underWay.delete(key));
  underWay.set(key, started);
  return started;
}

async function attempt<Result>(
  { done, doubtful }: State<Result>,
  key: string,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await act();
    doubtful.delete(key);
    putNewest(done, key, { result }, mostRemembered);
    return result;
  } catch (error) {
    if (isPerhapsSaid(error)) putNewest(doubtful, key, true, mostRemembered);
    throw error;
  }
}
