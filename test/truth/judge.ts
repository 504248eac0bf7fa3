/** Whether what is stated was so at a moment, by what the simulated EM knew then. */
import { cleanText } from "../../src/chat/clean.ts";
import { courseOf } from "../../src/sandbox/estate/course.ts";
import type { Plan, Run } from "../../src/sandbox/estate/estate.ts";
import { type JobSession, vmSessions } from "../../src/sandbox/estate/replication.ts";
import type { SessionView, VmView } from "../../src/sandbox/estate/session-view.ts";
import type { Moment } from "./em-past.ts";
import type { Length, Names, Statement, Subject, VmMark } from "./statements.ts";

/** What is asked at a moment. `people`: who has ordered or confirmed anything by then. */
export interface Known {
  readonly moment: Moment;
  readonly subject: Subject;
  readonly people: ReadonlySet<string>;
  /** When it is said; what is told as an age may be counted up to then. Default: at the moment. */
  readonly saidAt?: number;
  /** EM as it was before, by its clock as it is set at the moment. Default: the moment alone. */
  readonly earlier?: (at: number) => Moment;
  /** When EM was asked anything, where that is kept. */
  readonly asked?: readonly number[];
  /** So long before and after, in milliseconds, what moves evenly may have been read. */
  readonly slackMs: number;
  /** Clocks were moved meanwhile: any time will do, and lengths are not compared. */
  readonly isTimeLoose?: boolean;
}

type Of<Is extends Statement["is"]> = Extract<Statement, { is: Is }>;
type Judges = { readonly [Is in Statement["is"]]: (said: Of<Is>, known: Known) => boolean };

export const isTrue = (said: Statement, known: Known): boolean =>
  (judges[said.is] as (said: Statement, known: Known) => boolean)(said, known);

const SECOND_MS = 1_000;
const isNear = (one: number, other: number) => Math.abs(one - other) < SECOND_MS;
const near = (one: number, other: number, { isTimeLoose = false }: Known) =>
  isTimeLoose || isNear(one, other);
const fits = (length: Length, ms: number, { isTimeLoose = false }: Known, slackMs = 0) =>
  isTimeLoose || (ms + slackMs >= length.least && ms - slackMs < length.below);

/** As of any time from when it was read to when it was said. */
const fitsAge = (age: Length, from: number, known: Known) => {
  const { moment, saidAt = moment.at, slackMs } = known;
  const longest = Math.max(moment.at, saidAt) - from + slackMs;
  return known.isTimeLoose || (longest >= age.least && moment.at - from - slackMs < age.below);
};

/** Names as they are shown. */
const called = (name: string) => cleanText(name);

/** Whether a list names only these, each once. */
function isAmong({ text, more }: Names, all: readonly string[]): boolean {
  const longestFirst = all.toSorted((one, other) => other.length - one.length);
  const rest = longestFirst.reduce((left, name) => left.replace(name, "◆"), text);
  const named = rest.split("◆").length - 1;
  return /^(?:◆|, | and |\d+ more)*$/.test(rest) && named + more === all.length;
}

// Plans.

interface Named {
  readonly plan?: string;
  readonly tenant?: string;
}

function plansOf(named: Named, { moment, subject }: Known): Plan[] {
  const name = named.plan || subject.plan;
  const tenant = named.tenant ?? (named.plan ? undefined : subject.tenant);
  return moment.plans.filter(
    (plan) =>
      isCalled(plan, name) && (tenant === undefined || called(plan.tenant?.name ?? "") === tenant),
  );
}

/** A title tells the tenant behind the name. */
const isCalled = ({ name, tenant }: Plan, said: string | undefined) =>
  called(name) === said || (tenant && `${called(name)} of ${called(tenant.name)}` === said);

/** Where several plans have the name, of any of them. */
const ofSome = (named: Named, known: Known, holds: (plan: Plan) => boolean) =>
  plansOf(named, known).some(holds);

