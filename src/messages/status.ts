/** What a war-room asks first: where production runs, what is under way, what went wrong. */

import { duration } from "../chat/duration.ts";
import type { Card, Line, Span } from "../chat/port.ts";
import { readOf } from "../em/optional.ts";
import { isOf } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession } from "../em/types.ts";
import type { EstateFacts } from "../estate/facts.ts";
import type { StandingPlan } from "../estate/standing-plans.ts";
import type { Action } from "../records/watch.ts";
import { planWords } from "../typed/plan-name.ts";
import { actionWords, ofAnyRun } from "./actions.ts";
import { ageLines } from "./ages.ts";
import { sessionMark, sessionWords, wrongIn } from "./lists.ts";
import { replicationHealthLines } from "./replication-health.ts";
import { standingLine, standingTitle } from "./standing.ts";
import { unreadLines } from "./unread.ts";
import { at, count, list, plainWord, quoted, sentence, type } from "./words.ts";

export interface StatusFacts extends EstateFacts {
  readonly origin: string;
  readonly sandbox: boolean;
  /** Name and version of the bot. */
  readonly bot: string;
  /** Of the open ones. */
  readonly followed?: readonly Followed[];
  /** Plans that were ordered through this bot, and of which EM shows no session yet. */
  readonly ordered?: readonly string[];
}

/** An open session that this bot watches. */
export interface Followed {
  readonly session: string;
  readonly watch: string;
  /** Of the order that made it; absent where somebody else started it. */
  readonly action?: Action;
  /** Where its card can be opened, if its platform has such addresses. */
  readonly link?: string;
}

/** Fewer while something is under way, as that comes first. */
const MOST_AGES = 5;
const MOST_AGES_IN_A_RUN = 2;
const MOST_RUNS = 10;
const MOST_STANDING = 10;

export function statusCard(facts: StatusFacts, now: number): Card {
  const isBusy = isUnderWay(facts);
  const standing = standingBeside(facts);
  return {
    tone: isBusy ? "running" : standing.length > 0 ? "warning" : "plain",
    title: titleOf(facts),
    lines: [
      ...(facts.sandbox ? ["This is the sandbox: nothing is real."] : []),
      ...estateLines(facts),
      ...unreadLines(facts),
      ...standingLines(standing, allPlans(facts)),
      ...orderedLines(facts),
      ...runsLines(facts),
      ...failedLines(facts),
      ...replicationHealthLines(facts.replications),
      ...ageLines(facts, now, isBusy ? MOST_AGES_IN_A_RUN : MOST_AGES),
    ],
    next: nextOf(facts),
    footer: `${emWords(facts)} · ${facts.bot}`,
  };
}

const openOf = ({ open }: StatusFacts) => readOf(open) ?? [];
const allPlans = ({ plans }: Pick<StatusFacts, "plans">) => readOf(plans)?.plans ?? [];

const isUnderWay = (facts: StatusFacts) => openOf(facts).length + (facts.ordered ?? []).length > 0;

/** A plan that runs right now is told among the runs. */
function standingBeside(facts: StatusFacts): readonly StandingPlan[] {
  const plans = allPlans(facts);
  const runs = ({ plan }: StandingPlan) =>
    openOf(facts).some((session) => isOf(plan, session, plans) === "yes");
  return (readOf(facts.standing) ?? []).filter((one) => !runs(one));
}

/** What is well is said where nothing else is: a part that is not named was not looked at. */
function titleOf(facts: StatusFacts): string {
  const { standing, open, ordered = [] } = facts;
  const found = [
    ...standingTitle(standingBeside(facts)),
    ...runsTitle(openOf(facts)),
    ...(ordered.length > 0 ? [`${count(ordered.length, "order")} under way`] : []),
  ];
  const unread = [
    ...(standing.is === "unread" ? ["what is failed over cannot be read"] : []),
    ...(open.is === "unread" ? ["what runs cannot be read"] : []),
  ];
  const quiet = [
    ...(standing.is === "read" ? ["nothing is failed over"] : []),
    ...(open.is === "read" ? ["no failover runs"] : []),
  ];
  return firstUpper([...found, ...unread, ...(found.length > 0 ? [] : quiet)].join("; "));
}

const firstUpper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function runsTitle(open: readonly FailoverSession[]): string[] {
  if (open.length === 0) return [];
  const failed = open.flatMap(wrongIn).map(({ vm }) => vm);
  const wrong = failed.length === 0 ? "" : `, ${list(failed, 3)} failed`;
  return [`${count(open.length, "failover")} running${wrong}`];
}

const estateLines = ({ estate }: StatusFacts): Line[] =>
  estate.is === "unread" ? [`Not read: what EM is. ${sentence(estate.why.brief)}`] : [];

