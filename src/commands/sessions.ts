import { command } from "../core/commands.ts";
import { sessionsCard } from "../messages/lists.ts";
import { oneOf, thePlan } from "./named-plan.ts";

const NEWEST = 10;

export const sessions = command({
  name: "sessions",
  usage: "[plan]",
  summary: "the newest failover sessions, of all plans or of one",
  options: [{ name: "plan", summary: "the failover plan", required: false, takes: "plan" }],
  details: ["EM keeps sessions for 30 days."],
  permission: "read",
  parse: (rest) => ({ ok: true, args: rest }),
  run: async (typed, context) => {
    if (typed === "")
      return { is: "reply", card: sessionsCard(await context.em.sessions({ limit: NEWEST }), undefined) };
    return oneOf(await thePlan(typed, context), async ({ name }) => {
      const found = await context.em.sessions({ planName: name, limit: NEWEST });
      return { is: "reply", card: sessionsCard(found, name) };
    });
  },
});