const pointsOf = (vm: string | undefined, { points }: Moment) =>
  vm === undefined ? [] : points(vm);

const stateOf = (vm: string | undefined, moment: Moment): string | undefined => {
  const points = pointsOf(vm, moment);
  return points.find(({ state }) => state !== "Ready")?.state ?? points[0]?.state;
};

const isOver = (vm: string | undefined, moment: Moment) =>
  ["Failover", "PermanentFailover"].includes(stateOf(vm, moment) ?? "");

const overIn = (plan: Plan, moment: Moment) => plan.vms.filter(({ vm }) => isOver(vm, moment));

const isOpen = ({ state }: SessionView) => state !== "Stopped";
const runsIn = ({ sessions }: Moment) => sessions.filter(isOpen);
const runsNow = (plan: Plan, moment: Moment) =>
  runsIn(moment).some(({ run }) => run.planId === plan.id);

/** Of a VM that runs from its replica: the run that brought it there. */
function bringerOf(vm: string, { runs, at }: Moment): Run | undefined {
  const endOf = (run: Run) =>
    courseOf(run).vms.find((one) => one.vm.vm === vm && one.result !== "Failed")?.endsAt ?? at + 1;
  return runs
    .filter((run) => run.kind === "cloud" && run.action === "start" && endOf(run) <= at)
    .toSorted((one, other) => endOf(other) - endOf(one))[0];
}

/** VMs that run from their replicas, without those that runs have brought there which still run. */
function overAside(moment: Moment): Set<string> {
  const cloud = moment.plans.filter(({ kind }) => kind === "cloud");
  const over = cloud.flatMap((plan) => overIn(plan, moment).map(({ vm = "" }) => vm));
  const running = new Set(runsIn(moment).map(({ run }) => run.planId));
  return new Set(over.filter((vm) => !running.has(bringerOf(vm, moment)?.planId ?? "")));
}

/** The runs of a plan that brought its VMs to where they run; for who undoes it, of any plan. */
function broughtUp(plan: Plan, { moment, subject }: Known): Run[] {
  const bringers = overIn(plan, moment).map(({ vm = "" }) => bringerOf(vm, moment));
  return bringers
    .filter((run) => run !== undefined)
    .filter(({ planId }) => subject.asks || planId === plan.id);
}

/** The plans whose runs are over and have brought VMs to where they run. */
function standingIn(moment: Moment): Plan[] {
  const brought = [...overAside(moment)].map((vm) => bringerOf(vm, moment)?.planId);
  return moment.plans.filter(({ id }) => brought.includes(id));
}

const overOf = (plans: readonly Plan[], moment: Moment) =>
  new Set(plans.flatMap((plan) => overIn(plan, moment).map(({ vm = "" }) => vm)));

const newestOf = (vm: string | undefined, moment: Moment) => pointsOf(vm, moment)[0]?.createdAt;

function oldestOf({ vms }: Plan, moment: Moment): number {
  return Math.min(...vms.map(({ vm }) => newestOf(vm, moment) ?? Number.POSITIVE_INFINITY));
}

const vmsNamed = (name: string, known: Known) =>
  plansOf({}, known).flatMap(({ vms }) => vms.filter((vm) => called(vm.name) === name));

// Runs.

/**
 * The run of the plan that the card may be about: the one whose times it tells, or the newest; one
 * that was ordered elsewhere is known by its session.
 */
function runOf(known: Known): Run | undefined {
  const { moment, subject } = known;
  const ids = new Set(plansOf({}, known).map(({ id }) => id));
  const { action, sent, begun, elsewhere = false } = subject;
  const all = moment.runs
    .filter(({ planId, hasSession }) => ids.has(planId) && (hasSession || !elsewhere))
    .filter((run) => action === undefined || action === "start" || run.action === action)
    .toReversed();
  const away = (run: Run) => Math.abs(courseOf(run).beginsAt - (begun ?? 0));
  const [nearest] = all.toSorted((one, other) => away(one) - away(other));
  if (begun !== undefined && nearest && away(nearest) < SECOND_MS) return nearest;
  const timed = all.find(
    ({ orderedAt }) => sent !== undefined && Math.abs(orderedAt - sent) < 60_000,
  );
  return timed ?? (begun === undefined ? all[0] : undefined);
}

