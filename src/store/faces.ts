/**
 * The store on some tables. Keyv is the face of the namespaces and owns the codec; a commit writes the
 * same envelopes in one transaction, which Keyv cannot do.
 */
import { Keyv } from "keyv";
import type { Indexed } from "../records/indexed.ts";
import { namespaceAdapter } from "./keyv-adapter.ts";
import { namespaceOf, type Untyped } from "./remembered.ts";
import type { Entry, Store } from "./store.ts";
import type { TableRow, Tables, Written } from "./tables.ts";

export function storeOn<All, By = Indexed>(tables: Tables): Store<All, By> {
  const faces = new Map<string, Keyv>();
  const face = (namespace: string) => {
    const known = faces.get(namespace) ?? keyvOver(tables, namespace);
    faces.set(namespace, known);
    return known;
  };
  const attempt = async <Result>(deed: string, act: () => Promise<Result>): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      throw tables.failed(deed, error);
    }
  };
  const decoded = <Value>(namespace: string, read: () => Promise<readonly TableRow[]>) =>
    attempt("read", async () => decodeAll<Value>(face(namespace), namespace, await read()));
  return {
    get: <Name extends keyof All & string>(namespace: Name, key: string) =>
      attempt("read", () => face(namespace).get<All[Name]>(key)),
    all: <Name extends keyof All & string>(namespace: Name) =>
      decoded<All[Name]>(namespace, () => tables.all(namespace)),
    find: <Name extends keyof All & keyof By & string>(
      namespace: Name,
      field: string,
      text: string,
    ) => decoded<All[Name]>(namespace, () => tables.find(namespace, field, text)),
    links: (chain, page) => attempt("read", () => tables.links(chain, page)),
    commit: (typed) =>
      attempt("write", async () => {
        const changes = typed as readonly unknown[] as readonly Untyped[];
        const now = tables.now();
        return tables.write(
          await Promise.all(
            changes.map((change) => encode(face(namespaceOf(change)), change, now)),
          ),
        );
      }),
    sweep: () => attempt("write", () => tables.sweep()),
    close: tables.close,
  };
}

function keyvOver(tables: Tables, namespace: string): Keyv {
  // No error listener on purpose: with one, Keyv answers a failed read with "nothing there".
  // Records are plain JSON; Keyv's own serializer looks through each value for binaries, which
  // takes six times as long.
  return new Keyv({
    store: namespaceAdapter(tables, namespace),
    checkExpired: false,
    serialization: JSON,
  });
}

function decodeAll<Value>(
  face: Keyv,
  namespace: string,
  rows: readonly TableRow[],
): Promise<Entry<Value>[]> {
  return Promise.all(
    rows.map(async ({ key, envelope }) => {
      const decoded = await face.decode<Value>(envelope);
      if (decoded?.value === undefined) throw new Error(`record ${namespace}/${key} is damaged`);
      return { key, value: decoded.value };
    }),
  );
}

async function encode(face: Keyv, change: Untyped, now: number): Promise<Written> {
  const text = async (value: unknown) => String(await face.encode({ value }));
  const common = { in: namespaceOf(change), require: change.require === true };
  const was = "was" in change ? { was: await text(assertRead(change.was)) } : {};
  if ("remove" in change) return { ...common, does: "remove", key: change.key, ...was };
  const { value } = change;
  const written = { ...common, value, envelope: await text(value) };
  if ("append" in change) return { ...written, does: "append" };
  if ("chain" in change) return { ...written, does: "chain" };
  const { key, ttlMs } = change;
  const expires = ttlMs === undefined ? {} : { expires: now + assertPositive(ttlMs) };
  if ("insert" in change) return { ...written, does: "insert", key, ...expires };
  return { ...written, does: "put", key, ...was, ...expires };
}

/** A condition that was left empty by mistake must not become none. */
function assertRead(was: unknown): unknown {
  if (was === undefined) throw new TypeError("was must be what was read; insert is for nothing");
  return was;
}

function assertPositive(ttlMs: number): number {
  if (!(ttlMs > 0)) throw new RangeError(`ttlMs must be positive: ${ttlMs}`);
  return ttlMs;
}
