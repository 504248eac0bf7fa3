/**
 * Word that something was saved which somebody waits for. It is a hint and nothing more: whoever
 * listens also looks by itself now and then, so that a word that is lost delays and loses nothing.
 */

/** speech: something is to be said. watch: something is to be sent to EM or looked at there. */
export type WakeupTopic = "speech" | "watch";

export interface Wakeups {
  /** Never throws. */
  wake(topic: WakeupTopic): void;
  /** Calls `listener`, which must not throw, at each word, until it is ended. */
  on(topic: WakeupTopic, listener: () => void): { end(): void };
}

/** Within one process. */
export function localWakeups(): Wakeups {
  const listeners: Record<WakeupTopic, Set<() => void>> = { speech: new Set(), watch: new Set() };
  return {
    wake: (topic) => {
      for (const listener of listeners[topic]) listener();
    },
    on: (topic, listener) => {
      const one = () => listener();
      listeners[topic].add(one);
      return { end: () => void listeners[topic].delete(one) };
    },
  };
}