const sessionOf = (known: Known): SessionView | undefined => {
  const run = runOf(known);
  return known.moment.sessions.find((one) => one.run.id === run?.id);
};

const viewOf = (name: string, known: Known): VmView | undefined =>
  sessionOf(known)?.vms.find(({ vm }) => called(vm.name) === name);

const isInRun = (name: string, known: Known) =>
  (runOf(known)?.vms.some((vm) => called(vm.name) === name) ?? false) ||
  plansSince(known).some(({ vms }) => vms.some((vm) => called(vm.name) === name));

const RAN_WELL = ["Success", "Warning"];
const isWell = ({ result = "" }: VmView) => RAN_WELL.includes(result);
const hasEnded = ({ state }: VmView) => state === "Stopped";

/**
 * Of a run that was ordered elsewhere: the plan as it was at any time since, as it is read once, and
 * may have been edited before and afterwards.
 */
function plansSince(known: Known): Plan[] {
  const { subject, moment, earlier } = known;
  if (!subject.elsewhere) return [];
  const from = runOf(known)?.orderedAt ?? moment.at;
  const edits = moment.edits
    .filter((at) => at > from && at <= moment.at)
    .flatMap((at) => [at - 1, at]);
  const moments = [moment, ...(earlier ? edits.map(earlier) : [])];
  return moments.flatMap((moment) => plansOf({}, { ...known, moment }));
}

/** Of a run that was ordered elsewhere: its VMs, and those of the plan. */
function sizesSince(known: Known): number[] {
  const own = runOf(known)?.vms.map(({ name }) => name) ?? [];
  return plansSince(known).flatMap(({ vms }) => {
    const all = new Set([...own, ...vms.map(({ name }) => name)]);
    return [vms.length, all.size];
  });
}

function sizeFits(of: number, known: Known): boolean {
  const run = runOf(known);
  const sizes = [run?.vms.length ?? of, sessionOf(known)?.vms.length, ...sizesSince(known)];
  return sizes.includes(of);
}

/** EM's replica shows that this run has done what it was to do. */
function isSeen(name: string, known: Known): boolean {
  const run = runOf(known);
  const own = run?.vms.find((vm) => called(vm.name) === name);
  if (!run || !own) return false;
  const isDone = courseOf(run).vms.some(
    ({ vm, endsAt }) => vm.vm === own.vm && endsAt <= known.moment.at,
  );
  const state = stateOf(own.vm, known.moment);
  if (state === undefined) return false;
  return isDone && (run.action === "start" ? isOver(own.vm, known.moment) : state !== "Failover");
}

const markFits: { readonly [Mark in VmMark]: (name: string, known: Known) => boolean } = {
  running: (name, known) => {
    const view = viewOf(name, known);
    return view !== undefined && !hasEnded(view);
  },
  stalled: (name, known) => markFits.running(name, known),
  waiting: (name, known) => isInRun(name, known) && viewOf(name, known) === undefined,
  well: (name, known) => {
    const view = viewOf(name, known);
    return view !== undefined && isWell(view);
  },
  warning: (name, known) => viewOf(name, known)?.result === "Warning",
  failed: (name, known) => viewOf(name, known)?.result === "Failed",
  seen: isSeen,
};

/** What stood so before its run, or what another run has made so since, proves nothing. */
function seenIn(known: Known): { least: number; most: number } {
  const run = runOf(known);
  const seen = (run?.vms ?? []).filter(({ name }) => isSeen(called(name), known));
  const isNew = ({ vm }: Run["vms"][number]) =>
    run?.action === "start" && !wasOver(vm, run.orderedAt, known) && !isInLater(vm, run, known);
  return { least: seen.filter(isNew).length, most: seen.length };
}

