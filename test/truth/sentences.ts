/**
 * The bot's sentences, and what each states: one table. A text is read phrase by phrase from its
 * beginning; what no phrase knows is "not read", so that new words cannot pass unread.
 */
import type { Card } from "../../src/chat/port.ts";
import { type Part, partsOf } from "./exact-text.ts";
import {
  lengthOf,
  type Names,
  namesOf,
  type Statement,
  type Subject,
  type VmMark,
} from "./statements.ts";

type Groups = Readonly<Record<string, string | undefined>>;

interface Phrase {
  readonly in: readonly Part["part"][];
  /** From where the last phrase ended. */
  readonly words: RegExp;
  /** Nothing where it is no statement about the estate. */
  readonly says?: (found: Groups, part: Part) => Statement[];
  /** What this line alone is about. */
  readonly about?: (found: Groups) => Subject;
}

const text = (found: Groups, name: string) => found[name] ?? "";
const num = (found: Groups, name: string) => Number(found[name]);
const maybe = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
const numIf = (found: Groups, name: string) =>
  found[name] === undefined ? undefined : Number(found[name]);

/** `5 of 6 VMs` or `6 VMs`. */
const VMS = "(?:(?<n>\\d+) of )?(?<m>\\d+) VMs?";
const AT = "⟨(?<at>\\d+)⟩";
const TOOK = "\\d+ (?:ms|s|min|h|days?)(?: \\d+ (?:s|min|h))?";
const re = (pattern: string) => new RegExp(`^(?:${pattern})`, "u");

const overOf = (found: Groups) => ({
  over: numIf(found, "n") ?? num(found, "m"),
  of: num(found, "m"),
});
const marked = (mark: VmMark, names: string): Statement => ({
  is: "marked",
  mark,
  vms: namesOf(names),
});
const ofPlan = (found: Groups) => ({
  ...maybe("plan", found.plan),
  ...maybe("tenant", found.tenant),
});

const titles = ["title"] as const;
const lines = ["line"] as const;
const rows = ["row"] as const;
const notes = ["title", "line"] as const;

/** How a run stands, before its name; what is beside that in brackets. */
const RUN_TITLE = new RegExp(
  `^(?:Nobody watches now: |No longer watched here: )?(?:(?<state>${[
    "EM (?:has|takes|is silent|does not show|reports)[^:]*|EM's (?:answer|task)[^:]*|Stop ordered[^:]*|Looking [^:]*",
    "[^:]* (?:failed|stalled|up|tested|undone|ended well|starting|moves?)(?: with a warning| again)?(?:, [^:]*)?",
    "Starting|Testing|Undoing|Begun|In progress|Nothing moves|(?:Lost|Not known whether it began)[^:]*|No session seen [^:]*",
    "(?:Approved|Not (?:started|tested|undone|stopped|approved|possible)|Outcome not|Cancelled by you)[^:]*",
    "(?:Asked for|Runs|Held by|Somebody else must)[^:]*",
    "Failed(?! over now)[^:]*|Tested[^:]*|Undone[^:]*|Ended[^:]*|Working[^:]*|Being watched",
  ].join(
    "|",
  )}): )?(?<of>test of |undo of |stop of )?(?<name>.+?)(?<elsewhere>, not started by this bot)?(?: \\((?<tally>(?:last seen: |\\d+ of \\d+ ).*)\\))?$`,
  "u",
);

/** Only what says how a run or a replication stands has its name at the end. */
function runTitleOf(title: string): Groups | undefined {
  const found = RUN_TITLE.exec(title)?.groups;
  const isOne = found?.state !== undefined || /^(?:Nobody|No longer) watche[sd]/u.test(title);
  return isOne ? found : undefined;
}

/** Without the name, which is no phrase. */
function titleWords(title: string): string {
  const found = runTitleOf(title);
  if (!found) return title;
  const kind = JOB.test(text(found, "name")) ? "replication; " : "";
  return `${kind}${[found.state, found.tally].filter(Boolean).join("; ")}`;
}

/** How many VMs, by their name or their number. */
const someMarked =
  (mark: VmMark) =>
  ({ vms = "" }: Groups): Statement[] =>
    /^\d+ VMs?$/.test(vms) ? [] : [marked(mark, vms)];

