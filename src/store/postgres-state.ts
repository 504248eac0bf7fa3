/** The state in Postgres, once this process leads. */
import { indexed } from "../records/indexed.ts";
import { storeOn } from "./faces.ts";
import { IN_HAND } from "./in-hand.ts";
import type { Lead } from "./leadership.ts";
import { localLocks } from "./locks.ts";
import { poolTo, postgresTables } from "./postgres.ts";
import type { Term } from "./postgres-writes.ts";
import { remembering } from "./remembered.ts";
import type { OpenedState } from "./sqlite.ts";
import { type Store, StoreError } from "./store.ts";
import { localWakeups } from "./wakeups.ts";

export interface PostgresPlace {
  /** With its password. */
  readonly url: string;
  /** For people. */
  readonly name: string;
}

/** Whoever leads is the only one to write; closed, the next one leads. */
export function ledState({ url, name }: PostgresPlace, lead: Lead, now: () => number): OpenedState {
  const store = remembering(storeIn({ url, name }, lead, lead.elapsed, now), IN_HAND);
  return {
    store: {
      ...store,
      close: async () => {
        try {
          await store.close();
        } finally {
          await lead.end();
        }
      },
    },
    locks: localLocks(),
    wakeups: localWakeups(),
    copyTo: async () => {
      throw new StoreError(`Cannot copy the state "${name}": pg_dump takes a copy of it`);
    },
  };
}

/** Under no epoch: it can be read, and nothing is ever written. */
export const readOnlyState = (place: PostgresPlace): Store =>
  storeIn(place, { epoch: 0, id: "", confirmed: 0n }, () => 0, Date.now);

const storeIn = (
  { url, name }: PostgresPlace,
  term: Term,
  elapsed: () => number,
  now: () => number,
): Store =>
  storeOn(postgresTables({ pool: poolTo(url), url, name, term, elapsed, now, indexes: indexed }));
