import type { FailoverPlan } from "../em/types.ts";
import { isRunId } from "../ids.ts";
import { noReportCard, noRunCard, whichRunCard } from "../messages/report-answers.ts";
import type { Watch } from "../records/watch.ts";
import { areOfOnePlan, type KnownRun, knownRuns, runsNamed } from "../report/known-runs.ts";
import { keysOf } from "../report/summary.ts";
import { pastRunAt, topicAt } from "../speech/locate.ts";
import { openFailovers } from "../store/in-hand.ts";
import { unquoted } from "../typed/line.ts";
import { type Context, command, type Outcome } from "./command.ts";
import { readable } from "./may-read.ts";
import { oneOf, thePlan } from "./named-plan.ts";

export const report = command({
  name: "report",
  usage: "[plan or run]",
  summary: "the report of a run: picture, text and table, also of one that goes on",
  options: [{ name: "plan", summary: "a plan, for its last run", required: false, takes: "plan" }],
  details: [
    "In the thread of a run it is of that run. Of a plan it is of the run that goes on, else of the last that ended.",
    "Also of tests and undos, and of runs that began elsewhere, with what is known of them. history lists runs with their ids.",
  ],
  section: "look",
  permission: "read",
  parse: (rest) => ({ ok: true, args: unquoted(rest) }),
  run: async (typed, context) => {
    const outcome = await (typed === "" ? ofHere(context) : ofNamed(typed, context));
    return outcome.is === "report" ? readable(outcome, context) : outcome;
  },
});

async function ofHere(context: Context): Promise<Outcome> {
  const { store, emKey, place, now } = context;
  const open = await openFailovers(store, emKey);
  const shown = await Promise.all(open.map(({ topics }) => topicAt(store, topics, place)));
  const [here, ...others] = open.filter((_, i) => shown[i] !== undefined);
  if (here && others.length > 0) return refused(whichRunCard([here, ...others].map(named)));
  const run = here?.id ?? (await pastRunAt(store, place, now));
  return run === undefined ? refused(whichRunCard([])) : { is: "report", run };
}

const named = ({ id, subject: { name } }: Watch) => ({ id, name });

const refused = (card: Extract<Outcome, { is: "reply" }>["card"]): Outcome => ({
  is: "reply",
  card,
  refused: true,
});

/** What has run is known also while EM is down. */
async function ofNamed(typed: string, context: Context): Promise<Outcome> {
  const runs = await knownRuns(context.store, context.emKey);
  const meant = runsNamed(typed, runs);
  const [newest] = meant;
  if (!newest && isRunId(typed)) return refused(noRunCard(typed, "report"));
  if (newest && areOfOnePlan(meant)) return { is: "report", run: newest.run };
  return oneOf(await thePlan(typed, context), async (plan, plans) => {
    const keys = keysOf(plan, plans, context.emKey);
    const run = runs.find((one) => keys.includes(one.plan) || isSameTenants(one, plan));
    return run ? { is: "report", run: run.run } : refused(noReportCard(plan.name));
  });
}

/** Made anew, a plan has another id. */
const isSameTenants = ({ name, tenant }: KnownRun, plan: FailoverPlan) =>
  tenant !== undefined && name === plan.name && tenant === plan.tenant?.name;