/** Of a plan and of the whole estate. */
const standing: readonly Phrase[] = [
  {
    in: titles,
    words: re(`[Ff]ailed over now: (?<k>\\d+) plans \\((?<m>\\d+) VMs?\\)`),
    says: (found) => [{ is: "over in all", plans: num(found, "k"), vms: num(found, "m") }],
  },
  {
    in: titles,
    words: re(`[Ff]ailed over now: (?<plan>.+?) \\(${VMS}\\)`),
    says: (found) => [
      {
        is: "over in all",
        plan: text(found, "plan"),
        vms: overOf(found).over,
        of: num(found, "m"),
      },
    ],
  },
  { in: titles, words: re("[Nn]othing is failed over"), says: () => [{ is: "nothing over" }] },
  { in: titles, words: re("[Nn]o failover runs"), says: () => [{ is: "open runs", count: 0 }] },
  {
    in: titles,
    words: re("(?<k>\\d+) failovers? running"),
    says: (found) => [{ is: "open runs", count: num(found, "k") }],
  },
  {
    in: titles,
    words: re(`(?<k>\\d+) failover plans?(?= with "|$|,)`),
    says: (found, part) =>
      / with "/.test(part.text) ? [] : [{ is: "plan count", count: num(found, "k") }],
  },
  {
    in: lines,
    words: re(`«(?<plan>.+?)»(?: of (?<tenant>.+?))?: ${VMS} failed over`),
    says: (found) => [{ is: "plan over", ...ofPlan(found), ...overOf(found) }],
    about: ofPlan,
  },
  {
    in: lines,
    words: re(`${VMS} run from their replicas`),
    says: (found) => [{ is: "plan over", ...overOf(found) }],
  },
  { in: lines, words: re(`since ${AT}`), says: (found) => [{ is: "since", at: num(found, "at") }] },
  {
    in: ["line", "row"],
    words: re("(?<vms>[^;·]+?) (?:is|are) not up"),
    says: (found) => [{ is: "down", vms: namesOf(text(found, "vms")) }],
  },
  {
    in: lines,
    words: re(
      `«(?<plan>.+?)»: (?<up>\\d+) of (?<m>\\d+) (?:up|tested|undone|ended well)(?:, failed: (?<vms>.+?))?, begun ${AT}`,
    ),
    says: (found) => [
      {
        is: "open run",
        plan: text(found, "plan"),
        up: num(found, "up"),
        of: num(found, "m"),
        begun: num(found, "at"),
      },
      ...(found.vms === undefined
        ? []
        : [{ is: "open failures" as const, vms: namesOf(found.vms) }]),
    ],
  },
  {
    in: lines,
    words: re(`Last failed: «(?<plan>.+?)» ${AT}(?:: .+)?$`),
    says: (found) => [{ is: "last failed", plan: text(found, "plan"), begun: num(found, "at") }],
  },
  {
    in: lines,
    words: re(
      "Replication: the last run of (?<m>\\d+) jobs? (?:and|or) polic(?:ies|y) did not fail",
    ),
    says: (found) => [{ is: "replications", failing: 0, of: num(found, "m") }],
  },
  {
    in: lines,
    words: re("Replication: the last run of (?<n>\\d+) of (?<m>\\d+) jobs and policies failed"),
    says: (found) => [{ is: "replications", failing: num(found, "n"), of: num(found, "m") }],
  },
  {
    in: lines,
    words: re(`Replication «(?<job>.+?)» fails since ${AT}(?:: .+)?$`),
    says: (found) => [
      { is: "replication fails", job: text(found, "job"), since: num(found, "at") },
    ],
  },
  {
    in: lines,
    words: re(
      `«(?<plan>.+?)»(?: of (?<tenant>[^:]+?))?: (?:(?<bare>.+?) without a restore point(?:, )?)?(?:(?<age>${TOOK}) old \\((?<vm>.+?)\\))?(?:, )?(?:not known of .+)?$`,
    ),
    says: (found) => [
      ...(found.bare === undefined
        ? []
        : [{ is: "bare" as const, ...ofPlan(found), vms: namesOf(found.bare) }]),
      ...(found.age === undefined
        ? []
        : [
            {
              is: "age" as const,
              plan: text(found, "plan"),
              ...maybe("tenant", found.tenant),
              vm: text(found, "vm"),
              age: lengthOf(found.age, "min"),
            },
          ]),
    ],
  },
];

/** Of one plan, its points and its sessions: lists, the plan's card, questions. */
const plans: readonly Phrase[] = [
  {
    in: titles,
    words: re(`Failover plan "(?<plan>.+?)": ${VMS} failed over(?: already, start it again\\?)?$`),
    says: (found) => [{ is: "plan over", ...overOf(found) }],
  },
  {
    in: titles,
    words: re(
      `Failover plan "(?<plan>.+?)"(?:: failed over| is failed over already: start it again\\?)$`,
    ),
    says: () => [{ is: "plan over" }],
  },
  {
    in: titles,
    words: re(`Failover plan "(?<plan>.+?)": a session runs$`),
    says: () => [{ is: "session runs" }],
  },
  {
    in: lines,
    words: re("(?:Tenant (?<tenant>.+), )?(?<kind>cloud|ordinary) plan, (?<m>\\d+) VMs?\\.$"),
    says: (found) => [
      {
        is: "plan",
        ...maybe("tenant", found.tenant),
        ...maybe("kind", found.kind),
        vms: num(found, "m"),
      },
    ],
  },
  {
    in: rows,
    words: re(
      `\\d+\\. (?<plan>.+?) – (?:(?:${VMS} failed over|not known whether it is failed over)(?:; (?<down>[^·]+?) (?:is|are) not up)?(?:; EM does not show [^·]+)? · )?(?:tenant (?<tenant>.+?)|(?:cloud|ordinary) plan), (?<k>\\d+) VMs?: (?<vms>.+)$`,
    ),
    says: (found) => [
      {
        is: "plan",
        ...ofPlan(found),
        vms: num(found, "k"),
        names: namesOf(text(found, "vms")),
      },
      ...(found.m === undefined
        ? []
        : [{ is: "plan over" as const, ...ofPlan(found), ...overOf(found) }]),
      ...(found.down === undefined
        ? []
        : [{ is: "down" as const, ...ofPlan(found), vms: namesOf(found.down) }]),
    ],
  },
  {
    in: lines,
    words: re(
      `(?<m>\\d+) VMs?(?: of tenant (?<tenant>.+?))?(?:, each to its newest restore point(?: before ⟨\\d+⟩)?)?\\.(?: EM (?:starts|undoes|tests) .*)?(?: Another plan has .*)?(?: On the provider's server .*)?$`,
    ),
    says: (found) => [{ is: "plan", ...maybe("tenant", found.tenant), vms: num(found, "m") }],
  },
  {
    in: lines,
    words: re("(?<n>\\d+) of (?<m>\\d+) VMs? in state Failover\\.$"),
    says: (found) => [{ is: "plan over", over: num(found, "n"), of: num(found, "m") }],
  },
  {
    in: lines,
    words: re(
      'A failover session of plan "(?<plan>.+)" runs(?: \\(several plans have this name; .+?\\))?, and EM does one failover at a time for a tenant\\.(?: Nothing was sent\\.$|(?= In state )|$)',
    ),
    says: (found) => [{ is: "session runs", plan: text(found, "plan") }],
  },
  {
    in: lines,
    words: re("In state (?<state>\\w+): (?<vms>.+?)\\. (?:Undo|Finish) .*$"),
    says: (found) =>
      namesOf(text(found, "vms")).named.map((vm) => ({
        is: "state",
        vm,
        state: text(found, "state"),
      })),
  },
  {
    in: lines,
    words: re("Already failed over: (?<vms>.+?)\\. EM will process them again\\.$"),
    says: (found) =>
      namesOf(text(found, "vms")).named.map((vm) => ({ is: "state", vm, state: "Failover" })),
  },
  {
    in: lines,
    words: re("No restore point is shown for: (?<vms>.+?)\\. EM decides .*$"),
    says: (found) => [{ is: "bare", vms: namesOf(text(found, "vms")) }],
  },
  {
    in: lines,
    words: re("EM shows no VM of this plan in state Failover"),
    says: () => [{ is: "plan over", over: 0 }],
  },
  {
    in: lines,
    words: re(
      `«Going ahead discards all that was changed in the replicas since the failover» \\(failed over ${AT}\\)`,
    ),
    says: (found) => [{ is: "since", at: num(found, "at") }],
  },
  {
    in: lines,
    words: re(
      `«Going ahead discards all that was changed in the replicas since the failover» \\(not known whether it is failed over; the newest run in which one of its VMs went well began ${AT}\\)`,
    ),
    says: (found) => [{ is: "last well", begun: num(found, "at") }],
  },
  {
    in: lines,
    words: re(
      `«Going ahead loses up to (?<age>${TOOK}) of data»(?: \\(most on (?<vm>.+?)\\))?\\.$`,
    ),
    says: (found) => [
      { is: "age", plan: "", vm: text(found, "vm"), age: lengthOf(text(found, "age"), "min") },
    ],
  },
  {
    in: rows,
    words: re(
      `(?:\\d+\\. )?(?<vm>.+?) – (?:(?<age>${TOOK}) old, point of ${AT}|(?<over>failed over|in failback|failed over for good); newest point (?<old>${TOOK}) old)(?:, starts \\d+(?:st|nd|rd|th))?(?:; in state (?<state>.+?) already)?$`,
    ),
    says: (found) => [
      {
        is: "point",
        vm: text(found, "vm"),
        age: lengthOf(found.age ?? text(found, "old"), "min"),
        ...maybe("at", numIf(found, "at")),
      },
      ...(found.over === undefined
        ? []
        : [{ is: "state" as const, vm: text(found, "vm"), state: STATES[found.over] ?? "" }]),
      ...(found.state === undefined
        ? []
        : [
            {
              is: "state" as const,
              vm: text(found, "vm"),
              state: found.state.replace(/^unknown:/, ""),
            },
          ]),
    ],
  },
  {
    in: rows,
    words: re("(?:\\d+\\. )?(?<vm>.+?) – in state (?<state>.+)$"),
    says: (found) => [{ is: "state", vm: text(found, "vm"), state: text(found, "state") }],
  },
  {
    in: rows,
    words: re("(?:\\d+\\. )?(?<vm>.+?) – no restore point shown(?: by EM)?(?:, starts .+)?$"),
    says: (found) => [{ is: "bare", vms: namesOf(text(found, "vm")) }],
  },
  {
    in: rows,
    words: re(
      `(?<plan>.+?) – (?:EM reports (?<result>\\w+), |(?<state>\\w+), )?begun ${AT}(?:, took (?<took>${TOOK}))?(?:, (?<m>\\d+) VMs?)?(?:: .+)? · (?<id>[0-9a-f-]{36})$`,
    ),
    says: (found, { mark }) => [sessionSays(found, mark)],
  },
  {
    in: lines,
    words: re(
      `(?:(?:Last session|Runs now): )?(?:EM reports (?<result>\\w+)|(?<state>\\w+)), begun ${AT}(?:, took (?<took>${TOOK}))?(?:, (?<m>\\d+) VMs?)?(?:: .+)?$`,
    ),
    says: (found) => [sessionSays(found, undefined)],
  },
  {
    in: lines,
    words: re("Failed in it: (?<vms>.+)\\.$"),
    says: (found) => [{ is: "open failures", vms: namesOf(text(found, "vms")) }],
  },
  {
    in: rows,
    words: re("(?<vm>.+?) – (?:Success|Warning|Failed|None|Starting|Working|Stopping)(?:: .+)?$"),
    says: (found, { mark }) => {
      const own = mark === "done" ? "well" : mark && MARKS[mark];
      return own ? [marked(own, text(found, "vm"))] : [];
    },
  },
];

