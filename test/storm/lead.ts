/**
 * Two processes on one state, as on one Postgres: one leads, the other stands by and takes over where
 * that is killed, stopped, frozen or cut off. The state takes no commit but of whoever leads. One that
 * was replaced learns of it when it goes on, and stands by from then on.
 */
import type { Store } from "../../src/store/store.ts";
import { StoreError } from "../../src/store/store.ts";
import type { Life } from "./life.ts";
import { type Present, tell, type World } from "./world.ts";

/** As `src/store/leadership.ts` has them. */
const BEAT_MS = 2_000;
const SILENT_MS = 8_000;
/** Who stands by looks once a second. */
const LOOK_MS = 1_000;
/** How long nothing is heard before a try is given up. */
const ANSWER_MS = 4_000;
/** As `src/store/postgres-writes.ts` has it. */
const LATE_MS = 5_000;

const hosts = ["site-a", "site-b"] as const;

export const isForTwo = ({ weather }: World) => weather.kinds.has("take-over");

const hostOf = (life: number) => hosts[life % 2] ?? "";

/** What the program is told that takes over. */
export const tookOver = (world: World, { number }: Life): { readonly tookOverFrom?: string } =>
  isForTwo(world) && number > 1 ? { tookOverFrom: hostOf(number - 1) } : {};

/** Each life begins an epoch. */
const leads = ({ lives }: World, { number }: Life) => number === lives.length;

/** By which a life of two reaches the state: not while it is cut off, and no more once another leads. */
export const overNetwork = (world: World, life: Life, store: Store): Store => ({
  ...store,
  get: async (namespace, key) => reached(world, life, () => store.get(namespace, key)),
  all: async (namespace) => reached(world, life, () => store.all(namespace)),
  find: async (namespace, field, text) =>
    reached(world, life, () => store.find(namespace, field, text)),
  links: async (chain, page) => reached(world, life, () => store.links(chain, page)),
  commit: (changes) =>
    reached(world, life, () => {
      if (leads(world, life)) return store.commit(changes);
      throw replaced(false);
    }),
});

const replaced = (perhapsDone: boolean) =>
  new StoreError("Cannot write the state as another process leads since then", {
    ...{ mayPass: true, perhapsDone },
  });

/** What was written is not told as done to who was replaced before it could hear of it. */
export const heardInTime = (world: World, life: Life, store: Store): Store => ({
  ...store,
  commit: async (changes) => {
    const begun = world.time.elapsed();
    const committed = await store.commit(changes);
    if (world.time.elapsed() - begun > LATE_MS && !leads(world, life)) throw replaced(true);
    return committed;
  },
});

/** What the program is given to know that it still leads. */
export const assuredBy = (
  world: World,
  store: Store,
): { readonly assured?: () => Promise<unknown> } =>
  isForTwo(world) ? { assured: () => store.commit([]) } : {};

async function reached<Answer>(
  { time }: World,
  { cutOffTo }: Life,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  if (cutOffTo <= time.elapsed()) return ask();
  await new Promise<void>((resolve) => void time.after(ANSWER_MS, resolve));
  throw new StoreError("Cannot reach the state", { mayPass: true });
}

/** It is silent from now on for so long: the other takes over, if it is so for long enough. */
export function silent(world: World, life: Life, forMs: number): void {
  if (!isForTwo(world) || forMs <= SILENT_MS + LOOK_MS) return;
  world.time.after(SILENT_MS + LOOK_MS, () => {
    const isStill = Math.max(life.frozenTo, life.cutOffTo) > world.time.elapsed();
    if (world.now?.life !== life || life.isOver || !isStill) return;
    const span = world.lives[life.number - 1];
    if (span) span.to = world.time.elapsed();
    const frost = world.frozen.at(-1);
    if (frost) frost.to = Math.min(frost.to ?? 0, world.time.elapsed());
    tell(world, `${hostOf(life.number)} is silent: ${hostOf(life.number + 1)} takes over`);
    world.takeOver();
  });
}

/** Beats until another leads, and then stands by. */
export async function beat(
  world: World,
  { life, stop }: Present,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  while (!life.isOver && leads(world, life)) {
    await sleep(BEAT_MS);
    while (life.cutOffTo > world.time.elapsed()) await sleep(BEAT_MS);
  }
  if (!life.isOver) await stop?.();
}
