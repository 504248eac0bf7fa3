/** To what somebody belongs, as a platform says. */

/**
 * What somebody is to the workspace or server.
 *
 * guest: belongs to it in part, such as for some channels, or not yet. external: of another
 * workspace or server. bot: an app or a webhook. nobody: has left it, or was never there.
 */
export type Membership =
  | { readonly is: "member" | "guest" | "bot" | "nobody" }
  | { readonly is: "external"; readonly team?: string };

/** What the platform says of somebody; each is read on demand, and rejects where it cannot be. */
export interface Belongs {
  /** Ids of the person's groups or roles. */
  groups(): Promise<readonly string[]>;
  membership(): Promise<Membership>;
}