const isInLater = (vm: string, run: Run, { moment }: Known) =>
  moment.runs.some((one) => one.orderedAt > run.orderedAt && one.vms.some((own) => own.vm === vm));

function wasOver(vm: string, at: number, { moment }: Known): boolean {
  const changes = moment.runs.flatMap((run) =>
    courseOf(run)
      .vms.filter((one) => one.vm.vm === vm && one.endsAt <= at && one.result !== "Failed")
      .map(({ endsAt }) => ({ endsAt, isOver: run.action === "start" })),
  );
  return changes.sort((one, other) => one.endsAt - other.endsAt).at(-1)?.isOver ?? false;
}

const everyNamed = ({ named }: Names, holds: (name: string) => boolean) => named.every(holds);

const REPORTED: Readonly<Record<string, string>> = { success: "Success", "a warning": "Warning" };

function percentsOf(vm: string | undefined, known: Known): number[] {
  const replications = jobsOf(known).map(({ progress }) => progress);
  if (replications.length > 0) return replications;
  const session = sessionOf(known);
  if (!session) return [];
  if (vm !== undefined)
    return session.vms.filter((one) => called(one.vm.name) === vm).map(({ progress }) => progress);
  const sum = session.vms.reduce((all, one) => all + (hasEnded(one) ? 100 : one.progress), 0);
  const byVms = sum / Math.max(1, session.run.vms.length);
  return [
    Math.min(99, Math.floor(Math.max(session.progress, byVms))),
    ...(session.state === "Stopped" ? [100] : []),
  ];
}

/** What moves evenly has moved by so much at most, in percent a second of the shortest run. */
const PERCENT_A_SECOND = 5;

/** Of every job and policy: whether the last ended session failed, and since when they do. */
function failingJobs({ moment }: Known, kinds: readonly string[] = ["snapshot", "cdp"]) {
  const all = moment.replications().filter(({ job }) => kinds.includes(job.kind));
  const byJob = Map.groupBy(all, ({ job }) => job.name);
  return [...byJob].map(([job, sessions]) => {
    const ended = sessions.filter(({ state }) => state === "Stopped");
    const good = ended.findIndex(({ result }) => result !== "Failed");
    return {
      job,
      fails: good !== 0 && ended.length > 0,
      since: ended[(good < 0 ? ended.length : good) - 1]?.createdAt,
    };
  });
}

/** The session of the job that began when the card says, or the newest; several where times tell nothing. */
function jobsOf({ subject, moment, isTimeLoose }: Known): readonly JobSession[] {
  const { job, begun } = subject;
  const own = moment.replications().filter((session) => session.job.name === job);
  if (begun === undefined) return own.slice(0, 1);
  return isTimeLoose ? own : own.filter(({ createdAt }) => isNear(createdAt, begun));
}

const TASK_MARKS: Readonly<Record<string, string>> = {
  Success: "done",
  Warning: "warning",
  Failed: "failed",
};

/**
 * Those that EM reports as well ended; without such as its points contradict, once that is known; with such
 * of which EM has said nothing clear, where their points show them.
 */
function upIn(known: Known): VmView[][] {
  const all = sessionOf(known)?.vms ?? [];
  const well = all.filter(isWell);
  const isShown = ({ vm }: VmView) => isSeen(called(vm.name), known);
  const shown = all.filter((one) => isWell(one) || (one.result !== "Failed" && isShown(one)));
  return [well, well.filter(isShown), shown.filter(isShown)];
}

/** VMs of a run of which EM has not told how they went. */
const untoldIn = (known: Known): number =>
  (runOf(known)?.vms ?? []).filter(({ name }) => {
    const { result = "" } = viewOf(called(name), known) ?? {};
    return ![...RAN_WELL, "Failed"].includes(result);
  }).length;

