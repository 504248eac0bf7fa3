import { type Context, command, type Outcome } from "../core/commands.ts";
import { fold, unquoted } from "../core/parse.ts";
import { ifThere } from "../em/allowed.ts";
import { note } from "../messages/answers.ts";
import { sessionCard } from "../messages/status.ts";
import { quoted } from "../messages/words.ts";
import { sessionOf, type Watch } from "../watch/watch.ts";
import { isGuid } from "./guid.ts";
import { oneOf, thePlan } from "./named-plan.ts";

export const watch = command({
  name: "watch",
  usage: "<plan or session id>",
  summary: "follows a running failover here, to its end",
  options: [{ name: "plan", summary: "the failover plan", required: true, takes: "plan" }],
  details: ["A run that is watched elsewhere can be watched here too; EM is asked no more often for it."],
  permission: "read",
  parse: (rest) => {
    const typed = unquoted(rest);
    return typed === ""
      ? { ok: false, why: "Name the plan, the run or the session that shall be watched." }
      : { ok: true, args: typed };
  },
  run: async (typed, context) => {
    const known = await watchNamed(typed, context);
    if (known) return { is: "watch", target: { is: "watched", watch: known } };
    if (isGuid(typed)) {
      const session = await ifThere(context.em.session(typed.toLowerCase()));
      if (session) return follow(session, context);
    }
    return oneOf(await thePlan(typed, context), async ({ name }) => {
      const [session] = await context.em.sessions({ planName: name, open: true, limit: 1 });
      if (session) return follow(session, context);
      return { is: "reply", card: note(`No failover of ${quoted(name)} runs now`), refused: true };
    });
  },
});

async function follow(session: Parameters<typeof sessionCard>[0], context: Context): Promise<Outcome> {
  if (session.state === "Stopped") return { is: "reply", card: sessionCard(session) };
  return { is: "watch", target: { is: "session", session, plans: await context.plans() } };
}

/** By the id of the run, of the watch or of its session, or by the plan's name where one run of it is watched. */
export async function watchNamed(typed: string, { store, emKey }: Context): Promise<Watch | undefined> {
  const open = (await store.all<Watch>("watches")).map(({ value }) => value).filter(({ em }) => em === emKey);
  const wanted = fold(typed);
  const byId = open.find((one) => one.id === wanted || sessionOf(one) === wanted);
  const byName = open.filter(({ subject }) => fold(subject.name) === wanted);
  return byId ?? (byName.length === 1 ? byName[0] : undefined);
}
