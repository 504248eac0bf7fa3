/** The root card of a run: always the present. */
import { duration } from "../chat/duration.ts";
import type { Button, Card, Line, Mark, Row, Span, Tone } from "../chat/port.ts";
import { hasEnded } from "../watch/session.ts";
import type { Phase, VmView, Watch } from "../watch/watch.ts";
import { actionWords } from "./actions.ts";
import { endLines, endTone, endWords, wordsOf } from "./end.ts";
import { ago, at, count, list, people, quoted, sentence, spans, type, who } from "./words.ts";

export function runCard(watch: Watch, now: number): Card {
  const percent = percentOf(watch);
  const buttons = buttonsOf(watch);
  return {
    tone: toneOf(watch),
    title: `${runName(watch)}: ${headline(watch)}`,
    ...(percent === undefined ? {} : { percent }),
    lines: [...origin(watch), ...presently(watch, now), ...trouble(watch)],
    rows: rowsOf(watch, now),
    next: nextStep(watch),
    footer: [...lastWords(watch), ` · ${watch.id}`],
    ...(buttons.length > 0 ? { buttons } : {}),
  };
}

/** So many rows stay readable on a card; of a larger plan all VMs can be asked for. */
const MANY_VMS = 20;

function buttonsOf({ phase, id, vms }: Watch): Button[] {
  if (phase.is === "ended") return [];
  const all: Button[] =
    vms.length > MANY_VMS ? [{ label: "Show all VMs", token: `vms:${id}`, style: "plain" }] : [];
  return [{ label: "Stop watching", token: `unwatch:${id}`, style: "plain" }, ...all];
}

/** Every VM by name, the worst first: for whoever presses for it on the card of a large plan. */
export function allVmsCard(watch: Watch): Card {
  const groups = worstFirst.flatMap((mark) => {
    const names = watch.vms.filter((vm) => vm.mark === mark).map(({ name }) => name);
    return names.length > 0 ? [`${mark} (${names.length}): ${names.join(", ")}`] : [];
  });
  return {
    tone: "plain",
    title: `All ${count(watch.vms.length, "VM")} of ${quoted(watch.subject.name)}: ${headline(watch)}`,
    lines: groups,
    footer: ["As of ", at(watch.seenAt)],
  };
}

/** Of a run whose end is not known, only the watching has ended. */
function lastWords({ phase, seenAt, session }: Watch): Span[] {
  if (phase.is !== "ended") return ["Checked ", ago(seenAt)];
  const isKnown = phase.how.is !== "lost" && phase.how.is !== "taken";
  return isKnown ? ["Ended ", at(session?.endedAt ?? phase.at)] : ["Watched until ", at(phase.at)];
}

const runNoun = ({ order }: Watch) =>
  order ? actionWords[order.action].noun : "Failover started elsewhere, plan";

/** With the tenant where another plan has the same name. */
export function runName(watch: Watch): string {
  const { name, shared, tenant } = watch.subject;
  return `${runNoun(watch)} ${quoted(name)}${shared && tenant ? ` of ${tenant}` : ""}`;
}

/** How it stands, in a few words. */
export function headline(watch: Watch): string {
  const isSilent = watch.silence !== undefined && watch.phase.is !== "ended";
  return isSilent ? `EM is silent; last seen: ${standing(watch)}` : standing(watch);
}

function standing(watch: Watch): string {
  const { phase } = watch;
  switch (phase.is) {
    case "ordered":
      return "EM has taken the order";
    case "looking":
      return "looking for its session";
    case "following":
      return vmsStanding(watch);
    case "checking":
      return `EM reports ${clearResult(watch) ?? "the end"}, not yet confirmed`;
    case "ended":
      return endWords(watch, phase.how);
    default:
      return phase satisfies never;
  }
}

const clearResult = ({ session }: Watch) =>
  session?.result === "Success" || session?.result === "Warning" ? session.result : undefined;

function vmsStanding({ vms }: Watch): string {
  const ended = vms.filter(({ mark }) => hasEnded(mark)).length;
  const failed = vms.filter(({ mark }) => mark === "failed").length;
  if (vms.length === 0) return "running";
  return `${ended} of ${count(vms.length, "VM")} ended${failed > 0 ? `, ${failed} failed` : ""}`;
}