function standingLines(standing: readonly StandingPlan[], plans: readonly FailoverPlan[]): Line[] {
  const left = standing.length - MOST_STANDING;
  return [
    ...standing.slice(0, MOST_STANDING).map((one) => standingLine(one, plans)),
    ...(left > 0 ? [[`… and ${count(left, "plan")} more; `, type("plans"), " shows each."]] : []),
  ];
}

function nextOf(facts: StatusFacts): Line {
  const { followed = [], ordered = [], plans } = facts;
  const open = openOf(facts);
  const strange = open.find(({ id }) => !followed.some(({ session }) => session === id));
  const known = followed.find(({ session }) => open.some(({ id }) => id === session));
  if (strange) return [type(`watch ${strange.id}`), " follows ", quoted(strange.name), " here."];
  if (known) return [type(`watch ${known.watch}`), " follows it here."];
  if (ordered.length > 0) return [type("watches"), " shows what is followed."];
  const [first] = standingBeside(facts);
  if (first) return [type(`status ${words(first, facts)}`), " shows its VMs and what can be done."];
  return plans.is === "read"
    ? [type("plans"), " lists what can be started."]
    : [type("doctor"), " looks for the cause."];
}

const words = ({ plan }: StandingPlan, facts: StatusFacts) => planWords(plan, allPlans(facts));

function orderedLines({ ordered = [] }: StatusFacts): Line[] {
  if (ordered.length === 0) return [];
  const names = list(ordered.map(quoted));
  return [[`Ordered through this bot, no session in EM yet: ${names}.`]];
}

function emWords({ origin, sandbox, estate }: StatusFacts): string {
  const who = `Enterprise Manager (EM) ${sandbox ? "of the sandbox" : origin}`;
  if (estate.is === "unread") return who;
  const { backupServers, versions, cloud, answeredInMs } = estate.value;
  const servers = backupServers.map(({ name, version }) => (version ? `${name} ${version}` : name));
  const newest = versions.at(-1);
  return [
    `${who} answered in ${duration(answeredInMs)}`,
    ...(newest ? [`API ${newest}`] : []),
    `backup servers: ${list(servers) || "none shown"}`,
    ...(cloud ? [] : ["no Cloud Connect"]),
  ].join(" · ");
}

/** Those with something wrong first. */
function runsLines(facts: StatusFacts): Line[] {
  const open = openOf(facts);
  const shown = [...open].sort((a, b) => wrongIn(b).length - wrongIn(a).length).slice(0, MOST_RUNS);
  const left = open.length - shown.length;
  return [
    ...shown.map((session) => runLine(session, facts)),
    ...(left > 0 ? [[`… and ${left} more: `, type("sessions"), " lists the newest."]] : []),
  ];
}

/** Of how many VMs: the plan's, as EM's session names no more than those that it has begun. */
function runLine(session: FailoverSession, facts: StatusFacts): Line {
  const { name, vms, createdAt, state } = session;
  const plans = allPlans(facts);
  const plan = plans.find((one) => isOf(one, session, plans) === "yes");
  const of = Math.max(vms.length, plan?.vms.length ?? 0);
  const up = vms.filter(({ result }) => result === "Success" || result === "Warning").length;
  const wrong = list(wrongIn(session).map(({ vm }) => vm));
  const followed = (facts.followed ?? []).find((one) => one.session === session.id);
  return [
    { strong: name },
    vms.length > 0 ? `: ${up} of ${of} ${wordsLike(followed).vm}` : `: ${plainWord(state)}`,
    wrong === "" ? "" : `, failed: ${wrong}`,
    ", begun ",
    at(createdAt),
    ...followedWords(followed),
  ];
}

/** The words of its own card. */
const wordsLike = (followed: Followed | undefined) =>
  followed?.action === undefined ? ofAnyRun : actionWords[followed.action];

function followedWords(followed: Followed | undefined): Span[] {
  if (!followed) return [];
  return followed.link
    ? ["; followed: ", { link: followed.link, text: "open its card" }]
    : ["; followed as ", followed.watch];
}

function failedLines({ lastFailed }: StatusFacts): Line[] {
  return lastFailed
    ? [
        [
          "Last failed: ",
          { strong: lastFailed.name },
          " ",
          at(lastFailed.createdAt),
          lastFailed.failureMessage ? `: ${lastFailed.failureMessage}` : "",
        ],
      ]
    : [];
}

export function sessionCard(session: FailoverSession): Card {
  const words = sessionWords(session);
  return {
    tone: session.state === "Stopped" ? "plain" : "running",
    title: `Failover session of ${quoted(session.name)}`,
    lines: [words],
    rows: session.vms.map((vm) => ({
      mark: sessionMark(vm),
      name: vm.vm,
      detail: `${plainWord(vm.state === "Stopped" ? vm.result : vm.state)}${vm.failureMessage ? `: ${vm.failureMessage}` : ""}`,
    })),
    next:
      session.state === "Stopped"
        ? "It has ended; EM's word alone, its replica points were not read."
        : [type(`watch ${session.id}`), " follows it."],
  };
}
