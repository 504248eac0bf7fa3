/**
 * What the bot remembers: records by namespace and key, and queues whose records keep their order.
 * All changes go through `commit`, all or nothing, across namespaces. Every method throws on
 * failure, so that "the disk is gone" never looks like "nothing there".
 */

import type { Namespaces } from "../records/namespaces.ts";

type ChangeOf<All, Name extends keyof All & string> =
  /** Writes, whatever was there. `ttlMs`: gone after so many milliseconds; must be positive. */
  | {
      readonly put: Name;
      readonly key: string;
      readonly value: All[Name];
      readonly ttlMs?: number;
    }
  /** Writes only where nothing (or only something expired) is there. */
  | {
      readonly insert: Name;
      readonly key: string;
      readonly value: All[Name];
      readonly ttlMs?: number;
    }
  /** Removes; happens only where something unexpired is there. */
  | { readonly remove: Name; readonly key: string }
  /** Adds at the end of a queue; its key is a number, greater than all before. */
  | { readonly append: Name; readonly value: All[Name] }
  /**
   * Adds at the end of a chain: a queue whose entries each carry a hash over themselves and the
   * hash before.
   */
  | { readonly chain: Name; readonly value: All[Name] };

export type Change<All = Namespaces> = {
  [Name in keyof All & string]: ChangeOf<All, Name>;
}[keyof All & string];

/**
 * A commit may depend on an insert or removal: with `require`, nothing at all is written unless
 * that change happens. This is how exactly one of many presses is granted.
 */
export type Conditional<All = Namespaces> = Change<All> & { readonly require?: true };

export interface Committed {
  /** False where a required change could not happen; then nothing was written. */
  readonly done: boolean;
  /** For each change, in order, whether it happened (puts and appends always do). */
  readonly happened: readonly boolean[];
}

export interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
}

/**
 * An entry of a chain: `hash` is the SHA-256 of the hash before it, a line break and `text`, in
 * hexadecimal.
 */
export interface ChainLink<Value> extends Entry<Value> {
  readonly text: string;
  readonly hash: string;
}

/** `All`: what it holds; the bot's namespaces, but for the tests of the store itself. */
export interface Store<All = Namespaces> {
  get<Name extends keyof All & string>(
    namespace: Name,
    key: string,
  ): Promise<All[Name] | undefined>;
  /**
   * All unexpired records of a namespace or queue; a queue in the order of its appends, else by
   * key.
   */
  all<Name extends keyof All & string>(namespace: Name): Promise<readonly Entry<All[Name]>[]>;
  /** A chain from its beginning, or its newest entries. */
  links<Name extends keyof All & string>(
    chain: Name,
    newest?: number,
  ): Promise<readonly ChainLink<All[Name]>[]>;
  commit(changes: readonly Conditional<All>[]): Promise<Committed>;
  /**
   * Removes for good what has expired; gives how many records that were. To be done about once a
   * day.
   */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/**
 * The store failed: full disk, removed or damaged file. The message is a sentence that says which
 * and what to do.
 */
export class StoreError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "StoreError";
  }
}