function toneOf(watch: Watch): Tone {
  const { phase, vms, silence, session } = watch;
  if (phase.is === "ended") return endTone(phase.how);
  const bad =
    silence !== undefined ||
    session?.stalled ||
    vms.some(({ mark }) => mark === "failed" || mark === "stalled");
  return bad ? "warning" : "running";
}

/** EM's own percentage often stays 0, so ended VMs count too. */
function percentOf({ phase, session, vms }: Watch): number | undefined {
  if (phase.is === "ordered" || phase.is === "looking" || !session) return undefined;
  if (phase.is === "ended" && (phase.how.is === "failed" || phase.how.is === "lost")) return undefined;
  if (phase.is !== "following") return 100;
  const byVms =
    vms.length === 0
      ? 0
      : vms.reduce((sum, vm) => sum + (hasEnded(vm.mark) ? 100 : vm.progress), 0) / vms.length;
  return Math.min(99, Math.floor(Math.max(session.progress, byVms)));
}

function origin({ order, subject, since }: Watch): Line[] {
  const tenant = subject.tenant ? `Tenant ${subject.tenant}. ` : "";
  if (!order) return [[`${tenant}Not ordered through this bot; first seen `, at(since), "."]];
  const approved: Line = ["confirmed by ", ...people(order.approvedBy)];
  const points: Line =
    order.from.points === "latest"
      ? "; latest restore points"
      : ["; restore points before ", at(order.from.at)];
  return [
    [
      `${tenant}Asked by `,
      who(order.by),
      ", ",
      ...spans(approved),
      ", sent ",
      at(order.sentAt),
      ...(order.action === "start" ? spans(points) : []),
      ".",
    ],
  ];
}

function presently(watch: Watch, now: number): Line[] {
  const { phase, session } = watch;
  const ran = session ? timeRun(session.createdAt, session.endedAt, watch, now) : undefined;
  switch (phase.is) {
    case "ordered":
      return [orderedWords(watch, phase.at)];
    case "looking":
      return [lookingWords(phase)];
    case "following":
      return [[...(ran ? spans(ran) : ["The session is running."]), ...remaining(watch, now)]];
    case "checking":
      return [
        ...(ran ? [ran] : []),
        [
          "EM says that the session has ended. The replica points do not show it yet; I read them until ",
          at(phase.until),
          ".",
        ],
      ];
    case "ended":
      return [...(ran ? [ran] : []), ...endLines(watch, phase.how)];
    default:
      return phase satisfies never;
  }
}

function orderedWords({ subject }: Watch, since: number): Line {
  const none =
    subject.kind === "ordinary"
      ? ". Its API shows no progress of ordinary plans."
      : "; its session is not there yet.";
  return ["EM has been working on the order since ", at(since), none];
}

function timeRun(createdAt: number, endedAt: number | undefined, { order, phase }: Watch, now: number): Line {
  if (endedAt !== undefined)
    return ["Ran ", duration(Math.max(0, endedAt - createdAt)), ", from ", at(createdAt), "."];
  if (phase.is === "ended") return ["Begun ", at(createdAt), "."];
  return [
    "Running since ",
    at(createdAt),
    `, for ${duration(Math.max(0, now + skewOf(order) - createdAt))}.`,
  ];
}

function lookingWords(phase: Extract<Phase, { is: "looking" }>): Line {
  const since: Line = ["; looking for its session since ", at(phase.since), ". The order is not sent again."];
  if (phase.why === "answer-lost")
    return ["EM's answer to the order was lost, so it may or may not have been carried out", ...since];
  if (phase.why === "task-lost")
    return ["EM no longer knows the task of this order (its logon has ended)", ...since];
  return ["EM has finished the task and named no session", ...since];
}

/** By the pace so far; nothing is said before there is something to go by. */
function remaining(watch: Watch, now: number): Line {
  const percent = percentOf(watch) ?? 0;
  const { session, order } = watch;
  if (!session || percent < LEAST_PERCENT || trouble(watch).length > 0) return [];
  const ranMs = Math.max(0, now + skewOf(order) - session.createdAt);
  const leftMs = (ranMs * (100 - percent)) / percent;
  return [` At this pace about ${duration(Math.ceil(leftMs / 60_000) * 60_000)} to go.`];
}

