/** Which message goes next, and what it waits for. */
import { describe, expect, it } from "vitest";
import type { Budget, Pace } from "../../src/chat/pace.ts";
import type { Card, Place } from "../../src/chat/port.ts";
import type { Moved, Posted, QueuedFile, QueuedLine, Topic } from "../../src/records/topic.ts";
import {
  budgetOf,
  cardPrint,
  claimsOf,
  copyKeyOf,
  fileKeyOf,
  heldOf,
  isSettled,
  isSpeaking,
  type Job,
  jobsOf,
  keyOf,
  laneOf,
  mostUrgentFirst,
  present,
  turnOfEdit,
} from "../../src/speech/next-message.ts";
import type { Entry } from "../../src/store/store.ts";

const begun = Date.UTC(2026, 10, 21, 6);
const second = 1000;
const minute = 60 * second;
const ops: Place = { platform: "terminal", channel: "ops" };
const ref = { place: ops, id: "m1" };
const card = (title: string): Card => ({ tone: "plain", title, lines: [] });
const topicOf = (own: Partial<Topic> = {}): Topic => ({
  version: 1,
  id: "run",
  place: ops,
  title: "Plan",
  card: card("Runs"),
  updatedAt: begun,
  closed: false,
  ...own,
});
const shown: Posted = { version: 1, ref, shown: cardPrint(card("Runs")) };
type Line = Entry<QueuedLine>;
const line = (key: string, own: Partial<QueuedLine> = {}): Line => ({
  key,
  value: { version: 1, topic: "run", card: card(`line ${key}`), urgent: false, at: begun, ...own },
});
const report: QueuedFile = {
  name: "report.md",
  mediaType: "text/markdown",
  text: "",
  content: "c",
};
const file = (key: string): Line => line(key, { file: report });
const copy = (key: string, own: Partial<QueuedLine> = {}): Line =>
  line(key, { copyOf: "run/1", ...own });

interface Said {
  readonly posted?: Partial<Posted>;
  readonly topic?: Partial<Topic>;
  readonly after?: number;
}

/** What goes next of a topic whose card is shown as it is. */
const next = (lines: readonly Line[], { posted, topic, after = 0 }: Said = {}): Job[] =>
  jobsOf({ topic: topicOf(topic), posted: { ...shown, ...posted }, lines }, begun + after);

function inWords(job: Job): string {
  if (job.is === "line") return `line ${job.lines.map(({ key }) => key).join(" ")}`;
  if (job.is === "file" || job.is === "copy") return `${job.is} ${job.line.key}`;
  return job.is === "edit" && job.why !== "changed" ? "edit again" : job.is;
}
const words = (...said: Parameters<typeof next>) => next(...said).map(inWords);
const only = (...said: Parameters<typeof next>): Job => {
  const [job, ...others] = next(...said);
  expect(others).toEqual([]);
  return job ?? expect.fail("nothing goes");
};
const cardIn = (job: Job): Card => ("card" in job ? job.card : expect.fail("it has no card"));

