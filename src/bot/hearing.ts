/**
 * What people said while the bot could not hear them. The adapter reads it once the bot hears again;
 * what came too late for it is told place by place, in one message, that nothing was done.
 */
import type { Hearing, LastHeard, Place, Platform, Typed } from "../chat/port.ts";
import type { AnyCommand } from "../commands/command.ts";
import { refusedWords } from "../messages/audit-words.ts";
import { type LateLine, unheardCard } from "../messages/unheard.ts";
import type { Services } from "../services.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import { shortLine } from "../typed/line.ts";
import { verbOf } from "./reaction.ts";
import { deliveryKey, rememberDelivery } from "./received.ts";
import type { RefusalLog } from "./refusals.ts";

interface HearingDeps extends Pick<Services, "store" | "clock" | "log" | "wakeups"> {
  readonly commands: readonly AnyCommand[];
  readonly refusals: RefusalLog;
}

interface State extends HearingDeps {
  /** Told at the next `allHeard`. */
  held: Typed[];
}

export interface LateLines extends Hearing {
  /** Of what is a command; anything else is left alone, as nobody waits for an answer to it. */
  hold(incoming: Typed): void;
}

export function createLateLines(parts: HearingDeps): LateLines {
  const state: State = { ...parts, held: [] };
  return {
    hold: (incoming) => hold(state, incoming),
    lastHeard: (platform) => lastHeard(state, platform),
    allHeard: (platform, at) =>
      allHeard(state, platform, at).catch((error) =>
        state.log.error({ err: error, platform }, "what was missed could not be told"),
      ),
  };
}

function hold({ held, commands }: State, incoming: Typed): void {
  if (!incoming.edited && verbOf(incoming, commands) !== undefined) held.push(incoming);
}

async function lastHeard({ store }: State, platform: Platform): Promise<LastHeard> {
  const mark = await store.get("heard", platform);
  const threads = await openThreads(store, platform);
  return { ...(mark === undefined ? {} : { at: mark.at }), threads };
}

/** Where people speak about what is in hand. */
async function openThreads(store: State["store"], platform: Platform): Promise<Place[]> {
  const topics = (await store.all("topics")).map(({ value }) => value);
  const here = topics.filter(({ place }) => place.platform === platform);
  const places = await Promise.all(
    here.map(async ({ id, place }) => (await store.get("posted", id))?.thread ?? place),
  );
  return places.filter(({ thread }) => thread !== undefined);
}

/** The mark is saved last: what could not be told is read again. */
async function allHeard(state: State, platform: Platform, at: number): Promise<void> {
  const mine = state.held.filter(({ place }) => place.platform === platform);
  state.held = state.held.filter((one) => !mine.includes(one));
  const places = Map.groupBy(mine, ({ place }) => topicId("late", place));
  for (const late of places.values()) await tellLate(state, late);
  await state.store.commit([{ put: "heard", key: platform, value: { version: 1, at } }]);
}

async function tellLate(state: State, late: readonly Typed[]): Promise<void> {
  const { store, clock, wakeups, log } = state;
  const isNew = await Promise.all(
    late.map(async (one) => (await store.get("deliveries", deliveryKey(one))) === undefined),
  );
  const fresh = late.filter((_, i) => isNew[i]);
  const [first] = fresh;
  if (!first) return;
  const { place, delivery } = first;
  const at = clock.now();
  const card = unheardCard(fresh.map(asLine));
  const id = topicId(`late ${delivery}`, place);
  await store.commit([
    ...fresh.map((one) => rememberDelivery(deliveryKey(one))),
    putTopic({ version: 1, id, place, title: "Late", card, updatedAt: at, closed: true }),
  ]);
  wakeups.wake("speech");
  log.warn({ place, messages: fresh.length }, "messages were read too late to be carried out");
  for (const one of fresh) await refuse(state, one, at);
}

const asLine = ({ from, at, text }: Typed): LateLine => ({ from, at, line: shortLine(text) });

const refuse = ({ refusals, commands }: State, one: Typed, now: number) =>
  refusals.add(one, {
    kind: "not-done",
    what: refusedWords(verbOf(one, commands) ?? "a line", { is: "late", byMs: now - one.at }),
  });
