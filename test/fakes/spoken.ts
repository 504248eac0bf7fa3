/**
 * What a bot has said on a test server: every message, and every edit of one, in the order in which
 * it was accepted.
 */

export interface Spoken<Message> {
  readonly is: "post" | "edit";
  /** By the server's clock, in milliseconds since 1970. */
  readonly at: number;
  /** As it stood then. */
  readonly message: Message;
}

export interface SpokenRecord<Message> {
  readonly all: readonly Spoken<Message>[];
  add(is: Spoken<Message>["is"], message: Message): void;
  /** Resolves as soon as so many more have been accepted. */
  more(count: number): Promise<void>;
}

interface Hope {
  readonly length: number;
  resolve(): void;
}

export function createSpokenRecord<Message extends object>(
  now: () => number,
): SpokenRecord<Message> {
  const all: Spoken<Message>[] = [];
  const hopes: Hope[] = [];
  return {
    all,
    add: (is, message) => {
      all.push({ is, at: now(), message: { ...message } });
      for (const { length, resolve } of hopes) if (all.length >= length) resolve();
    },
    more: (count) =>
      new Promise((resolve) => void hopes.push({ length: all.length + count, resolve })),
  };
}