/** EM's clock minus ours when the order was sent. */
const skewOf = (order: Watch["order"]) => (order ? order.sentAtEm - order.sentAt : 0);

function trouble({ silence, vms, session, phase }: Watch): Line[] {
  if (phase.is === "ended") return [];
  const stalled = vms.filter(({ mark }) => mark === "stalled");
  return [
    ...(silence
      ? [
          [
            "EM has not answered since ",
            at(silence.since),
            `: ${sentence(silence.why)} What stands here is from then.`,
          ],
        ]
      : []),
    ...(stalled.length > 0 ? [`No change for long: ${list(stalled.map(({ name }) => name))}.`] : []),
    ...(session?.stalled ? [["Nothing in this session has changed since ", at(session.changedAt), "."]] : []),
    ...(phase.is === "ordered" && phase.stalled ? ["That is long."] : []),
  ] as Line[];
}

/** Before this much progress the pace says nothing. */
const LEAST_PERCENT = 10;

const worstFirst: readonly Mark[] = ["failed", "stalled", "unknown", "warning", "running", "waiting", "done"];

function rowsOf(watch: Watch, now: number): Row[] {
  if (watch.subject.kind === "ordinary") return [];
  return [...watch.vms]
    .sort((a, b) => worstFirst.indexOf(a.mark) - worstFirst.indexOf(b.mark))
    .map((vm) => rowOf(watch, vm, now));
}

/** A VM that EM has not named waits for its turn no longer once all is over; an undo may name none. */
function rowOf(watch: Watch, vm: VmView, now: number): Row {
  const { phase, session } = watch;
  const { name, mark } = vm;
  const done = wordsOf(watch).vm;
  const isOver = phase.is === "checking" || phase.is === "ended";
  if (!isOver || mark !== "waiting") return { mark, name, detail: vmDetail(vm, done, now) };
  return phase.is === "ended" && phase.how.is === "confirmed" && !session
    ? { mark: "done", name, detail: done }
    : { mark: "unknown", name, detail: "EM has said nothing of it" };
}

function vmDetail(vm: VmView, done: string, now: number): Line {
  const words = vmWords(vm, done, now);
  if (!vm.message) return words;
  return words === "" ? vm.message : [...spans(words), `: ${vm.message}`];
}

/** Beside the mark, whose word every platform shows as well. */
function vmWords({ mark, progress, changedAt, startedAt, endedAt }: VmView, done: string, now: number): Line {
  const took =
    startedAt !== undefined && endedAt !== undefined
      ? `after ${duration(Math.max(0, endedAt - startedAt))}`
      : "";
  switch (mark) {
    case "waiting":
      return "";
    case "running":
      return progress > 0 ? `${progress} %` : "";
    case "stalled":
      return [`no change for ${duration(now - changedAt)}, at ${progress} %`];
    case "done":
    case "warning":
      return `${done} ${took}`.trim();
    case "failed":
      return took;
    case "unknown":
      return "no clear result";
    default:
      return mark satisfies never;
  }
}

function isStuck({ phase, vms, session }: Watch): boolean {
  const isTaskStuck = phase.is === "ordered" && phase.stalled === true;
  return isTaskStuck || session?.stalled === true || vms.some(({ mark }) => mark === "stalled");
}

function nextStep(watch: Watch): Line {
  const { phase, subject, order } = watch;
  if (phase.is !== "ended" && isStuck(watch))
    return "Look in the Veeam console what holds it up. It is watched on; the end is posted here.";
  if (phase.is !== "ended")
    return ["Leave it to run; the end is posted here. ", type("status"), " shows everything else."];
  switch (phase.how.is) {
    case "confirmed":
      return order ? actionWords[order.action].afterwards : "Look in the Veeam console for what was done.";
    case "reported":
      return [
        "Check the VMs in the Veeam console. ",
        type(`status ${quoted(subject.name)}`),
        " reads EM again.",
      ];
    case "taken":
      return "Follow it in the Veeam console.";
    case "contradicted":
    case "failed":
      return "Look in the Veeam console: its log says more than the API.";
    case "lost":
      return [
        "Look in the Veeam console before anything is started again. ",
        type("sessions"),
        " shows what EM lists.",
      ];
    default:
      return phase.how satisfies never;
  }
}
