/** Who may do what. Without a policy: the person at the terminal may do all, everybody else may read. */
import type { Person } from "../chat/port.ts";
import type { Permission } from "./commands.ts";

export type Allowed = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface Permissions {
  allows(person: Person, permission: Permission): Allowed;
}

export const terminalOrders: Permissions = {
  allows: ({ platform }, permission) =>
    permission !== "order" || platform === "terminal"
      ? { ok: true }
      : { ok: false, why: "Only the person at the bot's terminal may give orders" },
};
