/**
 * A second process with the same tokens is noticed by the adapters, one with the same account of EM
 * by EM's list of logons. It is said here: in the log, and once where notices go for as long as it
 * shows.
 */
import type { Platform } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import { EmError } from "../em/errors.ts";
import { ANOTHER_LOGON, SECOND_PROCESS, secondProcessCard } from "../messages/notices.ts";
import type { Services } from "../services.ts";
import { putTopic, topicId } from "../speech/topics.ts";

export type BesideParts = Pick<
  Services,
  "em" | "sandbox" | "ports" | "store" | "announceIn" | "wakeups" | "clock" | "log"
>;

export interface Lookout {
  /** Looks now, and says what was not said yet. Never rejects. */
  look(): Promise<void>;
}

type Where = Platform | "em";

interface State {
  /** Of what it was said, while it is so. */
  readonly said: Set<Where>;
  /** By the id of a logon that is not ours: since when it is seen, by `Clock.elapsed`. */
  readonly logons: Map<string, number>;
  emAskedAt: number;
}

export function createLookout(parts: BesideParts): Lookout {
  const state: State = {
    said: new Set(),
    logons: new Map(),
    emAskedAt: Number.NEGATIVE_INFINITY,
  };
  return { look: () => lookAround(parts, state) };
}

async function lookAround(parts: BesideParts, state: State): Promise<void> {
  for (const port of parts.ports) await judge(parts, state, port.platform, port.health().beside);
  const { clock, sandbox } = parts;
  if (sandbox || clock.elapsed() - state.emAskedAt < EM_EVERY_MS) return;
  state.emAskedAt = clock.elapsed();
  await judge(parts, state, "em", await besideInEm(parts, state.logons));
}

async function judge(
  parts: BesideParts,
  { said }: State,
  where: Where,
  how: string | undefined,
): Promise<void> {
  if (how === undefined) said.delete(where);
  else if (!said.has(where) && (await tell(parts, where, how))) said.add(where);
}

const EM_EVERY_MS = 300_000;
/** EM has forgotten by then what a process has left that was killed. */
const LEFT_MS = 1_200_000;

/** Nothing where EM cannot be asked now, or does not let us. */
async function besideInEm(
  { em, clock, log }: BesideParts,
  logons: Map<string, number>,
): Promise<string | undefined> {
  try {
    const there = await em.otherLogons();
    const now = clock.elapsed();
    for (const id of logons.keys()) if (!there.includes(id)) logons.delete(id);
    for (const id of there) logons.set(id, logons.get(id) ?? now);
    const isLong = [...logons.values()].some((since) => now - since >= LEFT_MS);
    return isLong ? ANOTHER_LOGON : undefined;
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    log.debug({ err: error }, "EM did not tell whose logons it has");
    return undefined;
  }
}

async function tell(
  { store, announceIn, wakeups, clock, log }: BesideParts,
  where: Where,
  how: string,
): Promise<boolean> {
  log.warn({ where }, `a second bot seems to run: ${how}`);
  const at = clock.now();
  try {
    await store.commit(
      announceIn.map((place) =>
        putTopic({
          version: 1,
          id: topicId(`second process ${where} ${at}`, place),
          place,
          title: SECOND_PROCESS,
          card: secondProcessCard(where, how),
          updatedAt: at,
          closed: true,
        }),
      ),
    );
    wakeups.wake("speech");
    return true;
  } catch (error) {
    log.error({ err: error }, "a second bot was noticed, and the notice could not be saved");
    return false;
  }
}

const LOOK_EVERY_MS = 10_000;

/** Looks until the signal aborts. */
export async function keepLookout(
  lookout: Lookout,
  clock: Pick<Clock, "sleep">,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await lookout.look();
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}
