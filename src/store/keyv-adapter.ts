import { EventEmitter } from "node:events";
import { type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from "keyv";
import type { OpenFile } from "./file.ts";

/**
 * One namespace of the state file as Keyv wants its storage. One adapter object per namespace: two
 * Keyv instances on a shared adapter would share the namespace of the last.
 */
export function namespaceAdapter(file: OpenFile, namespace: string): KeyvStorageAdapter {
  const { now } = file;
  const get = (key: string) =>
    file.open.sql.get.get(namespace, key, now())?.envelope as string | undefined;
  const set = (key: string, value: unknown, expires?: number) =>
    file.open.sql.put.run(namespace, key, String(value), expires ?? null).changes > 0;
  const remove = (key: string) => file.open.sql.remove.run(namespace, key, null, now()).changes > 0;
  const methods = {
    namespace: undefined,
    get: async (key: string) => get(key),
    getMany: async (keys: string[]) => keys.map(get),
    has: async (key: string) => get(key) !== undefined,
    hasMany: async (keys: string[]) => keys.map((key) => get(key) !== undefined),
    set: async (key: string, value: unknown, expires?: number) => set(key, value, expires),
    setMany: async (entries: KeyvStorageEntry<unknown>[]) =>
      entries.map(({ key, value, expires }) => set(key, value, expires)),
    delete: async (key: string) => remove(key),
    deleteMany: async (keys: string[]) => keys.map(remove),
    clear: async () => void file.open.sql.clear.run(namespace),
  };
  const adapter = Object.assign(new EventEmitter(), methods);
  return Object.assign(adapter, {
    capabilities: keyvStorageCapability(adapter),
  }) as unknown as KeyvStorageAdapter;
}
