/**
 * A store that keeps what is in hand in memory besides, decoded, as it is read again and again. It
 * is right only for a process that is alone in writing the store, as is the one that holds the
 * state file or leads. Whatever is read is what the last commit made of it; two readings of a
 * record that nobody wrote give the same object, so whoever reads it must not change it.
 */
import type { Committed, Conditional, Entry, Store } from "./store.ts";

/** One namespace. */
interface Memory {
  entries: Map<string, Entry<unknown>>;
  /** Whether they are in their order. */
  sorted: boolean;
  /** All of them, until one changes. */
  listed: readonly Entry<unknown>[] | undefined;
  /** By field and text, until one with that text changes. */
  readonly found: Map<string, Map<string, readonly Entry<unknown>[]>>;
}

/** Changes as rows see them: which record belongs to which namespace is known to callers alone. */
export type Untyped = Conditional<Readonly<Record<string, unknown>>>;

interface State {
  readonly kept: Set<string>;
  readonly memories: Map<string, Memory>;
  /** How often each namespace was written to. */
  readonly writes: Map<string, number>;
}

/** `kept`: the namespaces that are kept in memory, until a record of theirs is to expire. */
export function remembering<All, By>(
  store: Store<All, By>,
  kept: readonly string[],
): Store<All, By> {
  const state: State = { kept: new Set(kept), memories: new Map(), writes: new Map() };
  const memoryOf = <Name extends keyof All & string>(name: Name) =>
    state.kept.has(name) ? remembered(state, name, () => store.all(name)) : undefined;
  return {
    ...store,
    get: async <Name extends keyof All & string>(name: Name, key: string) => {
      const memory = await memoryOf(name);
      if (!memory) return store.get(name, key);
      return memory.entries.get(key)?.value as All[Name] | undefined;
    },
    all: async <Name extends keyof All & string>(name: Name) => {
      const memory = await memoryOf(name);
      if (!memory) return store.all(name);
      return listOf(memory) as readonly Entry<All[Name]>[];
    },
    find: async (name, field, text) => {
      const memory = await memoryOf(name);
      if (!memory) return store.find(name, field, text);
      return foundIn(memory, field, text) as readonly Entry<All[typeof name]>[];
    },
    commit: (changes) => {
      const untyped = changes as readonly unknown[] as readonly Untyped[];
      return commitKept(state, untyped, () => store.commit(changes));
    },
    close: () => {
      state.kept.clear();
      return store.close();
    },
  };
}

async function commitKept(
  state: State,
  changes: readonly Untyped[],
  commit: () => Promise<Committed>,
): Promise<Committed> {
  for (const change of changes) expectWrite(state, change);
  try {
    const committed = await commit();
    const { happened, keys } = committed;
    const written = changes.map((change, i) => ({ change, key: keys[i], is: happened[i] }));
    if (committed.done)
      for (const { change, key, is } of written) if (is) apply(state, change, key);
    return committed;
  } catch (error) {
    // What was written is not known.
    state.memories.clear();
    throw error;
  } finally {
    for (const change of changes) noteWrite(state, change);
  }
}

/** Read anew where something was written meanwhile. */
async function remembered(
  { memories, writes }: State,
  name: string,
  read: () => Promise<readonly Entry<unknown>[]>,
): Promise<Memory> {
  for (;;) {
    const known = memories.get(name);
    if (known) return known;
    const before = writes.get(name);
    const entries = new Map((await read()).map((entry) => [entry.key, entry]));
    if (writes.get(name) === before)
      memories.set(name, { entries, sorted: true, listed: undefined, found: new Map() });
  }
}

/** What expires is not kept: it would have to be seen to go. */
function expectWrite(state: State, change: Untyped): void {
  noteWrite(state, change);
  if (!("ttlMs" in change) || change.ttlMs === undefined) return;
  state.kept.delete(namespaceOf(change));
  state.memories.delete(namespaceOf(change));
}

function noteWrite({ writes }: State, change: Untyped): void {
  const name = namespaceOf(change);
  writes.set(name, (writes.get(name) ?? 0) + 1);
}

/** Where a change writes. */
export function namespaceOf(change: Untyped): string {
  if ("remove" in change) return change.remove;
  if ("put" in change) return change.put;
  if ("insert" in change) return change.insert;
  return "append" in change ? change.append : change.chain;
}

function apply({ memories }: State, change: Untyped, added: string | undefined): void {
  const name = namespaceOf(change);
  const memory = memories.get(name);
  if (!memory || "chain" in change) return;
  const key = "key" in change ? change.key : (added ?? "");
  forget(memory, memory.entries.get(key));
  if ("remove" in change) memory.entries.delete(key);
  else {
    const entry = { key, value: change.value };
    if (!("append" in change) && !memory.entries.has(key)) memory.sorted = false;
    memory.entries.set(key, entry);
    forget(memory, entry);
  }
}

/** The lists that hold it. */
function forget(memory: Memory, entry: Entry<unknown> | undefined): void {
  memory.listed = undefined;
  if (entry)
    for (const [field, texts] of memory.found) texts.delete(textAt(entry.value, field) ?? "");
}

export function textAt(value: unknown, field: string): string | undefined {
  let at: unknown = value;
  for (const name of field.split("."))
    at = typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined;
  return typeof at === "string" ? at : undefined;
}

function listOf(memory: Memory): readonly Entry<unknown>[] {
  if (!memory.sorted) {
    const sorted = [...memory.entries].toSorted(([one], [other]) => (one < other ? -1 : 1));
    Object.assign(memory, { entries: new Map(sorted), sorted: true });
  }
  memory.listed ??= [...memory.entries.values()];
  return memory.listed;
}

function foundIn(memory: Memory, field: string, text: string): readonly Entry<unknown>[] {
  const texts = memory.found.get(field) ?? new Map<string, readonly Entry<unknown>[]>();
  memory.found.set(field, texts);
  const found =
    texts.get(text) ?? listOf(memory).filter(({ value }) => textAt(value, field) === text);
  texts.set(text, found);
  return found;
}
