/** What a look at EM before an order has found: what speaks against it, and what one should know. */
import type { AsTold } from "./stored.ts";

/** Why an order is refused as things stand. Plans and VMs are named as EM writes them. */
export type Blocker =
  | { readonly is: "no-vms"; readonly plan: string }
  /** EM tests cloud plans alone. */
  | { readonly is: "not-testable" }
  /** `shared`: several plans have this name, so that it may be another tenant's. */
  | { readonly is: "session-runs"; readonly plan: string; readonly shared: boolean }
  /** EM has taken an order whose session is not known yet. */
  | { readonly is: "order-with-em"; readonly plan: string }
  /** A test wants every replica in state Ready. */
  | { readonly is: "states-not-readable" }
  | { readonly is: "vms-in-state"; readonly state: UnfitState; readonly vms: readonly string[] }
  /** EM does not show whether these are in state Ready, as a test must know. */
  | { readonly is: "states-not-shown"; readonly vms: readonly string[] };

export type UnfitState = "Failover" | "Failback" | "PermanentFailover";

/** What whoever confirms should know; it keeps nobody from confirming. */
export type OrderNote =
  | { readonly is: "sessions-not-readable" }
  | { readonly is: "points-not-readable" }
  | { readonly is: "ordinary-plan" }
  /** For an undo: so many VMs are in state Failover, `of` all. */
  | { readonly is: "failed-over"; readonly vms: number; readonly of: number }
  | { readonly is: "none-failed-over" }
  /** For a start, which would process these again. */
  | { readonly is: "failed-over-already"; readonly vms: readonly string[] }
  /** `before`: other points than the latest were asked for. */
  | { readonly is: "no-point"; readonly vms: readonly string[]; readonly before: boolean }
  | AsTold;
