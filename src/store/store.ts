/**
 * What the bot remembers: records by namespace and key, and queues whose records keep their order.
 * All changes go through `commit`, all or nothing, across namespaces. Every method throws on
 * failure, so that "the disk is gone" never looks like "nothing there".
 */

import type { Indexed } from "../records/indexed.ts";
import type { Namespaces } from "../records/namespaces.ts";

type ChangeOf<All, Name extends keyof All & string> =
  /**
   * Writes, whatever was there; with `was`, only where the record is still what was read. `ttlMs`:
   * gone after so many milliseconds; must be positive.
   */
  | {
      readonly put: Name;
      readonly key: string;
      readonly value: All[Name];
      readonly was?: All[Name];
      readonly ttlMs?: number;
    }
  /** Writes only where nothing (or only something expired) is there. */
  | {
      readonly insert: Name;
      readonly key: string;
      readonly value: All[Name];
      readonly ttlMs?: number;
    }
  /**
   * Removes; happens only where something unexpired is there, with `was` only where it is still
   * what was read.
   */
  | { readonly remove: Name; readonly key: string; readonly was?: All[Name] }
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
 * A commit may depend on an insert, a removal or a put with `was`: with `require`, nothing at all
 * is written unless that change happens. This is how exactly one of many presses is granted, and
 * how nobody writes over what came between reading and writing.
 *
 * `was` is compared as it is stored, by the text that the codec makes of it: give the value that
 * was read, not one that was put together anew with its fields in another order.
 */
export type Conditional<All = Namespaces> = Change<All> & { readonly require?: true };

export interface Committed {
  /** False where a required change could not happen; then nothing was written. */
  readonly done: boolean;
  /** For each change, in order, whether it happened (appends, and puts without `was`, always do). */
  readonly happened: readonly boolean[];
  /** For each append, in the place of that change, the key it was given. */
  readonly keys: readonly (string | undefined)[];
}

export interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
}

/**
 * An entry of a chain as it is stored: `hash` is the SHA-256 of the hash before it, a line break and
 * `text`, in hexadecimal.
 */
export interface ChainLink {
  readonly key: string;
  readonly text: string;
  readonly hash: string;
}

/** The newest entries of a chain, or those that follow one; without `after`, its first. */
export type ChainPage =
  | { readonly newest: number }
  | { readonly after?: string | undefined; readonly limit: number };

type FieldIn<Fields> = Fields extends readonly (infer Field extends string)[] ? Field : never;

/**
 * `All`: what it holds, `By`: by which fields that is found; the bot's own, but for the tests of
 * the store itself.
 */
export interface Store<All = Namespaces, By = Indexed> {
  get<Name extends keyof All & string>(
    namespace: Name,
    key: string,
  ): Promise<All[Name] | undefined>;
  /**
   * All unexpired records of a namespace or queue; a queue in the order of its appends, else by
   * key.
   */
  all<Name extends keyof All & string>(namespace: Name): Promise<readonly Entry<All[Name]>[]>;
  /**
   * The unexpired records of a namespace or queue whose field has this text, in the same order.
   * Takes no longer where the namespace holds many others.
   */
  find<Name extends keyof All & keyof By & string>(
    namespace: Name,
    field: FieldIn<By[Name]>,
    text: string,
  ): Promise<readonly Entry<All[Name]>[]>;
  /**
   * A part of a chain, the oldest entry first. A chain only grows: whoever reads all of it reads
   * page by page.
   */
  links(chain: keyof All & string, page: ChainPage): Promise<readonly ChainLink[]>;
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
 * and what to do. `mayPass`: the same may go well later, as with a full disk, or a file that
 * another process holds. `perhapsDone`: what was to be written may have been.
 */
export class StoreError extends Error {
  readonly mayPass: boolean;
  readonly perhapsDone: boolean;

  constructor(
    message: string,
    options: { cause?: unknown; mayPass?: boolean; perhapsDone?: boolean } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.name = "StoreError";
    this.mayPass = options.mayPass ?? false;
    this.perhapsDone = options.perhapsDone ?? false;
  }
}