const STATES: Readonly<Record<string, string>> = {
  "failed over": "Failover",
  "in failback": "Failback",
  "failed over for good": "PermanentFailover",
};

const RESULTS: Readonly<Record<string, string>> = { failed: "Failed", warning: "Warning" };

function sessionSays(found: Groups, mark: Part["mark"]): Statement {
  return {
    is: "session",
    says: found.result ?? found.state ?? RESULTS[mark ?? ""] ?? "",
    begun: num(found, "at"),
    ...maybe("plan", found.plan),
    ...maybe("took", found.took === undefined ? undefined : lengthOf(found.took, "s")),
    ...maybe("vms", numIf(found, "m")),
    ...maybe("id", found.id),
  };
}

/** Of one run: how it stands, which all of its cards and lines say in the same words. */
const headlines: readonly Phrase[] = [
  {
    in: notes,
    words: re("(?<n>\\d+) of (?<m>\\d+) (?:up|tested|undone|ended well)"),
    says: (found) => [{ is: "tally", well: num(found, "n"), of: num(found, "m") }],
  },
  {
    in: notes,
    words: re("(?<n>\\d+) with a warning"),
    says: (found) => [{ is: "warned", count: num(found, "n") }],
  },
  {
    in: notes,
    words: re("EM reports (?<result>success|a warning)"),
    says: (found) => [{ is: "reported", result: text(found, "result") }],
  },
  {
    in: notes,
    words: re("(?<n>\\d+) of (?<m>\\d+) VMs? confirmed"),
    says: (found) => [{ is: "confirmed", seen: num(found, "n"), of: num(found, "m") }],
  },
  {
    in: notes,
    words: re("but the replica of (?<vm>.+?) is in state (?<state>\\w+)"),
    says: (found) => [{ is: "state", vm: text(found, "vm"), state: text(found, "state") }],
  },
  {
    in: notes,
    words: re("(?:[Ff]ailed over|[Tt]ested|[Uu]ndone), confirmed"),
    says: () => [{ is: "confirmed" }],
  },
  {
    in: notes,
    words: re("[Aa]ll (?<m>\\d+) VMs failed"),
    says: (found) => [{ is: "all failed", of: num(found, "m") }],
  },
  { in: notes, words: re("[Ff]ailed(?=$|,|;)"), says: () => [{ is: "failed" }] },
  { in: notes, words: re("(?<vms>[^:;]+?) failed(?=$|,|;| [(])"), says: someMarked("failed") },
  { in: notes, words: re("(?<vms>[^:;]+?) stalled(?=$|,|;| [(])"), says: someMarked("stalled") },
  {
    in: notes,
    words: re(
      "not (?:yet )?confirmed|with warnings|in spite of the stop order|[Ss]top ordered(?: by \\w+)?|[Nn]othing moves|[Ss]tarting|[Tt]esting|[Uu]ndoing|[Bb]egun|[Ii]n progress|EM has taken the order|EM takes long over the order|EM's task has ended well|EM's answer was lost|[Ll]ooking (?:whether it runs|for its session|whether a session runs)|EM has lost the task|[Ll]ost sight of|Not known whether it began|[Oo]utcome not known|[Nn]o session seen since the stop order|[Ee]nded|without a clear result|EM has carried out the order|no more is known|[Ff]ailed after the stop order|EM is silent|EM does not show its session|last seen: |Being watched|but the replicas of .+? contradict it|[Aa]pproved, (?:being sent to EM|not sent yet)|EM has deleted the task|[Nn]ot (?:started|tested|undone|stopped|approved|possible now|sent yet)|Runs already|Asked for already|Held by another run|[Ss]omebody else must approve it|waits for approval|on its way to EM|Approved (?:already|by you)|Cancelled by you|nothing was sent|\\d+ approvals? still needed",
    ),
  },
];

