/** By which of their texts records are found, so that nobody reads a namespace to look for a few. */
import type { Namespaces } from "./namespaces.ts";

/** The names of what may stand in any record of a union, and of nothing that is in all strings. */
type NamesIn<Part> = Part extends readonly unknown[]
  ? never
  : Part extends object
    ? keyof Part & string
    : never;

type ValueIn<Part, Name> = Part extends object
  ? Name extends keyof Part
    ? NonNullable<Part[Name]>
    : never
  : never;

type TextsIn<Part> = {
  [Name in NamesIn<Part>]: ValueIn<Part, Name> extends string ? Name : never;
}[NamesIn<Part>];

/** A text of a record, or of a part of it: `em`, `stops.watch`. */
export type FieldOf<Value> =
  | TextsIn<Value>
  | {
      [Name in NamesIn<Value>]: `${Name}.${TextsIn<ValueIn<Value, Name>>}`;
    }[NamesIn<Value>];

/** For each namespace the fields by which its records are found. */
export type IndexesOf<All> = { readonly [Name in keyof All]?: readonly FieldOf<All[Name]>[] };

export const indexed = {
  orders: ["em"],
  "past-orders": ["stops.watch"],
  watches: ["em"],
  "past-watches": ["order.action"],
  moments: ["run"],
  runs: ["plan"],
  lines: ["topic"],
  replicas: ["em"],
} as const satisfies IndexesOf<Namespaces>;

export type Indexed = typeof indexed;
