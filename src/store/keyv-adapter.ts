import { EventEmitter } from "node:events";
import { type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from "keyv";
import type { Tables } from "./tables.ts";

/**
 * One namespace of the state as Keyv wants its storage. One adapter object per namespace: two Keyv
 * instances on a shared adapter would share the namespace of the last.
 */
export function namespaceAdapter(tables: Tables, namespace: string): KeyvStorageAdapter {
  const common = { in: namespace, require: false };
  const get = (key: string) => tables.get(namespace, key);
  const has = async (key: string) => (await get(key)) !== undefined;
  const happens = async (changes: Parameters<Tables["write"]>[0]) => [
    ...(await tables.write(changes)).happened,
  ];
  const setting = ({ key, value, expires }: KeyvStorageEntry<unknown>) => ({
    ...({ ...common, does: "put", key, envelope: String(value), value } as const),
    ...(expires === undefined ? {} : { expires }),
  });
  const removing = (key: string) => ({ ...common, does: "remove", key }) as const;
  const methods = {
    namespace: undefined,
    get,
    getMany: (keys: string[]) => Promise.all(keys.map(get)),
    has,
    hasMany: (keys: string[]) => Promise.all(keys.map(has)),
    set: async (key: string, value: unknown, expires?: number) =>
      (await happens([setting({ key, value, expires })]))[0] ?? false,
    setMany: (entries: KeyvStorageEntry<unknown>[]) => happens(entries.map(setting)),
    delete: async (key: string) => (await happens([removing(key)]))[0] ?? false,
    deleteMany: (keys: string[]) => happens(keys.map(removing)),
    clear: async () =>
      void (await happens((await tables.all(namespace)).map(({ key }) => removing(key)))),
  };
  const adapter = Object.assign(new EventEmitter(), methods);
  return Object.assign(adapter, {
    capabilities: keyvStorageCapability(adapter),
  }) as unknown as KeyvStorageAdapter;
}
