import type { StartFrom } from "../em/types.ts";
import { type TimeInReason, whichPointsCard } from "../messages/which-points.ts";
import { splitClauses, wordsWithin } from "../typed/line.ts";
import { planWords } from "../typed/plan-name.ts";
import { leadingTime, readTypedTime } from "../typed/time.ts";
import { ask } from "./ask.ts";
import { command } from "./command.ts";
import { oneOf, thePlan } from "./named-plan.ts";

interface Args {
  readonly plan: string;
  readonly from: StartFrom;
  readonly reason?: string;
  /** A time within the reason may be meant for the points. */
  readonly doubt?: TimeInReason;
}

export const start = command<Args>({
  name: "start",
  usage: "<plan> [before <date and time>] [because <reason>]",
  summary: "asks whether to start a failover plan; nothing happens before it is approved",
  options: [
    { name: "plan", summary: "the failover plan", required: true, takes: "plan" },
    {
      name: "before",
      summary: "use restore points from before this time",
      required: false,
      takes: "text",
      word: "before",
    },
    {
      name: "because",
      summary: "the reason, for those who read it later",
      required: false,
      takes: "text",
      word: "because",
    },
  ],
  details: [
    'A reason that holds a time stands in quotes: because "ransomware before 22:30".',
    'A time like "2026-11-21 06:00", "06:00", "10 pm", "yesterday 22:30" or "2 hours ago"; UTC, an offset or a zone like Europe/Paris may follow.',
    "Shows the VMs, their restore points and what would happen, and asks to type the plan's name.",
  ],
  section: "order",
  permission: "order",
  parse: (rest, { timeZone, now, clock }) => {
    const { "": plan = "", before, because } = splitClauses(rest, ["before", "because"]);
    if (plan === "")
      return { ok: false, why: "Name the plan that shall be started.", beside: rest };
    const reason = because ? { reason: because } : {};
    if (before === undefined) {
      const doubt = timeInReason(rest);
      return {
        ok: true,
        args: { plan, from: { points: "latest" }, ...reason, ...(doubt ? { doubt } : {}) },
      };
    }
    const time = readTypedTime(before, timeZone, clock.shown(now));
    if (!time.ok) return { ok: false, why: `Cannot read the time "${before}" as ${time.why}` };
    return {
      ok: true,
      args: { plan, from: { points: "before", at: clock.meant(time.at) }, ...reason },
    };
  },
  run: async ({ plan, from, reason, doubt }, context) =>
    oneOf(await thePlan(plan, context), async (found, plans) =>
      doubt
        ? { is: "reply", card: whichPointsCard(planWords(found, plans), doubt), refused: true }
        : ask(context, { action: "start", listed: found, plans, from, reason }),
    ),
});

/** `because ransomware before 22:30`, without quotes: a reason, or a reason and a time. */
function timeInReason(rest: string): TimeInReason | undefined {
  for (const { head, tail } of wordsWithin(rest, "because", "before")) {
    const found = leadingTime(tail);
    if (!found) continue;
    const { time, rest: after } = found;
    const all = `${head} before ${tail}`.trim();
    const because = `${head} ${after}`.replace(/ (?=[,;.!?)])/, "").trim();
    return { all, because, ...(time ? { time } : {}) };
  }
  return undefined;
}
