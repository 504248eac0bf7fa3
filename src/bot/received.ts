/**
 * What orders or decides is saved before it is acknowledged, the rest as soon as the bot turns to
 * it, and all of it stays saved until it is acted on or answered: its writer is told at the next
 * start that nothing came of it.
 */
import type { Arriving } from "../chat/port.ts";
import type { AnyCommand } from "../commands/command.ts";
import { pickedLine } from "../messages/picker.ts";
import { unactedWords, undoneCard } from "../messages/undone.ts";
import { findOrder } from "../orders/holds.ts";
import type { Received, SaidOrPressed } from "../records/received.ts";
import type { Services } from "../services.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import { audited } from "../store/audit.ts";
import type { Conditional, Entry, Store } from "../store/store.ts";
import { shortLine } from "../typed/line.ts";
import { verbOf } from "./reaction.ts";

interface State extends Pick<Services, "store" | "clock" | "log"> {
  readonly commands: readonly AnyCommand[];
  /** Being saved, or saved and not acted on yet; by key. */
  readonly inHand: Map<string, Promise<void>>;
}

export interface Reception {
  /**
   * Saves what orders or decides, unless it is in hand or was acted on; waits no longer than an
   * acknowledgement may take. Never rejects.
   */
  saveSoon(arriving: Arriving): Promise<void>;
  /** Takes it in hand; false where it was taken before, be it by an earlier process. */
  take(arriving: Arriving): Promise<boolean>;
  /** It was acted on or answered. Never rejects. */
  settle(arriving: Arriving): Promise<void>;
}

/** People wait for the acknowledgement; Slack and Discord give up after three seconds. */
const LONGEST_WAIT_MS = 500;
const DELIVERY_KEPT_MS = 86_400_000;

export function createReception(parts: Omit<State, "inHand">): Reception {
  const state: State = { ...parts, inHand: new Map() };
  return {
    saveSoon: (arriving) => saveSoon(state, arriving),
    take: (arriving) => take(state, arriving),
    settle: (arriving) => settle(state, arriving),
  };
}

/** The same delivery is acted on once, also after a restart. */
export const rememberDelivery = (key: string): Conditional => ({
  insert: "deliveries",
  key,
  value: { version: 1 },
  ttlMs: DELIVERY_KEPT_MS,
});

export const deliveryKey = ({ delivery, place }: Pick<Arriving, "delivery" | "place">) =>
  `${place.platform} ${delivery}`;

/** To be saved with what says that EM is asked for what this wants. */
export function askingEm(arriving: Arriving): Conditional[] {
  const received = receivedFrom(arriving);
  if (!received) return [];
  return [{ put: "received", key: deliveryKey(arriving), value: { ...received, asked: true } }];
}

/** A store with which every commit says that this was acted on. */
export function acting(store: Store, arriving: Arriving): Store {
  const isActedOn: Conditional = { remove: "received", key: deliveryKey(arriving) };
  return { ...store, commit: (changes) => store.commit([...changes, isActedOn]) };
}

function save(state: State, arriving: Arriving): Promise<void> {
  const key = deliveryKey(arriving);
  const known = state.inHand.get(key);
  if (known !== undefined) return known;
  const received = receivedFrom(arriving);
  if (received === undefined || !decides(arriving, state.commands)) return Promise.resolve();
  const saving = write(state, key, received).catch((error) =>
    state.log.warn(
      { err: error },
      "what has arrived could not be saved before it was acknowledged",
    ),
  );
  state.inHand.set(key, saving);
  return saving;
}

async function saveSoon(state: State, arriving: Arriving): Promise<void> {
  const saved = new AbortController();
  const patience = state.clock.sleep(LONGEST_WAIT_MS, saved.signal).catch(() => undefined);
  await Promise.race([save(state, arriving), patience]).finally(() => saved.abort());
}

/** What comes again and was acted on is not to be acted on. */
async function write({ store, inHand }: State, key: string, value: Received): Promise<void> {
  if (await store.get("deliveries", key)) return void inHand.delete(key);
  await store.commit([{ put: "received", key, value }]);
}

async function take(state: State, arriving: Arriving): Promise<boolean> {
  await save(state, arriving);
  const { store, inHand } = state;
  const key = deliveryKey(arriving);
  const value = inHand.has(key) ? undefined : receivedFrom(arriving);
  if (value) inHand.set(key, Promise.resolve());
  const { done } = await store.commit([
    { ...rememberDelivery(key), require: true },
    ...(value ? [{ put: "received", key, value } as const] : []),
  ]);
  if (!done && value) inHand.delete(key);
  return done;
}

async function settle({ store, inHand, log }: State, arriving: Arriving): Promise<void> {
  const key = deliveryKey(arriving);
  if (!inHand.delete(key)) return;
  await store
    .commit([{ remove: "received", key }])
    .catch((error) => log.warn({ err: error }, "that something was answered could not be saved"));
}

function decides(arriving: Arriving, commands: readonly AnyCommand[]): boolean {
  const verb = verbOf(arriving, commands);
  const command = commands.find(({ name }) => name === verb);
  return command?.section === "order" || command?.whole === true;
}

function receivedFrom(arriving: Arriving): Received | undefined {
  const { from, place } = arriving;
  const said = saidIn(arriving);
  return said && { version: 1, from, place, said };
}

/** Nothing of a button that no card has, and of an edit, which is never acted on. */
function saidIn(arriving: Arriving): SaidOrPressed | undefined {
  if (arriving.kind === "typed") return arriving.edited ? undefined : typed(arriving.text);
  const picked = pickedLine(arriving.token, arriving.text);
  if (picked !== undefined) return typed(picked);
  const [deed, id = ""] = arriving.token.split(":");
  if (deed === "confirm" || deed === "cancel") return { is: "pressed", decision: deed, order: id };
  return deed === "unwatch" || deed === "vms"
    ? { is: "pressed-on-run", button: deed, watch: id }
    : undefined;
}

const typed = (text: string): SaidOrPressed => ({ is: "typed", line: shortLine(text) });

/** To be called before anything arrives: tells the writers of what an earlier process left. */
export async function tellUndone(
  parts: Pick<Services, "store" | "clock" | "log" | "wakeups">,
): Promise<void> {
  const left = await parts.store.all("received");
  for (const entry of left) await tellOne(entry, parts);
  if (left.length > 0) parts.wakeups.wake("speech");
}

/** From now on it is not acted on either, should the platform send it again. */
async function tellOne(
  { key, value }: Entry<Received>,
  { store, clock, log }: Pick<Services, "store" | "clock" | "log">,
): Promise<void> {
  const { from: who, place, said } = value;
  const order = said.is === "pressed" ? await findOrder(store, said.order) : undefined;
  const at = clock.now();
  const card = undoneCard(value, order);
  const id = topicId(`undone ${key}`, place);
  log.warn({ delivery: key }, "a restart has kept the bot from acting on something");
  await store.commit([
    { remove: "received", key, require: true },
    rememberDelivery(key),
    putTopic({ version: 1, id, place, title: "Restart", card, updatedAt: at, closed: true }),
    audited({
      at,
      deed: value.asked ? "answer-lost" : "refused",
      who,
      where: place,
      what: unactedWords(value),
    }),
  ]);
}
