/** Why something that was asked for was not done, as the audit log keeps it. */
import type { Person } from "../chat/port.ts";
import type { Denial } from "./asker.ts";
import type { Blocker } from "./blocker.ts";
import type { NotAnother } from "./order.ts";

export type WhyRefused =
  | { readonly is: "denied"; readonly why: Denial }
  | { readonly is: "not-another"; readonly why: NotAnother }
  /** Whether somebody who asked or approved still may cannot be read, for the platform's reason. */
  | { readonly is: "not-known"; readonly of: Person; readonly why: string }
  /** Somebody who asked or approved may no longer do so. */
  | { readonly is: "withdrawn" }
  | { readonly is: "blocked"; readonly by: readonly Blocker[] }
  /** A plan has one order at a time. */
  | { readonly is: "held" }
  /** What was typed is neither the plan's name nor the code. */
  | { readonly is: "mismatch" }
  /** Whoever typed the plan's name cannot have read the question. */
  | { readonly is: "not-posted" }
  | { readonly is: "typed-before" }
  /** The plan's name, where another process may have a question about the same plan. */
  | { readonly is: "no-answer" }
  | { readonly is: "decided-already" }
  | { readonly is: "question-closed" }
  | { readonly is: "late"; readonly byMs: number };