const runs: readonly Phrase[] = [
  {
    in: lines,
    words: re(`«(?<plan>.+?)»: (?=.*(?:, looked at|; seen) ⟨(?<at>\\d+)⟩)`),
    about: (found) => ({ plan: text(found, "plan"), asOf: num(found, "at") }),
  },
  { in: lines, words: re("(?:looked at|seen) ⟨\\d+⟩(?:, ⟨\\d+⟩)? · \\S+$") },
  {
    in: ["bar"],
    words: re("(?<p>\\d+) %$"),
    says: (found) => [{ is: "progress", percent: num(found, "p") }],
  },
  {
    in: lines,
    words: re(`Running since ${AT}\\.`),
    says: (found) => [{ is: "begun", at: num(found, "at") }],
  },
  {
    in: lines,
    words: re(`Ran (?<long>${TOOK}), from ${AT}\\.`),
    says: (found) => [
      { is: "ran", length: lengthOf(text(found, "long"), "s"), from: num(found, "at") },
    ],
  },
  {
    in: lines,
    words: re(`(?:Begun|Its session began) ${AT}(?:, a retry)?\\.`),
    says: (found) => [{ is: "begun", at: num(found, "at") }],
  },
  {
    in: lines,
    words: re(`Begun ${AT}, took (?<long>${TOOK})(?:, a retry)?\\.`),
    says: (found) => [
      { is: "ran", length: lengthOf(text(found, "long"), "s"), from: num(found, "at") },
    ],
  },
  {
    in: lines,
    words: re("Tenant (?<tenant>[^.]+)\\. "),
    says: (found) => [{ is: "of tenant", tenant: text(found, "tenant") }],
  },
  {
    in: lines,
    words: re(`Asked by @(?<by>.+?)@, approved by (?<who>@.+?@(?:(?:, | and )@.+?@)*), sent ${AT}`),
    says: (found) => [
      {
        is: "by",
        people: peopleIn(`@${text(found, "by")}@ ${text(found, "who")}`),
      },
      { is: "sent", at: num(found, "at") },
    ],
  },
  {
    in: lines,
    words: re("Asked by @(?<by>[^@]+)@(?: ⟨\\d+⟩| because: .+|\\.)"),
    says: (found) => [{ is: "by", people: peopleIn(`@${text(found, "by")}@`) }],
  },
  {
    in: lines,
    words: re(
      "(?:EM says that the session has ended|EM's data may be older than the end)\\. I read the replica points until ⟨\\d+⟩\\.",
    ),
  },
  {
    in: lines,
    words: re("They do not show it yet of (?<vms>[^.]+)\\."),
    says: (found) => [{ is: "not seen", vms: namesOf(text(found, "vms")) }],
  },
  {
    in: lines,
    words: re(`EM's data is from ${AT} or later\\.`),
    says: (found) => [{ is: "data from", at: num(found, "at") }],
  },
  {
    in: lines,
    words: re("They show it of (?<vms>[^.]+), which may have been so before\\."),
    says: (found) => [{ is: "shown", vms: namesOf(text(found, "vms")) }],
  },
  {
    in: lines,
    words: re(
      "Not confirmed: (?<vms>.+?); (?:the replica point says (?<state>\\w+)|EM shows no point)\\.$",
    ),
    says: (found) => [{ is: "not seen", vms: namesOf(text(found, "vms")) }],
  },
  {
    in: lines,
    words: re(
      "Every VM's replica is (?:back )?in state (?:Failover|Ready), as EM's replica points show\\.$",
    ),
    says: () => [{ is: "confirmed" }],
  },
  {
    in: rows,
    words: re("(?<vm>.+?) – (?<rest>.*)$"),
    says: (found, { mark }) => rowSays(text(found, "vm"), text(found, "rest"), mark),
  },
];

/** `@Anna@ and @Ben@`. */
function peopleIn(found: string): Names {
  const named = [...found.matchAll(/@(.+?)@/g)].map(([, name = ""]) => name);
  return { text: found, named, more: 0 };
}

const MARKS: Readonly<Partial<Record<NonNullable<Part["mark"]>, VmMark>>> = {
  running: "running",
  waiting: "waiting",
  stalled: "stalled",
  reported: "well",
  done: "seen",
  warning: "warning",
  failed: "failed",
};

