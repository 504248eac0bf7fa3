/**
 * What an answer says, before it is written as XML or JSON. One tree serves both formats, so that
 * they can differ only where the formats themselves do.
 */

export type Scalar = string | number | boolean | { readonly time: number };

/** `null` is left out of XML and written as null in JSON; `undefined` is left out of both. */
export type Value = Scalar | null | undefined;

export interface Link {
  readonly rel: string;
  readonly href: string;
  readonly type?: string;
  readonly name?: string;
}

export type Member =
  | { readonly kind: "value"; readonly name: string; readonly value: Value }
  | { readonly kind: "node"; readonly name: string; readonly node: Node | null }
  | { readonly kind: "link"; readonly name: string; readonly link: Link | null }
  /**
   * A list without an element of its own: XML writes only the items, JSON an array of this name.
   */
  | { readonly kind: "items"; readonly name: string; readonly items: readonly Node[] }
  /**
   * `inner` names the second level that JSON puts around most lists; without it the list is a plain
   * array.
   */
  | {
      readonly kind: "list";
      readonly name: string;
      readonly items: readonly Node[];
      readonly inner?: string;
    };

export interface Node {
  readonly element: string;
  /**
   * plain: only members. resource: also Links, Href and Type, null where there are none. reference:
   * as a resource, in another order.
   */
  readonly form: "plain" | "resource" | "reference";
  readonly links?: readonly Link[];
  readonly members: readonly Member[];
  readonly type?: string;
  readonly href?: string;
  readonly name?: string;
  readonly uid?: string;
  /** What XML shows as further attributes, and JSON as further members. */
  readonly attributes?: readonly (readonly [name: string, value: Value])[];
}

export const value = (name: string, of: Value): Member => ({ kind: "value", name, value: of });
export const node = (name: string, of: Node | null): Member => ({ kind: "node", name, node: of });
export const link = (name: string, of: Link | null): Member => ({ kind: "link", name, link: of });
export const items = (name: string, of: readonly Node[]): Member => ({
  kind: "items",
  name,
  items: of,
});
export const list = (name: string, items: readonly Node[], inner?: string): Member =>
  inner === undefined ? { kind: "list", name, items } : { kind: "list", name, items, inner };

export const plain = (
  element: string,
  members: readonly Member[],
  attributes: Node["attributes"] = [],
): Node => ({ element, form: "plain", members, attributes });

/**
 * Milliseconds as EM writes an instant, with at most `digits` of the fraction and no trailing
 * zeros.
 */
export function instant(at: number, digits: 0 | 3 | 6): string {
  const whole = new Date(at).toISOString().slice(0, 19);
  const fraction = (
    (at - Math.floor(at / 1000) * 1000) * 1000 +
    (digits === 6 ? microseconds(at) : 0)
  )
    .toString()
    .padStart(6, "0")
    .slice(0, digits)
    .replace(/(?<!0)0+$/, "");
  return fraction === "" ? `${whole}Z` : `${whole}.${fraction}Z`;
}

/**
 * Our clock has none, so they are drawn from the instant: the same instant always shows the same
 * ones.
 */
export function microseconds(at: number): number {
  return Math.floor(Math.abs(at / 7) % 997);
}
