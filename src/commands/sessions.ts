import { isShared } from "../em/plan-names.ts";
import { isOf, withVms } from "../em/session-owner.ts";
import { sessionsCard } from "../messages/lists.ts";
import { noSessionsCard } from "../messages/watch-answers.ts";
import { command } from "./command.ts";
import { oneOf, thePlan } from "./named-plan.ts";

const NEWEST = 10;

export const sessions = command({
  name: "sessions",
  usage: "[plan]",
  summary: "the newest failover sessions, of all plans or of one",
  options: [{ name: "plan", summary: "the failover plan", required: false, takes: "plan" }],
  details: ["EM keeps sessions for 30 days."],
  section: "look",
  permission: "read",
  parse: (rest) => ({ ok: true, args: rest }),
  run: async (typed, context) => {
    const { em } = context;
    if (!(await em.estate()).cloud) return { is: "reply", card: noSessionsCard };
    if (typed === "")
      return { is: "reply", card: sessionsCard(await em.sessions({ limit: NEWEST })) };
    return oneOf(await thePlan(typed, context), async (plan, plans) => {
      if (plan.kind === "ordinary") return { is: "reply", card: noSessionsCard };
      const found = await em.sessions({ planName: plan.name, limit: NEWEST });
      const own = isShared(plan, plans)
        ? (await withVms(em, found)).filter((session) => isOf(plan, session, plans) !== "no")
        : found;
      return { is: "reply", card: sessionsCard(own, plan.name) };
    });
  },
});
