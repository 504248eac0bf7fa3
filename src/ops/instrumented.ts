/** Parts of the bot with their figures: as they are, and counted. */
import { ChatError, type ChatPort } from "../chat/port.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Order } from "../records/order.ts";
import type { Topic } from "../records/topic.ts";
import { endsWithoutPlace } from "../speech/last-words.ts";
import type { Conditional, Store } from "../store/store.ts";
import type { Figures } from "./metrics.ts";

/** What its platform does not take is counted by whose trouble it is; a 429 is a `moment`. */
export function countedPort(port: ChatPort, figures: Figures): ChatPort {
  const counted = async <Done>(doing: Promise<Done>): Promise<Done> => {
    try {
      return await doing;
    } catch (error) {
      figures.chatFailed(port.platform, error instanceof ChatError ? error.failure.kind : "moment");
      throw error;
    }
  };
  return {
    ...port,
    post: (to, card, key, again) => counted(port.post(to, card, key, again)),
    edit: (message, card) => counted(port.edit(message, card)),
    attach: (to, file, key, again) => counted(port.attach(to, file, key, again)),
    threadUnder: (message, title) => counted(port.threadUnder(message, title)),
    find: (place, card, key) => counted(port.find(place, card, key)),
  };
}

/** What becomes of orders is counted when it is saved, which is when it is so. */
export function countedStore(store: Store, figures: Figures): Store {
  return {
    ...store,
    commit: async (changes) => {
      const committed = await store.commit(changes);
      if (committed.done) for (const change of changes) countOrder(change, figures);
      return committed;
    },
  };
}

function countOrder(change: Conditional, figures: Figures): void {
  if (!("put" in change)) return;
  const { put, value } = change;
  if (put === "past-watches") countEnd(value as AnyWatch, figures);
  if (put === "orders" || put === "past-orders") countPhase(value as Order, figures);
}

function countPhase({ action, phase, approvals }: Order, figures: Figures): void {
  if (phase.is === "asked" && approvals.length === 0) figures.ordered(action, "asked");
  if (phase.is === "sending") figures.ordered(action, "sending");
  if (phase.is === "sent") figures.ordered(action, "accepted");
  if (phase.is === "closed") figures.ordered(action, phase.how.is);
}

function countEnd(watch: AnyWatch, figures: Figures): void {
  if (watch.of === "failover" && watch.phase.is === "ended")
    figures.ordered(watch.order?.action ?? "elsewhere", watch.phase.how.is);
}

/** Figures that stand in the store and the ports, read when they are asked for. */
export function gaugesOf(
  store: Store,
  ports: readonly ChatPort[],
  now: () => number,
  figures: Figures,
): void {
  figures.gauge("watches_open", async () => {
    const kinds = (await store.all("watches")).map(({ value }) => value.of);
    return { failover: 0, replication: 0, ...tally(kinds) };
  });
  figures.gauge("outbox_depth", async () =>
    tally((await unsaid(store)).map(({ platform }) => platform)),
  );
  figures.gauge("outbox_oldest_seconds", async () => {
    const waits = (await unsaid(store)).map(({ platform, since }) => [
      platform,
      (now() - since) / 1000,
    ]);
    return Object.fromEntries(waits.sort(([, a], [, b]) => Number(a) - Number(b)));
  });
  figures.gauge("ends_without_place", async () =>
    tally((await endsWithoutPlace(store)).map(({ place }) => place.platform)),
  );
  figures.gauge("platform_up", async () =>
    Object.fromEntries(ports.map((port) => [port.platform, port.health().ok ? 1 : 0])),
  );
  figures.gauge("store_up", async () => ({
    state: await store.get("ops", "probe").then(
      () => 1,
      () => 0,
    ),
  }));
}

interface Unsaid {
  readonly platform: string;
  readonly since: number;
}

/** Lines, and root cards that are not posted yet. */
async function unsaid(store: Store): Promise<Unsaid[]> {
  const topics = (await store.all("topics")).map(({ value }) => value);
  const platforms = new Map(topics.map(({ id, place }) => [id, place.platform]));
  const lines = (await store.all("lines")).map(({ value }) => ({
    platform: platforms.get(value.topic) ?? "unknown",
    since: value.at,
  }));
  const roots = await Promise.all(topics.map((topic) => unpostedRoot(store, topic)));
  return [...lines, ...roots.flat()];
}

async function unpostedRoot(store: Store, { id, place, updatedAt }: Topic): Promise<Unsaid[]> {
  const posted = await store.get("posted", id);
  return posted?.ref !== undefined ? [] : [{ platform: place.platform, since: updatedAt }];
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