function hasRecovered(
  { last, first, machine }: Of<"recovered">,
  vms: readonly VmView[],
  known: Known,
): boolean {
  const ends = vms.flatMap(({ endedAt }) => endedAt ?? []).sort((one, other) => one - other);
  const [firstAt = 0, lastAt = 0] = [ends[0], ends.at(-1)];
  const gap = first && { least: last.least - first.below, below: last.below - first.least };
  const { sent } = known.subject;
  const sentAt = sent ?? runOf(known)?.orderedAt ?? 0;
  return (
    (gap === undefined || fits(gap, lastAt - firstAt, known)) &&
    (machine === undefined ||
      fits(machine, lastAt - sentAt, known, sent === undefined ? LATE_MS : SECOND_MS))
  );
}

/** An order may be so long on its way. */
const LATE_MS = 60_000;

/** How old the points were from which these VMs run. */
const agesOfUsed = (vms: readonly VmView[], { moment }: Known) =>
  vms.flatMap(({ vm, createdAt }) => {
    const used = pointsOf(vm.vm, moment).find(({ id }) => id === vm.point?.id);
    return used ? [{ name: called(vm.name), ageMs: createdAt - used.createdAt }] : [];
  });

const judges: Judges = {
  "nothing over": (_, { moment }) => overAside(moment).size === 0,
  "over in all": ({ plan, plans = 1, vms, of }, known) => {
    const stand = standingIn(known.moment);
    if (stand.length !== plans || overOf(stand, known.moment).size !== vms) return false;
    const isIt = (one: Plan) => stand.includes(one) && one.vms.length === of;
    return plan === undefined || ofSome({ plan }, known, isIt);
  },
  "open runs": ({ count }, { moment }) => runsIn(moment).length === count,
  "open failures": ({ vms }, { moment }) =>
    everyNamed(vms, (name) =>
      runsIn(moment).some((session) =>
        session.vms.some((view) => called(view.vm.name) === name && view.result === "Failed"),
      ),
    ),
  "plan count": ({ count }, { moment }) => moment.plans.length === count,
  "last failed": ({ plan, begun }, known) => {
    const last = known.moment.sessions.find(({ result }) => result === "Failed");
    return (
      last !== undefined && called(last.run.planName) === plan && near(last.createdAt, begun, known)
    );
  },
  replications: ({ failing, of }, known) => {
    const kinds = [["snapshot", "cdp"], ["snapshot"], ["cdp"]] as const;
    return kinds.some((kinds) => {
      const jobs = failingJobs(known, kinds);
      return jobs.length === of && jobs.filter(({ fails }) => fails).length === failing;
    });
  },
  "replication fails": ({ job, since }, known) =>
    failingJobs(known).some(
      (one) => one.job === job && one.fails && near(one.since ?? 0, since, known),
    ),
  "plan over": ({ over, of, ...named }, known) =>
    ofSome(named, known, (plan) => {
      const are = overIn(plan, known.moment).length;
      return (of ?? plan.vms.length) === plan.vms.length && (over ?? plan.vms.length) === are;
    }),
  since: ({ at, ...named }, known) =>
    ofSome(named, known, (plan) =>
      broughtUp(plan, known).some((run) => near(courseOf(run).beginsAt, at, known)),
    ),
  "last well": ({ begun }, known) =>
    ofSome({}, known, (plan) => {
      const own = new Set(plan.vms.map(({ vm }) => vm));
      const last = known.moment.sessions.find(({ vms }) =>
        vms.some((view) => isWell(view) && own.has(view.vm.vm)),
      );
      return last !== undefined && near(last.createdAt, begun, known);
    }),
  down: ({ vms, ...named }, known) =>
    ofSome(named, known, (plan) =>
      everyNamed(vms, (name) =>
        plan.vms.some((vm) => called(vm.name) === name && !isOver(vm.vm, known.moment)),
      ),
    ),
  "session runs": (named, known) => ofSome(named, known, (plan) => runsNow(plan, known.moment)),
  plan: ({ kind, vms, names, ...named }, known) =>
    ofSome(named, known, (plan) => {
      const all = plan.vms.map(({ name }) => called(name));
      const isKind = kind === undefined || plan.kind === kind;
      return isKind && all.length === vms && (names === undefined || isAmong(names, all));
    }),
  age: ({ vm, age, ...named }, known) =>
    ofSome(named, known, (plan) => {
      const oldest = oldestOf(plan, known.moment);
      const isOldest =
        vm === "" ||
        plan.vms.some(
          (one) => called(one.name) === vm && newestOf(one.vm, known.moment) === oldest,
        );
      return isOldest && fitsAge(age, oldest, known);
    }),
  bare: ({ vms, ...named }, known) =>
    ofSome(named, known, (plan) =>
      everyNamed(vms, (name) =>
        plan.vms.some(
          (vm) => called(vm.name) === name && newestOf(vm.vm, known.moment) === undefined,
        ),
      ),
    ),
  point: ({ vm, age, at }, known) =>
    vmsNamed(vm, known).some((one) => {
      const newest = newestOf(one.vm, known.moment);
      if (newest === undefined) return false;
      const isAge = age === undefined || fitsAge(age, newest, known);
      return isAge && (at === undefined || near(at, newest, known));
    }),
  state: ({ vm, state }, known) =>
    vmsNamed(vm, known).some(
      (one) => known.moment.wordOf(stateOf(one.vm, known.moment), one.name) === state,
    ) ||
    (runOf(known)?.vms ?? []).some(
      (one) => called(one.name) === vm && stateOf(one.vm, known.moment) === state,
    ),
  "open run": ({ plan, up, of, begun }, known) =>
    runsIn(known.moment).some(
      (session) =>
        called(session.run.planName) === plan &&
        near(session.createdAt, begun, known) &&
        session.vms.filter(isWell).length === up &&
        of === known.moment.plans.find(({ id }) => id === session.run.planId)?.vms.length,
    ),
  session: ({ plan, says, begun, took, vms, id }, known) =>
    known.moment.sessions.some((session) => {
      const isIt =
        id === undefined
          ? called(session.run.planName) === known.subject.plan
          : session.run.id === id;
      const word = session.state === "Stopped" ? session.result : session.state;
      const ms = (session.endedAt ?? 0) - session.createdAt;
      return (
        isIt &&
        near(session.createdAt, begun, known) &&
        word === says &&
        (plan === undefined || called(session.run.planName) === plan) &&
        (took === undefined ? session.endedAt === undefined : fits(took, ms, known)) &&
        (vms ?? 0) === session.vms.length
      );
    }),
  tally: ({ well, of }, known) =>
    sizeFits(of, known) && (sessionOf(known)?.vms ?? []).filter(isWell).length === well,
  warned: ({ count }, known) =>
    (sessionOf(known)?.vms ?? []).filter(({ result }) => result === "Warning").length === count,
  marked: ({ mark, vms }, known) =>
    known.subject.plan === undefined && mark === "failed"
      ? isTrue({ is: "open failures", vms }, known)
      : everyNamed(vms, (name) => markFits[mark](name, known)),
  took: ({ vm, length }, known) => {
    const view = viewOf(vm, known);
    return view?.endedAt !== undefined && fits(length, view.endedAt - view.createdAt, known);
  },
  progress: ({ vm, percent }, known) => {
    const slack = Math.ceil((known.slackMs / SECOND_MS) * PERCENT_A_SECOND);
    return percentsOf(vm, known).some((one) => Math.abs(one - percent) <= slack);
  },
  confirmed: ({ seen, of }, known) => {
    const all = runOf(known)?.vms.length ?? 0;
    const { least, most } = seenIn(known);
    const are = seen ?? all;
    return are >= least && are <= most && (of ?? all) === all;
  },
  reported: ({ result }, known) => {
    const session = sessionOf(known);
    if (session) return session.result === REPORTED[result];
    const run = runOf(known);
    return run?.hasSession === false && !run.refused && result === "success";
  },
  "all failed": ({ of }, known) =>
    sizeFits(of, known) &&
    (sessionOf(known)?.vms ?? []).filter(({ result }) => result === "Failed").length === of,
  failed: (_, known) =>
    runOf(known)?.refused !== undefined || sessionOf(known)?.result === "Failed",
  "not seen": ({ vms }, known) =>
    runOf(known)?.action !== "start" || everyNamed(vms, (name) => !isSeen(name, known)),
  /** What a run ordered elsewhere was to do, nobody knows. */
  shown: ({ vms }, known) => {
    const own = runOf(known)?.action === "start" ? "Failover" : "Ready";
    const states = known.subject.elsewhere ? ["Failover", "Ready"] : [own];
    return states.some((state) =>
      everyNamed(vms, (vm) => isTrue({ is: "state", vm, state }, known)),
    );
  },
  "data from": ({ at }, known) =>
    known.isTimeLoose ||
    (at <= known.moment.at && (known.asked?.some((one) => isNear(one, at)) ?? true)),
  begun: ({ at }, known) =>
    near(
      (known.subject.job ? jobsOf(known)[0]?.createdAt : courseOfRun(known)?.beginsAt) ?? 0,
      at,
      known,
    ),
  ran: ({ length, from }, known) => {
    const session = known.subject.job ? jobsOf(known)[0] : sessionOf(known);
    if (!session || !near(session.createdAt, from, known)) return false;
    const { endedAt } = session;
    return fits(
      length,
      (endedAt ?? known.moment.at) - session.createdAt,
      known,
      endedAt === undefined ? known.slackMs : 0,
    );
  },
  sent: ({ at }, known) =>
    Math.abs((runOf(known)?.orderedAt ?? 0) - at) <= Math.max(SECOND_MS, known.slackMs) ||
    (known.asked?.some((when) => near(when, at, known)) ?? false),
  recovered: (said, known) => {
    const all = runOf(known)?.vms.length;
    return (
      (said.of ?? all) === all &&
      (said.unknown ?? 0) <= untoldIn(known) &&
      upIn(known).some((vms) => (said.up ?? all) === vms.length && hasRecovered(said, vms, known))
    );
  },
  lost: ({ vm, length }, known) =>
    upIn(known).some((vms) => {
      const ages = agesOfUsed(vms, known);
      const oldest = Math.max(...ages.map(({ ageMs }) => ageMs));
      const isIt = ages.some(({ name, ageMs }) => ageMs === oldest && (vm ?? name) === name);
      return isIt && fits(length, oldest, known);
    }),
  "lost of some": ({ vm, length }, known) =>
    upIn(known).some((vms) =>
      agesOfUsed(vms, known).some(({ name, ageMs }) => name === vm && fits(length, ageMs, known)),
    ),
  "of tenant": ({ tenant }, known) => plansOf({ tenant }, known).length > 0,
  by: ({ people }, known) => everyNamed(people, (name) => known.people.has(name)),
  replicating: ({ says }, known) =>
    jobsOf(known).some(({ state, result }) => (state === "Stopped" ? result : state) === says),
  replicated: ({ vm, mark }, known) =>
    vmSessions(jobsOf(known)).some(
      (one) =>
        one.vm === vm && mark === (one.state === "InProgress" ? "running" : TASK_MARKS[one.result]),
    ),
  "started elsewhere": ({ plan }, { moment }) =>
    moment.runs.some((run) => called(run.planName) === plan),
};

function courseOfRun(known: Known) {
  const run = runOf(known);
  return run && courseOf(run);
}
