/** One run and what is wrong with it; and the least of it that is still wrong. */
import type { Chronicle } from "./chronicle.ts";
import { type Fault, faultsIn } from "./invariants.ts";
import { knownAs } from "./known.ts";
import { play, type Without, withNothingLess } from "./play.ts";
import type { Kind } from "./weather.ts";

export interface Trial {
  readonly seed: number;
  /** Those that are not known. */
  readonly faults: readonly Fault[];
  readonly known: readonly Fault[];
  readonly kinds: readonly Kind[];
  /** The numbers of what people did. */
  readonly acts: readonly number[];
  readonly orders: number;
  readonly lives: number;
  readonly simulatedMs: number;
  /** A few lines, oldest first. */
  readonly story: readonly string[];
}

export async function tryOut(seed: number, without: Without = withNothingLess): Promise<Trial> {
  try {
    return await play(seed, judge, without);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const promise = what.startsWith("It spins") ? "no spinning" : "nothing is thrown";
    return { ...unheardOf, seed, faults: [{ promise, what }] };
  }
}

const unheardOf: Omit<Trial, "seed" | "faults"> = {
  known: [],
  kinds: [],
  acts: [],
  orders: 0,
  lives: 0,
  simulatedMs: 0,
  story: [],
};

async function judge(chronicle: Chronicle): Promise<Trial> {
  const { seed, kinds, deliveries, em, lives, endAt } = chronicle;
  const faults = await faultsIn(chronicle);
  const isKnown = (fault: Fault) => knownAs(fault, kinds) !== undefined;
  return {
    seed,
    faults: faults.filter((fault) => !isKnown(fault)),
    known: faults.filter(isKnown),
    kinds: [...kinds],
    acts: deliveries.map(({ id }) => Number(id.slice(1))),
    orders: em.posts.length,
    lives: lives.length,
    simulatedMs: endAt,
    story: storyOf(chronicle),
  };
}

const MOST_LINES = 10;

/** What happened and what EM was sent; where there is room, what was said besides. */
function storyOf({ story, em, rooms }: Chronicle): string[] {
  const sent = em.posts.map(({ at, action, plan, run }) => ({
    at,
    what: `EM is sent: ${action} "${plan.name}"${run?.refused ? ", which fails" : ""}`,
  }));
  const said = rooms.messages.flatMap(({ place, key, versions }) =>
    versions
      .filter(
        (version, i) => key !== undefined && version.card.title !== versions[i - 1]?.card.title,
      )
      .map(({ at, card }) => ({
        at,
        what: `${place.platform}:${place.channel} reads: ${card.title}`,
      })),
  );
  const main = [...story, ...sent].sort((a, b) => a.at - b.at).slice(-MOST_LINES);
  const room = MOST_LINES - main.length;
  return [...main, ...(room > 0 ? said.slice(-room) : [])]
    .sort((a, b) => a.at - b.at)
    .map(({ at, what }) => `${(at / 1000).toFixed(1).padStart(7)} s  ${what}`);
}

const breaksLike =
  ({ faults: [first] }: Trial) =>
  ({ faults }: Trial) =>
    faults.some(({ promise }) => promise === first?.promise);

/** Leaves out one thing after the other, as long as it is still so: the same promise is broken. */
export async function shortest(trial: Trial, isSo = breaksLike(trial)): Promise<Trial> {
  let least = trial;
  let without = withNothingLess;
  const attempt = async (less: Without) => {
    const shorter = await tryOut(trial.seed, less);
    if (!isSo(shorter)) return;
    [least, without] = [shorter, less];
  };
  for (const kind of trial.kinds)
    await attempt({ ...without, kinds: new Set([...without.kinds, kind]) });
  for (const act of [...trial.acts].sort((a, b) => b - a))
    await attempt({ ...without, acts: new Set([...without.acts, act]) });
  return least;
}
