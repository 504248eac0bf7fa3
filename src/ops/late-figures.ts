/**
 * Figures without the library that writes them: at a start nobody reads them yet, and where no
 * health port is set nobody ever does.
 */
import type { Figures } from "./metrics.ts";

const ignore = () => undefined;

/** For a bot whose figures nobody reads. */
export const unreadFigures: Figures = {
  request: ignore,
  polled: ignore,
  chatFailed: ignore,
  ordered: ignore,
  refusals: ignore,
  gauge: ignore,
  text: async () => "",
};

/** So much is kept in mind at most before the library is loaded, read or not. */
const MOST_WAITING = 1000;

type Telling = (figures: Figures) => void;

interface State {
  readonly load: () => Promise<Figures>;
  /** In the order in which it happened. */
  readonly waiting: Telling[];
  loading?: Promise<Figures>;
  loaded?: Figures;
}

/** Loaded when they are first read. Of the process itself, they tell what happens from then on. */
export function lateFigures(load: () => Promise<Figures>): Figures {
  const state: State = { load, waiting: [] };
  return {
    request: (info) => tell(state, (figures) => figures.request(info)),
    polled: () => tell(state, (figures) => figures.polled()),
    chatFailed: (...about) => tell(state, (figures) => figures.chatFailed(...about)),
    ordered: (...about) => tell(state, (figures) => figures.ordered(...about)),
    refusals: (read) => tell(state, (figures) => figures.refusals(read)),
    gauge: (...about) => tell(state, (figures) => figures.gauge(...about)),
    text: async () => (await loadedIn(state)).text(),
  };
}

function tell(state: State, telling: Telling): void {
  if (state.loaded) return void telling(state.loaded);
  state.waiting.push(telling);
  // Whoever reads them is told why they cannot be loaded.
  if (state.waiting.length >= MOST_WAITING) loadedIn(state).catch(ignore);
}

function loadedIn(state: State): Promise<Figures> {
  state.loading ??= state.load().then((figures) => {
    for (const telling of state.waiting.splice(0)) telling(figures);
    state.loaded = figures;
    return figures;
  });
  return state.loading;
}