/** Beside a VM's sign. */
const ROW_WORDS =
  /^(?:was (?<was>running|starting|testing|undoing|in progress)(?:, at (?<atp>\d+) %)?|had not (?<waits>begun)|had not moved for long(?:, at \d+ %)?|(?<p>\d+) %(?:, slower than usual: .+, usually [^;]+)?|no change since ⟨\d+⟩, at (?<sp>\d+) %(?:, slower than usual: .+, usually [^;]+)?|(?<well>up|tested|undone|ended well)?(?:,? by EM's word,?)? ?(?:after (?<took>\d+ (?:ms|s|min|h)(?: \d+ (?:s|min))?))?(?:,? ?(?:slower than usual: [^,]+, )?usually [^;:]+)?(?:: .*?)?|EM says (?<said>up|tested|undone|ended well), its replica point says (?<con>\w+)|no clear result.*|was not shown as failed over|EM has said nothing of it|EM's session ended before .*|its replica is in state (?<is>\w+); EM's session does not name it|in state (?<state>\w+))?(?:; its replica point says (?<replica>\w+)|; now in state (?<now>\w+))?$/u;

function rowSays(vm: string, rest: string, mark: Part["mark"]): Statement[] {
  const found: Groups = ROW_WORDS.exec(rest)?.groups ?? {};
  const own = mark && MARKS[mark];
  const was = found.was ? "running" : found.waits ? "waiting" : undefined;
  const percent = numIf(found, "p") ?? numIf(found, "atp") ?? numIf(found, "sp");
  const state = found.replica ?? found.now ?? found.con ?? found.is ?? found.state;
  return [
    ...(own ? [marked(own, vm)] : []),
    ...(was ? [marked(was, vm)] : []),
    ...(percent === undefined ? [] : [{ is: "progress" as const, vm, percent }]),
    ...(found.took === undefined
      ? []
      : [{ is: "took" as const, vm, length: lengthOf(found.took, "s") }]),
    ...(state === undefined ? [] : [{ is: "state" as const, vm, state }]),
  ];
}

const isRowRead = (text: string) => ROW_WORDS.test(text.slice(text.indexOf(" – ") + 3));

const ONE_TOOK = new RegExp(`(.+?) (${TOOK})(?: \\(usually ${TOOK}\\))?(?:, | and |$)`, "gu");

/** What is held against time: the end's scorecard, and what a target says of a run that goes on. */
const measured: readonly Phrase[] = [
  {
    in: lines,
    words: re(
      `(?:Recovery|Took)(?:, by EM's word)?: (?:(?<last>${TOOK})(?: from the begin of EM's session)? to the last VM (?:up|tested|undone)|(?<n>\\d+) of (?<m>\\d+) VMs? (?:up|tested|undone) after (?<some>${TOOK})(?: from the begin of EM's session)?)(?: \\(first after (?<first>${TOOK})\\))?(?:, not known of (?<unknown>\\d+))?(?:, (?:within |whether it is within )?the target of .+?)?(?:; people ${TOOK} to confirm, EM (?<machine>${TOOK}) by its own times)?\\.$`,
    ),
    says: (found) => [
      {
        is: "recovered",
        last: lengthOf(found.last ?? text(found, "some"), "s"),
        ...maybe("first", found.first === undefined ? undefined : lengthOf(found.first, "s")),
        ...maybe("machine", found.machine === undefined ? undefined : lengthOf(found.machine, "s")),
        ...maybe("up", numIf(found, "n")),
        ...maybe("of", numIf(found, "m")),
        ...maybe("unknown", numIf(found, "unknown")),
      },
    ],
  },
  {
    in: lines,
    words: re(
      `Data lost: (?<lost>${TOOK})(?<more> or more)?(?: \\((?:most on )?(?<vm>.+?)(?:; not known of \\d+ VMs?)?\\))?, (?:as the question showed|the question showed ${TOOK}|by EM's restore points)(?:; .+)?\\.$`,
    ),
    says: (found) => [
      {
        length: lengthOf(text(found, "lost"), "min"),
        ...(found.more === undefined
          ? { is: "lost", ...maybe("vm", found.vm) }
          : { is: "lost of some", vm: text(found, "vm") }),
      },
    ],
  },
  {
    in: lines,
    words: re("Slowest: (?<all>.+)\\.$"),
    says: (found) =>
      [...text(found, "all").matchAll(ONE_TOOK)].map(([, vm = "", took = ""]) => ({
        is: "took",
        vm,
        length: lengthOf(took, "s"),
      })),
  },
  {
    in: lines,
    words: re(
      `(?:Recovery|Data lost)(?:, by EM's word)?: (?:not known; )?(?:whether it is within )?the target of .+\\.$|${TOOK} left of the target of .+\\.$|The target of .+ is missed since ⟨\\d+⟩\\.$|All VMs up within the target of .+\\.$|(?:If it is a failover, all|All) VMs (?:were to be )?up by ⟨\\d+⟩.*\\.$`,
    ),
  },
  { in: notes, words: re(`Target of ${TOOK} missed`) },
  { in: notes, words: re("(?<vms>.+?) (?:is|are) slower than usual") },
  { in: lines, words: re(`(?:.+: )?${TOOK}(?: so far)?, usually ${TOOK}\\.$`) },
];

/** Of a session of a replication job or CDP policy. */
const replications: readonly Phrase[] = [
  {
    in: lines,
    words: re(
      "«(?<job>.+?)»: (?<says>Starting|Working|Stopping)(?:, \\d+ %)?(?=(?:, looked at|; seen) ⟨(?<at>\\d+)⟩)",
    ),
    says: (found) => [{ is: "replicating", says: text(found, "says") }],
    about: (found) => ({ job: text(found, "job"), asOf: num(found, "at") }),
  },
  {
    in: lines,
    words: re(`The last began ${AT}: EM reports (?<says>\\w+)(?:: .+)?$`),
    says: (found) => [
      { is: "begun", at: num(found, "at") },
      { is: "replicating", says: text(found, "says") },
    ],
  },
  {
    in: titles,
    words: re(
      "replication(?:; |; Being watched|; Lost sight of|; EM is silent; last seen: [^;]+|; EM does not show its session)?$|replication; (?:Ended, EM reports )?(?<says>Success|Warning|Failed|Starting|Working|Stopping|Stopped)$|replication; (?<state>Working|Starting|Stopping), (?=\\d+ %)",
    ),
    says: (found) => {
      const says = found.says ?? found.state;
      return says === undefined ? [] : [{ is: "replicating", says }];
    },
  },
  {
    in: titles,
    words: re(
      'Session of (?:CDP policy|replication job|replication) ".+": (?:EM reports )?(?<says>\\w+)$',
    ),
    says: (found) => [{ is: "replicating", says: text(found, "says") }],
  },
  {
    in: titles,
    words: re("(?<p>\\d+) %$"),
    says: (found) => [{ is: "progress", percent: num(found, "p") }],
  },
  {
    in: rows,
    words: re("(?<vm>\\S+) – (?<was>was replicating, )?(?:[\\d.]+ [KMGT]?i?B)(?:: .*)?$"),
    says: (found, { mark = "plain" }) => [
      { is: "replicated", vm: text(found, "vm"), mark: found.was ? "running" : mark },
    ],
  },
  {
    in: lines,
    words: re(
      "(?:looked at|seen) ⟨\\d+⟩(?:, ⟨\\d+⟩)? · \\S+$|A CDP session lasts a day, then EM begins the next\\.$|EM has not been read yet\\.$|Only .+ is shown\\.$",
    ),
  },
];

/** In a run's thread. */
const threads: readonly Phrase[] = [
  {
    in: titles,
    words: re("Started outside this bot(?:, and ended)?: (?<plan>.+)$"),
    says: (found) => [{ is: "started elsewhere", plan: text(found, "plan") }],
  },
  {
    in: titles,
    words: re(
      "(?![Nn]ot |[^(]*\\d+ of \\d+ )(?<vms>[^(;:]+?) (?:up|tested|undone|ended well|replicated)(?<warned> with a warning)?(?=$|;| \\()",
    ),
    says: (found) => [marked(found.warned ? "warning" : "well", text(found, "vms"))],
  },
  {
    in: titles,
    words: re("(?<vms>[^(;:]+?) (?:starting|testing|undoing|in progress|replicating)$"),
    says: (found) => [marked("running", text(found, "vms"))],
  },
  { in: titles, words: re(".+ moves? again$") },
];

/** What an absence missed, each with what its own line would say besides; and who decided what. */
const told: readonly Phrase[] = [
  {
    in: lines,
    words: re("Found: it was carried out, once\\. (?=Its session began )"),
  },
  {
    in: lines,
    words: re("(?<vms>[^(;:]+?) (?:starting|testing|undoing|in progress|replicating)\\.$"),
    says: (found) => [marked("running", text(found, "vms"))],
  },
  {
    in: lines,
    words: re(
      [
        "(?:EM is finishing the session|The session is in state \\S+|[^(;:]+ moves? again)\\.",
        "EM did not answer\\. No answer since ⟨\\d+⟩: .+",
        "EM's answer to the order was lost\\. .+|EM has deleted the order's task\\. .+",
        "EM has named no session of the order\\. .+",
        "(?:A session of this plan runs; it may be somebody else's\\. )?(?:Several sessions of this plan's name began at the time of the order|It began more than a minute after the order, whose answer was lost|Another plan has this name)\\.",
        "EM's task names this session: it is of this order\\.",
        "(?:EM's task names another session, which is followed from now on\\. )?What was told of VMs before was of somebody else's run\\.",
        "The clock of the bot's machine was moved by [^.]+\\. From here on times are shown by it .+",
      ]
        .map((one) => `(?:${one})$`)
        .join("|"),
    ),
  },
  {
    in: lines,
    words: re(
      "(?<vms>[^(;:]+?) (?<how>up|tested|undone|ended well|failed)(?<warned> with a warning)?(?= \\(\\d+ of \\d+ [a-z ]+\\)\\.(?:$| ))",
    ),
    says: (found) => [
      marked(
        found.how === "failed" ? "failed" : found.warned ? "warning" : "well",
        text(found, "vms"),
      ),
    ],
  },
  {
    in: lines,
    words: re("(?<vms>[^(;:]+?) stalled\\. Nothing has changed since ⟨\\d+⟩\\.$"),
    says: (found) => [marked("stalled", text(found, "vms"))],
  },
  {
    in: lines,
    words: re(
      "(?:It was (?:confirmed|approved|cancelled) by |Cancelled by )(?<who>@.+?@(?:(?:, | and )@.+?@)*)(?: ⟨\\d+⟩)?(?:; this changed nothing)?\\.(?: Nothing was sent\\.)?$",
    ),
    says: (found) => [{ is: "by", people: peopleIn(text(found, "who")) }],
  },
];

/** What the bot says of itself, of its places and of who may do what. */
const ofItself: readonly Phrase[] = [
  // Where a line stands in the channel itself, the name of its plan is before it.
  {
    in: titles,
    words: re(
      '[^:"]+: (?=(?:Confirmed|Approved|Cancelled) by |Audit log |The question has closed|EM |Started outside |Found: |I was away|I took over from |.+ (?:up|tested|undone|ended well|failed|stalled|again)(?:$|[ ;:]))',
    ),
  },
  {
    in: titles,
    words: re(
      [
        "The approval is void, and nothing was sent",
        "You are .+|Not allowed: .+|The question has closed|Nothing to (?:confirm|cancel)",
        "That (?:is too long for me: .+|does not confirm it|run has ended already)",
        "The clock of the bot's machine was moved by .+|I cannot write here",
        'Failover session of ".+"',
        "EM's task names (?:this session(?:: it is of this order)?|another session, which is followed .+)",
        "EM has deleted the order's task|EM has named no session of the order",
        'Already decided: failover plan ".+"|Not carried out: it arrived too late',
        "The confirmation is void, and nothing was sent|EM has lost the order's task",
        '.+ goes on elsewhere|No (?:task|failover) of ".+" runs now',
        '(?:No task|\\d+ tasks?) of EM in this bot\'s logon|There is no verb ".+"',
        'watch (?:replica|cdp): which .+\\?|".+" is watched here already',
        "A session of this plan runs; it may be somebody else's|What you can type",
        "The bot was restarted before it acted on what you sent|Several questions are open",
        "(?:[a-z]+|This): the bot's state cannot be read or saved|Said late: nothing could be posted .+",
        '.*": (?:somebody else must approve it|cancelled by you, nothing was sent)',
      ]
        .map((one) => `(?:${one})$`)
        .join("|"),
    ),
  },
  {
    in: lines,
    words: re(
      [
        "(?:Who may (?:confirm|approve) it|Those who may): .+",
        "The policy calls you .+|Groups: .+|In a policy your account is .+|Your groups cannot be read: .+",
        "You (?:are not in a group .+|asked for it, and .+|have approved it already\\.|typed `.+)",
        "[^.]+\\. Look at the card above: it shows what is there now, and asks again\\.",
        "Nobody (?:confirmed|approved it) in time(?:\\. Nothing was sent|; the question closed ⟨\\d+⟩)\\.",
        "No question is open here\\. .+|\\d+ approvals? missing\\.(?: \\[Open it\\]\\.)?",
        "From here on times are shown by it as it is set now\\. .+",
        "(?:It goes on|Its card stands) in \\w+, channel \\S+?(?:: \\[open it\\])?\\.|\\[Open its card\\]\\.?",
        "This (?:was sent ⟨\\d+⟩ and reached me only now\\. Nothing was done|changed nothing)\\.",
        "What was typed is not (?:the plan's name|the code on the card)\\. Nothing was sent\\.",
        "What you asked for (?:stands in .+ instead|waits until I can; nothing was sent)\\.",
        "(?:This stands here because|What is said of it stands in|Cannot (?:post|edit|write)) .+",
        "(?:Slack|Discord|The bot|The rules of the workspace) (?:knows|refuses|says|is not|do not) .+",
        "The bot was stopped ⟨\\d+⟩; what stands below is from then\\. In EM all goes on\\.",
        "Messages here are delayed by .+|There are no buttons here, .+|The platform refused the rest .+",
        "Enterprise Manager (?:refuses|has not found|at \\S+ gave no whole answer) .+",
        "EM answered again\\. It had not answered since ⟨\\d+⟩\\.",
        "EM had reported the end; not yet confirmed by the replica points\\. .+",
        "EM has lost the order's task\\. .+|EM had started the failover session\\.",
        "A failover session that runs already cannot be stopped through the API\\.",
        '`watch (?:replica|cdp) ".+"` – (?:runs now|does not run now)|`cancel .+` – .+',
        "This session may be somebody else's: .+|Another plan has this name\\.",
        "several sessions of this plan's name .+|the time limit for watching, .+, is over\\.",
        "Somebody else asked for it: .+|EM no longer has this plan\\. Nothing was sent\\.",
        "Stopped by @.+?@\\. What stands below is from then; nothing was stopped in EM\\.",
        "Alarms and the end are said here all the same\\.",
        "EM answered again\\. It had not answered since ⟨\\d+⟩\\.",
        "EM had reported the end; not yet confirmed by the replica points\\. .+",
        "VM \\S+ started, but its network .+|\\(Perhaps posted twice\\)|Nearest: .+",
        "The groups of .+ cannot be read: .+|So it is not known whether all .+ The question stands\\.",
        ".+ is no longer allowed to do this\\. Nothing was sent\\.",
        "It could not be sent within two minutes of being confirmed\\. .+",
        "Closed for now: plan .+|Channel \\S+ is archived; .+|Its card stands in the terminal\\.",
        "The restore points or states of these VMs have changed since they were shown: .+",
        'No question is open here; failover plan ".+" runs already\\.',
        "«(?:Look|Order|Housekeeping)»: `.+",
      ]
        .map((one) => `(?:${one})$`)
        .join("|"),
    ),
  },
  { in: rows, words: re("task-\\d+ – \\w+, \\w+(?:: .+)?$") },
];

/** Lines that state nothing of EM's estate: of the bot, of the way to EM, of people, or advice. */
const aside: readonly Phrase[] = [
  { in: ["footer", "next"], words: re(".*$") },
  {
    in: titles,
    words: re(
      'I was away(?:: .+)?$|I took over from [^:]+(?:: .+)?$|No session of replication job ".+" runs now$|Audit log up to here: .+$|Confirmed by .+$|Approved by .+$|Cancelled by .+$|(?:Start|Test) failover plan ".+"\\?$|Undo the failover of plan ".+"\\?$|Stop EM\'s task of failover plan ".+"\\?$|(?:Failover|Test of failover|Undo of failover) plan ".+?"(?: runs already| is (?:asked for|confirmed) already.*)?$|The newest failover sessions.*$|No(?:thing is| failover plan).*$|\\d+ runs? being watched$|EM (?:answers again|does not answer|has started the failover session|has taken the order|is finishing the session)(?:: .+)?$|EM reports the end; not yet confirmed by the replica points$|EM\'s answer to the order was lost(?:: .+)?$|Found: it was carried out, once(?:: .+)?$|EM\'s API shows no sessions .*$|[a-z]+: (?:EM|the bot\'s EM account).*$|[Ww]hat (?:is failed over|runs) cannot be read|[Nn]ot known whether something is failed over|\\d+ orders? under way|The session is in state .+$|Moving again: .+$|.* with ".*"$',
    ),
  },
  {
    in: lines,
    words: re(
      [
        "This is the sandbox: nothing is real\\.$",
        "Said late: this is from ⟨\\d+⟩\\.$",
        "EM has said nothing of .+\\.$",
        "It was closed ⟨\\d+⟩, as things stood then:$",
        "Ordered through this bot, no session in EM yet: .+$",
        "followed: \\[.+\\]|followed as \\S+",
        "Newest restore points, the oldest first:$",
        "… and \\d+ .*$",
        "\\d+ runs? here, as seen last:$",
        "(?:Not read|The EM account may not read|Cannot read|Cannot reach|Enterprise Manager (?:answered|does not answer|does not allow|did not answer|takes long)).*$",
        "(?:Looked at|Asked) Enterprise Manager \\(EM\\) ⟨\\d+⟩.*$|The question closes ⟨.*$|\\d+ (?:person|people) other than .*$",
        "EM has been working on the order since ⟨\\d+⟩.*$",
        "EM has not answered since ⟨\\d+⟩; what stands below is from then\\.$",
        "EM does not show its session(?: any more; what stands below was seen before)?\\.$",
        "(?:No answer since|It had not answered since) ⟨\\d+⟩.*$",
        "I have been looking for its session since .*$|EM's answer to the order was lost: .*$|EM no longer knows the task .*$|EM has finished the task and named no session\\.$|EM names no session for this undo\\. .*$",
        "It may or may not have been carried out\\. .*$|EM had taken the order\\. .*$",
        "First seen here ⟨\\d+⟩\\.$|(?:latest restore points|restore points before ⟨\\d+⟩)(?=[.;]|$)|because: .*$",
        "At this pace it ends about .*$",
        "Its VMs could not be read\\.$|EM says: .*$|Warning: .*$|EM gave no reason\\.$|EM has named no VM\\.$|And \\d+ more, .*$",
        "Failed to power on VM .*$|VM .* started, but its network .*$",
        "The replica points (?:are as they were|did not show it) .*$|EM shows no replica points of .*$|EM has newer data.*$|Another run of these VMs began .*$|The API does not show whether .*$|EM gave no clear result\\.$|The EM account may not read .*$",
        "The time limit for watching.*$|No session of this plan has appeared.*$|EM no longer shows the .*$",
        "EM's API .*$|EM says that its task has ended well\\..*$|It shows those of cloud failover plans.*$",
        "Nothing (?:has changed since|was changed|was done|that matters).*$|The session is running\\.$|(?:I was not running|Nobody watched) from .*$|Meanwhile:$",
        "Approved by @.*$|A plan has one order at a time.*$|\\[Open it\\]\\.$",
        "«Production is not .*$|Replication of .*$|VMs that were failed back .*$|Going ahead loses what was written after .*$|This is an ordinary plan: .*$|A test needs every replica .*$|«How much data going ahead loses is not known».*$",
        "«Going ahead discards all that was changed in the replicas since the failover» \\(EM does not show .*$|the replicas are powered off\\.$|its data may be up to 15 minutes old\\.$",
        "An order to plan .* is with EM, its session is not known yet, .*$|Plan .* has no VMs\\.$|Whether a failover runs already could not be checked.*$|The replica points could not be read.*$",
        "No failover session in the last 30 days\\.$|EM shows none; it keeps them .*$|Another tenant has VMs of the same name.*$|EM does not show whose .*$",
        "What is failed over, and what others have started, cannot be read now\\.$",
        "The first \\d+ of them; .*$|Type .*$",
      ].join("|"),
    ),
  },
  {
    in: rows,
    words: re(
      "\\d+\\. .+ – (?:its points are not known)?$|.+ – several replicas have this name; .*$",
    ),
  },
];

/** The first that fits is taken. */
const phrases: readonly Phrase[] = [
  ...measured,
  ...replications,
  ...standing,
  ...plans,
  ...threads,
  ...told,
  ...aside,
  ...ofItself,
  ...runs,
  ...headlines,
];

const SEPARATOR = /^[,;.·() ]+/u;

export interface Reading {
  readonly part: Part;
  readonly statements: readonly Statement[];
  readonly about: Subject;
  /** What no phrase knows. */
  readonly rest: string;
}

/** Of several lines said late each is the title that it would have had. */
const LATE = /^⟨(?<at>\d+)⟩: (?<title>.+)$/u;

function readPart(given: Part, asides: ReadonlySet<string>): Reading {
  const late = given.part === "line" ? LATE.exec(given.text)?.groups : undefined;
  const part: Part = late ? { part: "title", text: text(late, "title") } : given;
  const statements: Statement[] = [];
  let about: Subject = late ? { asOf: num(late, "at") } : {};
  const words = part.part === "title" ? titleWords(part.text) : part.text;
  let rest = asides.has(part.text) ? "" : words;
  while (rest !== "") {
    const found = phraseAt(rest, part);
    if (!found) break;
    const { phrase, groups, length } = found;
    statements.push(...(phrase.says?.(groups, part) ?? []));
    about = { ...about, ...phrase.about?.(groups) };
    rest = rest.slice(length).replace(SEPARATOR, "");
  }
  return { part, statements, about, rest };
}

function phraseAt(rest: string, part: Part) {
  for (const phrase of phrases) {
    if (!phrase.in.includes(part.part)) continue;
    const found = phrase.words.exec(rest);
    if (!found || found[0] === "") continue;
    if (part.part === "row" && found.groups?.rest !== undefined && !isRowRead(part.text)) continue;
    return { phrase, groups: found.groups ?? {}, length: found[0].length };
  }
  return undefined;
}

/** What a card is about, from wherever on it that stands. */
export function subjectOf(card: Card): Subject {
  const parts = partsOf(card);
  const all = parts.map(({ text: words }) => words).join("\n");
  const title = parts[0]?.text ?? "";
  const run = runTitleOf(title);
  const [, noun = run?.of ?? (run && "Failover plan"), asked] = SUBJECT.exec(title) ?? [];
  const [, job] = JOB.exec(run?.name ?? title) ?? [];
  const name = asked ?? (job === undefined ? run?.name : undefined);
  const first = (pattern: RegExp) => pattern.exec(all)?.[1];
  const begun = numberOf(
    first(/(?:Running since|Begun|, from|The last began|^(?:EM reports )?\w+, begun) ⟨(\d+)⟩/m),
  );
  const ended = numberOf(first(/^(?:Ended|Watched until) ⟨(\d+)⟩ · /m));
  return {
    ...maybe("plan", name),
    ...maybe("job", job),
    ...maybe("elsewhere", all.includes(", not started by this bot") ? true : undefined),
    ...maybe("asks", ASKS.test(noun ?? "") ? true : undefined),
    ...maybe("action", noun === undefined ? undefined : actionOf(noun)),
    ...maybe("tenant", first(/(?:^Tenant | of tenant )(.+?)(?:\. |\.$|, (?:cloud|each))/m)),
    ...maybe(
      "asOf",
      numberOf(
        first(/EM has not answered since ⟨(\d+)⟩/) ??
          first(
            /(?:Looked at Enterprise Manager \(EM\)|Last seen|Read from Enterprise Manager \(EM\)|Said late: this is from|It was closed) ⟨(\d+)⟩/,
          ),
      ),
    ),
    ...maybe("ended", SEEN_BEFORE.test(all) ? (begun ?? ended) : ended),
    ...maybe("begun", begun),
    ...maybe("sent", numberOf(first(/, sent ⟨(\d+)⟩/))),
  };
}

const SUBJECT =
  /^(?:Nobody watches now: )?(Failover plan|Failover session of|Test of failover plan|Undo of failover plan|Start failover plan|Test failover plan|Undo the failover of plan|Stop EM's task of failover plan) "(.+?)"(?=$|:| of | \(| is | runs|\?)/u;

const JOB =
  /^(?:(?:No s|S)ession of )?(?:CDP policy|replication job|replication) "(.+?)"(?:$| runs now|: )/u;

/** What is told was so at any time since it began. */
const SEEN_BEFORE = /what stands below was seen before|EM no longer shows the session/;

const ASKS = /^(?:Start|Test) failover plan|^Undo the|^Stop EM's task/u;

const actionOf = (noun: string): "start" | "test" | "undo" =>
  /^test/i.test(noun) ? "test" : /^undo/i.test(noun) ? "undo" : "start";

const numberOf = (found: string | undefined) => (found === undefined ? undefined : Number(found));

/** `asides`: what EM has been given as text, such as plans' descriptions. */
export const readCard = (card: Card, asides: ReadonlySet<string>): Reading[] =>
  partsOf(card).map((part) => readPart(part, asides));
