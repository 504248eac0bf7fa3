/** Who may do what, as the page "Security Roles" of EM's REST reference tells it. */

const roles = [
  "Portal Administrator",
  "Portal User",
  "VM Restore Operator",
  "Exchange Restore Operator",
] as const;

export type Role = (typeof roles)[number];

/** What a right is asked for; `anything` is open to whoever has logged on. */
export type Subject =
  | "anything"
  | "cloud"
  | "cloud-plans"
  | "cloud-sessions"
  | "cloud-points"
  | "replica-sessions"
  | "ordinary-plans"
  | "tasks"
  | "collect"
  | "query"
  | "query-cloud";

const denied: { readonly [Is in Role]: readonly Subject[] } = {
  "Portal Administrator": [],
  "Portal User": ["cloud-plans", "ordinary-plans", "query-cloud", "collect"],
  "VM Restore Operator": ["cloud-points", "replica-sessions", "query-cloud", "collect"],
  "Exchange Restore Operator": [
    "cloud",
    "cloud-plans",
    "cloud-sessions",
    "cloud-points",
    "replica-sessions",
    "query",
    "query-cloud",
    "collect",
  ],
};

export const mayDo = (role: Role, subject: Subject): boolean => !denied[role].includes(subject);