describe("what goes next of a topic", () => {
  it("is its card, and nothing else before that is there", () => {
    const { ref: _, ...unposted } = shown;
    const lines = [line("1"), copy("2")];
    expect(jobsOf({ topic: topicOf(), posted: unposted, lines }, begun).map(inWords)).toEqual([
      "root",
    ]);
  });

  it("is urgent where one of its lines is", () => {
    const { ref: _, ...unposted } = shown;
    const urgent = (...lines: Line[]) =>
      jobsOf({ topic: topicOf(), posted: unposted, lines }, begun).map(
        (job) => "urgent" in job && job.urgent,
      );
    expect(urgent(line("1"), line("2", { urgent: true }))).toEqual([true]);
    expect([urgent(line("1")), urgent()]).toEqual([[false], [false]]);
  });

  it("is its oldest line, and beside it the oldest of what its channel shows too", () => {
    expect(words([line("1"), copy("2"), line("3"), copy("4")])).toEqual(["line 1", "copy 2"]);
  });

  it("is an edit besides, where the card is another one by now", () => {
    expect(words([line("1")], { topic: { card: card("Ended") } })).toEqual(["line 1", "edit"]);
    expect(words([], { topic: { card: card("Ended") } })).toEqual(["edit"]);
  });

  it("is nothing where all has arrived", () => {
    expect(words([])).toEqual([]);
  });

  it("is the same edit again, where it left something undone", () => {
    const posted = { ref: { ...ref, unfinished: ["m0"] } };
    expect(words([], { posted })).toEqual(["edit again"]);
    expect(words([], { posted, topic: { card: card("Ended") } })).toEqual(["edit"]);
  });

  it("is no edit of a card that can no longer be edited, but its lines", () => {
    const frozen = { frozen: true, ref: { ...ref, unfinished: ["m0"] } };
    expect(words([line("1")], { posted: frozen, topic: { card: card("Ended") } })).toEqual([
      "line 1",
    ]);
  });

  it("is nothing of what is said in one place alone, where that is over", () => {
    const topic = { stays: true, card: card("Ended") } as const;
    expect(words([line("1")], { topic, posted: { frozen: true } })).toEqual([]);
    expect(words([line("1")], { topic })).toEqual(["line 1", "edit"]);
  });

  it("is a look, where a card is looked for that may stand in a place that was left", () => {
    const sought = { of: "run", key: "run", card: card("Runs") };
    expect(words([line("1")], { posted: { sought } })).toEqual(["look"]);
  });

  it("is settled once it is closed and nothing goes", () => {
    const settled = (closed: boolean, lines: readonly Line[]) =>
      isSettled({ topic: topicOf({ closed }), posted: shown, lines }, begun);
    expect([settled(true, []), settled(true, [line("1")]), settled(false, [])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("a line that its channel shows too", () => {
  it("calls nobody there, and is said only there", () => {
    const anna = { platform: "terminal", id: "anna", name: "Anna" } as const;
    const called: Card = { ...card("the end"), notify: [anna], alsoInChannel: true };
    expect(cardIn(only([copy("2", { card: called })]))).toEqual(card("the end"));
  });

  it("makes nothing urgent, and no thread late", () => {
    const jobs = next([line("1"), copy("2", { urgent: true, at: begun - minute })]);
    expect(jobs.map((job) => "urgent" in job && job.urgent)).toEqual([false, false]);
    const late = copy("2", { at: begun - minute });
    expect(words([late])).toEqual(["copy 2"]);
  });

  it("has a key that tells of which line it is", () => {
    expect(copyKeyOf("run", copy("2"))).toBe("run/1 in the channel");
    expect(copyKeyOf("run", line("3"))).toBe("run/3 in the channel");
  });
});

describe("of a thread that is late", () => {
  const lines = [line("1"), line("2"), line("3", { urgent: true }), line("4", { urgent: true })];
  const lineWords = (some: readonly Line[], said: Said) =>
    words(some, said).filter((word) => word !== "edit");

  it("the oldest urgent line goes first from half a minute on", () => {
    expect(lineWords(lines, { after: 30 * second - 1 })).toEqual(["line 1"]);
    expect(lineWords(lines, { after: 30 * second })).toEqual(["line 3"]);
    expect(lineWords(lines, { after: 10 * minute })).toEqual(["line 3"]);
  });

  it("the oldest line goes first where none is urgent", () => {
    expect(lineWords([line("1"), line("2")], { after: 4 * minute })).toEqual(["line 1"]);
  });

  it("all lines go as one message from five minutes on, up to twenty-five", () => {
    const many = Array.from({ length: 30 }, (_, i) => line(`${i + 1}`));
    expect(lineWords(many, { after: 5 * minute - 1 })).toEqual(["line 1"]);
    const [bundle] = lineWords(many, { after: 5 * minute });
    expect(bundle?.split(" ").slice(1)).toEqual(many.slice(0, 25).map(({ key }) => key));
    expect(lineWords(many.slice(0, 3), { after: 5 * minute })).toEqual(["line 1 2 3"]);
  });

  const saidLate = ["Said late: this is from ", { at: begun, style: "time" }, "."];

  it("they are told with their times, and so is a single one", () => {
    const after = 5 * minute;
    const [bundle, single] = [
      next([line("1"), line("2")], { after }),
      next([line("1")], { after }),
    ].map(([job]) => cardIn(job ?? expect.fail()));
    expect(bundle?.lines.map((spans) => spans.at(-1))).toEqual([": line 1", ": line 2"]);
    expect(single).toEqual({ ...card("line 1"), lines: [saidLate] });
  });

  it("a line says from half a minute on that it is late, above what else it says", () => {
    const news = line("1", { card: { ...card("x up (1 of 6 up)"), lines: ["More."] } });
    const linesOf = (after: number) => cardIn(next([news], { after })[0] ?? expect.fail()).lines;
    expect(linesOf(30 * second - 1)).toEqual(["More."]);
    expect(linesOf(30 * second)).toEqual([saidLate, "More."]);
  });

  it("so does what its channel is shown later", () => {
    const shown = cardIn(only([copy("1")], { after: minute }));
    expect(shown.lines).toEqual([saidLate]);
  });

  it("a file goes alone, and ends the message of those before it", () => {
    const after = 5 * minute;
    expect(lineWords([line("1"), line("2"), file("3"), line("4")], { after })).toEqual([
      "line 1 2",
    ]);
    expect(lineWords([line("1"), file("2"), line("3")], { after })).toEqual(["line 1"]);
    expect(lineWords([file("1"), line("2"), line("3")], { after })).toEqual(["file 1"]);
  });

  it("lines that were refused together go one by one, and those after them together", () => {
    const after = 5 * minute;
    const nine = ["8", "9", "10", "11"].map((key) => line(key));
    const said = { after, posted: { apart: "9" } };
    expect(lineWords(nine, said)).toEqual(["line 8"]);
    expect(lineWords(nine.slice(1), said)).toEqual(["line 9"]);
    expect(lineWords(nine.slice(2), said)).toEqual(["line 10 11"]);
  });
});

describe("what was sent without an answer", () => {
  const lines = ["1", "2", "3"].map((key) => line(key));
  const sent = (...attempting: string[]) => ({ posted: { attempting } });
  const late = { after: 5 * minute };

  it("is sent again as it was, however late it is by now", () => {
    expect(words(lines, sent("run/1-2"))).toEqual(["line 1 2"]);
    expect(words(lines, sent("run/1-3"))).toEqual(["line 1 2 3"]);
    expect(words(lines, { ...sent("run/1"), ...late })[0]).toBe("line 1");
  });

  it("is in no message with lines before it", () => {
    expect(words(lines, { ...sent("run/3"), ...late })[0]).toBe("line 1 2");
    expect(words(lines, { ...sent("other/3"), ...late })[0]).toBe("line 1 2 3");
  });

  it("is known by its first and last line", () => {
    expect([keyOf("run", lines), keyOf("run", lines.slice(1, 2))]).toEqual(["run/1-3", "run/2"]);
    expect(fileKeyOf("run", file("2"))).toBe("run/2/file");
  });
});

describe("a file that its place does not take", () => {
  const refused = (of: string) => ({
    posted: { refused: [{ line: of, why: "Too large", perhapsThere: true }] },
  });

  it("is a line that says so", () => {
    const job = only([file("1")], refused("1"));
    expect(inWords(job)).toBe("line 1");
    expect(cardIn(job)).toMatchObject({
      title: 'The file "report.md" is not here',
      lines: ["Too large", "Perhaps it is: an earlier attempt to attach it had no answer"],
    });
  });

  it("is in no message with the lines after it", () => {
    const late = next([file("1"), line("2")], { ...refused("1"), after: 5 * minute });
    expect(late.map(inWords)[0]).toBe("line 1");
  });

  it("says nothing of another file", () => {
    expect(words([file("1")], refused("2"))).toEqual(["file 1"]);
  });
});

describe("the card, as it is shown", () => {
  const moved = (own: Partial<Moved> = {}): Moved => ({
    to: { ...ops, channel: "second" },
    from: ops,
    why: "Archived",
    tried: 1,
    ...own,
  });
  const lines = (said: Said, waiting: readonly Line[] = []) => {
    const edit = next(waiting, said).find(({ is }) => is === "edit");
    return edit ? cardIn(edit).lines : [];
  };
  const elsewhere =
    "This stands here because the terminal's channel ops cannot be written: Archived";

  it("says why it stands elsewhere, unless it has come home", () => {
    expect(lines({ posted: { moved: moved() } })).toEqual([elsewhere]);
    expect(lines({ posted: { moved: moved({ to: { ...ops, platform: "slack" } }) } })).toEqual([
      elsewhere,
    ]);
    expect(lines({ posted: { moved: moved({ to: ops }) } })).toEqual([]);
  });

  it("says by how much its thread is late, in steps of half a minute, after all else", () => {
    const delayed = (by: string) => `Messages here are delayed by ${by}; this card is the present.`;
    const lateBy = (ms: number) => lines({ after: ms }, [line("1")]);
    expect([30 * second - 1, 30 * second, 89 * second].map(lateBy)).toEqual([
      [],
      [delayed("30 s")],
      [delayed("1 min")],
    ]);
    const said = { after: minute, posted: { moved: moved() } };
    expect(lines(said, [line("1")])).toEqual([elsewhere, delayed("1 min")]);
  });

  it("is late by nothing where nothing waits in its thread", () => {
    expect(lines({ after: minute }, [copy("1")])).toEqual([]);
    expect(lines({ after: minute })).toEqual([]);
  });

  it("belongs to where it is spoken now", () => {
    const topic = topicOf();
    expect(present(topic, shown)).toBe(topic);
    expect(present(topic, { ...shown, moved: moved() }).place.channel).toBe("second");
  });
});

const root: Job = {
  is: "root",
  topic: topicOf(),
  posted: shown,
  card: card("Runs"),
  urgent: false,
};
const posts: Job = only([line("1")]);
const filing: Job = only([file("1")]);
const copying: Job = only([copy("1")]);
const edit: Job = only([], { topic: { card: card("Ended") } });
const finishing: Job = only([], { posted: { ref: { ...ref, unfinished: ["m0"] } } });
const sought = { of: "run", key: "run", card: card("Runs") };
const looking: Job = only([], { posted: { sought } });
const all = [root, posts, filing, copying, edit, finishing, looking];

describe("what waits for one another", () => {
  it("is what is posted in a channel, its files, what is edited there, and what is looked for", () => {
    const [post, files, edits, looks] = ["posts", "files", "edits", "looks"].map(
      (what) => `terminal/ops/${what}`,
    );
    expect(all.map(laneOf)).toEqual([post, post, files, post, edits, edits, looks]);
  });

  it("is what is posted of a topic, and what is edited of it, wherever", () => {
    const own = all.map((job) => claimsOf(job)[1]);
    const post = "run/posts";
    expect(own).toEqual([post, post, post, post, "run/edits", "run/edits", post]);
    expect(all.map((job) => claimsOf(job)[0])).toEqual(all.map(laneOf));
  });

  it("tells whether a topic speaks just now", () => {
    const speaks = [["run/posts"], ["run/edits"], ["other/posts"], ["terminal/ops/posts"], []];
    expect(speaks.map((claimed) => isSpeaking("run", new Set(claimed)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("is after a refusal what goes to the same place in the same way", () => {
    const turns = ["root", "line", "line", "copy", "edit", "finish", "look"];
    expect(all.map((job) => heldOf(job).message)).toEqual(
      turns.map((turn) => `run@terminal/ops//${turn}`),
    );
    expect(heldOf(posts)).toMatchObject({ lane: "terminal/ops/posts", platform: "terminal" });
    const inThread = { ...ops, thread: "m0" };
    const threaded = only([line("1")], { topic: { place: inThread } });
    expect(heldOf(threaded).message).toBe("run@terminal/ops/m0/line");
  });

  it("is not a line in the thread and one in the channel", () => {
    const inChannel = { posted: { thread: ops } };
    for (const of of [line("1"), file("1")])
      expect(heldOf(only([of], inChannel)).message).toBe("run@terminal/ops//channel-line");
  });

  it("shares a budget, of its channel or of its platform", () => {
    const budget = (of: Budget["of"], burst: number): Budget => ({ burst, everyMs: 1000, of });
    const pace: Pace = { posts: budget("channel", 1), edits: budget("platform", 2), lateEditMs: 0 };
    const post = { name: "terminal/ops/posts", budget: pace.posts };
    const edits = { name: "terminal/edits", budget: pace.edits };
    expect(all.map((job) => budgetOf(job, pace))).toEqual([
      post,
      post,
      post,
      post,
      edits,
      edits,
      edits,
    ]);
    const other: Pace = {
      posts: budget("platform", 1),
      edits: budget("channel", 2),
      lateEditMs: 0,
    };
    expect([root, edit].map((job) => budgetOf(job, other).name)).toEqual([
      "terminal/posts",
      "terminal/ops/edits",
    ]);
  });
});

describe("of several topics", () => {
  const since = (at: number, urgent = false): readonly Job[] => [
    { ...root, topic: topicOf({ updatedAt: at }), urgent },
    only([line("1", { at, urgent })], { topic: { updatedAt: begun + minute } }),
    {
      ...({ is: "file", topic: topicOf(), posted: shown } as const),
      ...{ line: line("1", { at }), file: report, urgent },
    },
  ];
  const order = (jobs: readonly Job[]) => jobs.toSorted(mostUrgentFirst);

  it("the one that has waited longest goes first", () => {
    const [first, second, third] = [since(begun - 3), since(begun - 2), since(begun - 1)];
    for (let i = 0; i < 3; i++) {
      const turn = [first[i], second[(i + 1) % 3], third[(i + 2) % 3]].filter((one) => !!one);
      expect(order(turn.toReversed())).toEqual(turn);
    }
  });

  it("the urgent one goes before all that have waited longer", () => {
    for (const late of since(begun + minute, true))
      for (const early of since(begun))
        expect([order([early, late]), order([late, early])]).toEqual([
          [late, early],
          [late, early],
        ]);
  });

  it("that are edited, the one that was shown last the longest ago, headlines a little before", () => {
    const now = 100_000;
    const body = only([], { topic: { card: { ...card("Runs"), lines: ["more"] } } });
    const alarm = only([], { topic: { card: { ...card("Runs"), tone: "warning" } } });
    expect(turnOfEdit(body, now)).toBe(now);
    expect([edit, alarm].map((job) => turnOfEdit(job, now))).toEqual([85_000, 85_000]);
    expect(turnOfEdit(finishing, now)).toBe(115_000);
    const { shown: _, ...unshown } = shown;
    const anew = jobsOf({ topic: topicOf(), posted: unshown, lines: [] }, begun);
    expect(anew.map((job) => turnOfEdit(job, now))).toEqual([85_000]);
  });

  it("what is posted waits for no edit's turn", () => {
    expect([root, posts, filing, copying, looking].map((job) => turnOfEdit(job, 5))).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });
});
