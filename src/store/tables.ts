/** What a store stands on: records, queues and chains as text. */
import type { ChainLink, ChainPage, Committed, StoreError } from "./store.ts";

/** A record by its key, an entry of a queue by its number. */
export interface TableRow {
  readonly key: string;
  readonly envelope: string;
}

/** A change as text. `expires`: in milliseconds since 1970, by the store's clock. */
export type Written = {
  readonly in: string;
  readonly require: boolean;
} & (
  | {
      readonly does: "put";
      readonly key: string;
      readonly envelope: string;
      readonly value: unknown;
      readonly was?: string;
      readonly expires?: number;
    }
  | {
      readonly does: "insert";
      readonly key: string;
      readonly envelope: string;
      readonly value: unknown;
      readonly expires?: number;
    }
  | { readonly does: "remove"; readonly key: string; readonly was?: string }
  | { readonly does: "append"; readonly envelope: string; readonly value: unknown }
  | { readonly does: "chain"; readonly envelope: string; readonly value: unknown }
);

/** Each method throws whatever its database throws. */
export interface Tables {
  now(): number;
  get(namespace: string, key: string): Promise<string | undefined>;
  all(namespace: string): Promise<readonly TableRow[]>;
  find(namespace: string, field: string, text: string): Promise<readonly TableRow[]>;
  links(chain: string, page: ChainPage): Promise<readonly ChainLink[]>;
  /** All of them or none, in their order. */
  write(changes: readonly Written[]): Promise<Committed>;
  sweep(): Promise<number>;
  close(): Promise<void>;
  /** What was thrown, as a sentence. `deed`: read, write. */
  failed(deed: string, error: unknown): StoreError;
}
