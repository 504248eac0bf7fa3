/** What a person sees in a window of 80 columns and 24 rows, through the whole renderer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Card, Incoming, Row } from "../../../src/chat/port.ts";
import { channel, terminalRig } from "./rig.ts";

const lines = (count: number, what: string) =>
  Array.from({ length: count }, (_, index) => `${what} ${index + 1}`);

const vms = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    mark: "running",
    name: `vm${index}`,
    detail: "",
  }));

const run = (name: string, more: Partial<Card> = {}): Card => ({
  about: { run: `run-${name}`, plan: name, stands: "running" },
  tone: "running",
  title: `Starting: ${name}`,
  lines: [],
  percent: 40,
  ...more,
});

/** As high as that of a plan with six VMs. */
const highRun = (name: string) =>
  run(name, {
    lead: ["Looked just now.", "Nobody else looks."],
    lines: ["Running since six.", "Asked by Ada."],
    rows: vms(6),
    next: "Leave it to run.",
    footer: `run-${name}`,
  });

const CLOSES = Date.UTC(2026, 10, 21, 6, 5);

const question = (name: string): Card => ({
  about: { run: `run-${name}`, plan: name, stands: "asked", closesAt: CLOSES },
  tone: "question",
  title: `Start ${name}?`,
  lines: lines(10, "It does"),
  rows: vms(6),
  next: [{ type: `confirm ${name}` }, " starts it."],
});

const answer = (count: number): Card => ({
  tone: "plain",
  title: "All is well",
  lines: lines(count, "Fact"),
});

async function opened(reply?: Card) {
  const rig = terminalRig("interactive", { columns: 80, rows: 24 });
  await rig.start(async (incoming: Incoming) => {
    if (reply) await incoming.reply(reply);
  });
  const post = (card: Card) => rig.terminal.post(channel, card, card.title);
  return { ...rig, post, seen: rig.screen.seen, ask: () => rig.keys("status\r") };
}

const isOfRun = (line: string) => line.startsWith("[running]");

describe("cards of what goes on", () => {
  it("take at most half of the window", async () => {
    const { post, seen } = await opened();
    await post(run("Mail", { rows: vms(50), next: "Wait" }));
    expect(seen().slice(0, -1)).toHaveLength(12);
    expect(seen().slice(-3)).toEqual(["[running] vm8", "… and 41 more", ">"]);
  });

  it("leave out first what the end of the run says again", async () => {
    const { post, seen } = await opened();
    await post(highRun("Mail"));
    expect(seen()).toEqual([
      "[running] Starting: Mail",
      "Looked just now.",
      "Nobody else looks.",
      "[########------------] 40 %",
      ...vms(6).map(({ name }) => `[running] ${name}`),
      "Leave it to run.",
      ">",
    ]);
  });

  it("take one line each where there are several", async () => {
    const { post, seen } = await opened();
    await post(highRun("Mail"));
    await post(
      highRun("A plan with a name that is so long that a window of eighty columns cannot"),
    );
    expect(seen()).toEqual([
      "[running] Starting: Mail · 40 %",
      "[running] Starting: A plan with a name that is so long that a window of… · 40 %",
      ">",
    ]);
  });

  it("are counted where not even their lines have room, questions the last", async () => {
    const { post, seen, keys } = await opened();
    await post(question("Web"));
    await keys("\r");
    for (const name of lines(20, "Plan")) await post(run(name));
    await post(run("The newest"));
    const live = seen().slice(-13);
    expect(live[0]).toBe("… and 11 more: `status` shows them");
    expect(live.slice(-3)).toEqual([
      "[running] Starting: The newest · 40 %",
      "[question] Start Web? · closes in 5 min",
      ">",
    ]);
  });

  it("stay there while something is wrong that is not over", async () => {
    const { post, terminal, seen } = await opened();
    const ref = await post(run("Mail"));
    await terminal.edit(ref, run("Mail", { tone: "warning", title: "Nothing moves: Mail" }));
    await terminal.edit(ref, run("Mail", { tone: "warning", percent: 45 }));
    expect(seen()).toEqual(["[warning] Starting: Mail", "[#########-----------] 45 %", ">"]);
  });
});

describe("the end of a run", () => {
  it("is printed once, and its thread tells no more than what the card does not", async () => {
    const { post, terminal, seen } = await opened();
    const ref = await post(run("Mail"));
    const thread = await terminal.threadUnder(ref, "Mail");
    const over = { tone: "good", title: "Confirmed: Mail", next: "Look at it." } as const;
    await terminal.edit(ref, {
      ...over,
      about: { run: "run-Mail", plan: "Mail", stands: "ended", outcome: "confirmed" },
      lines: ["All is there.", "It took a minute."],
    });
    const lines = ["All is there.", "Nobody was called."];
    await terminal.post(thread, { ...over, lines }, "end");
    expect(seen()).toEqual([
      ...["[ok] Confirmed: Mail", "All is there.", "It took a minute.", "Look at it.", ""],
      ...["| [ok] Confirmed: Mail", "| Nobody was called.", ">"],
    ]);
  });
});

describe("a question", () => {
  it("is printed whole, and stays in view by a line that counts down", async () => {
    const { post, seen, advance } = await opened();
    await post(question("Web"));
    expect(seen()).toContain("It does 10");
    expect(seen().slice(-4)).toEqual([
      "`confirm Web` starts it.",
      "",
      "[question] Start Web? · closes in 5 min",
      ">",
    ]);
    await advance(50_000);
    expect(seen().at(-2)).toBe("[question] Start Web? · closes in 4 min");
  });

  it("says how to decide it when there is room again", async () => {
    const { post, seen, keys } = await opened();
    await post(question("Web"));
    await keys("\r");
    expect(seen().slice(-3)).toEqual([
      "[question] Start Web? · closes in 5 min",
      "`confirm Web` starts it.",
      ">",
    ]);
  });

  it("is printed whole again when it has changed, and only then", async () => {
    const { post, terminal, screen } = await opened();
    const ref = await post(question("Web"));
    await terminal.edit(ref, question("Web"));
    expect(screen.text().match(/It does 10/g)).toHaveLength(1);
    await terminal.edit(ref, { ...question("Web"), lines: lines(10, "Now it does") });
    expect(screen.text()).toContain("Now it does 10");
  });
});

describe("a fresh answer", () => {
  it("is read as a whole: the cards of what goes on step aside for it", async () => {
    const { post, seen, ask } = await opened(answer(18));
    await post(highRun("Mail"));
    await ask();
    expect(seen()).toEqual([
      "> status",
      "All is well",
      ...lines(18, "Fact"),
      "",
      "[running] Starting: Mail · 40 %",
      ">",
    ]);
  });

  it("has one line for all of them beside it where there is no room for more", async () => {
    const { post, seen, ask } = await opened(answer(19));
    for (const name of ["Mail", "Web", "Shop"]) await post(highRun(name));
    await ask();
    expect(seen().slice(-3)).toEqual(["", "3 open: `status` shows them", ">"]);
    expect(seen()[0]).toBe("> status");
  });

  it("stays where it is while the card changes, and moves only for lines of the thread", async () => {
    const { post, terminal, seen, ask } = await opened(answer(12));
    const ref = await post(highRun("Mail"));
    await ask();
    const before = seen().indexOf("All is well");
    await terminal.edit(ref, { ...highRun("Mail"), percent: 60 });
    expect(seen().indexOf("All is well")).toBe(before);
    const thread = await terminal.threadUnder(ref, "Mail");
    for (const line of lines(7, "vm up"))
      await terminal.post(thread, { tone: "plain", title: line, lines: [] }, line);
    expect(seen()[0]).toBe("> status");
    expect(seen().filter((line) => line.startsWith("| "))).toHaveLength(7);
  });

  it.each([
    ["after a minute", (rig: Awaited<ReturnType<typeof opened>>) => rig.advance(60_000)],
    ["at an empty line", (rig: Awaited<ReturnType<typeof opened>>) => rig.keys("\r")],
  ])("has been read %s: the card has its room again", async (_, pass) => {
    const rig = await opened(answer(18));
    await rig.post(highRun("Mail"));
    await rig.ask();
    await pass(rig);
    expect(rig.seen()).toContain("[running] vm5");
  });

  it("makes room for the next one", async () => {
    const { post, seen, ask } = await opened(answer(3));
    await post(highRun("Mail"));
    await ask();
    await ask();
    expect(seen().filter((line) => line === "> status")).toHaveLength(2);
    expect(seen()).toContain("[running] vm5");
  });
});

describe("a window that is resized", () => {
  it.each(["reflows", "cuts"] as const)(
    "shows all that has room, as wide as it is now, in a terminal that %s",
    async (how) => {
      const { post, seen, ask, screen, keys } = await opened(answer(4));
      await post(highRun("Mail with a name of some length"));
      await ask();
      await keys("conf");
      screen.resize(30, 22, how);
      expect(seen()).toEqual([
        ...["> status", "All is well", ...lines(4, "Fact"), ""],
        ...["[running] Starting: Mail with", "  a name of some length"],
        ...["Looked just now.", "Nobody else looks.", "[########------------] 40 %"],
        ...vms(6).map(({ name }) => `[running] ${name}`),
        "> conf",
      ]);
    },
  );

  it("is drawn whole below what was pasted into several rows", async () => {
    const { keys, post, seen, screen } = await opened();
    screen.resize(30, 24);
    await keys("x".repeat(40));
    await post(run("Mail"));
    expect(seen().slice(-3)).toEqual([
      "[########------------] 40 %",
      `> ${"x".repeat(28)}`,
      "x".repeat(12),
    ]);
    expect(screen.text().match(/>/g)).toHaveLength(1);
  });

  it("leaves no halves behind, whatever was said and typed before", async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), noHalves), { numRuns: 30 });
  });
});

type Step =
  | { readonly is: "run" | "answer" | "type" | "percent"; readonly count: number }
  | {
      readonly is: "resize";
      readonly columns: number;
      readonly rows: number;
      readonly how: "reflows" | "cuts";
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    is: fc.constantFrom("run", "answer", "type", "percent"),
    count: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({
    is: fc.constant("resize"),
    columns: fc.integer({ min: 30, max: 120 }),
    rows: fc.integer({ min: 12, max: 50 }),
    how: fc.constantFrom("reflows", "cuts"),
  }),
);

/** What goes on stands once in the window, below all else; then comes what is being typed. */
async function noHalves(steps: readonly Step[]): Promise<void> {
  const { terminal, screen, keys, start } = terminalRig("interactive", { files: "not used" });
  let [typed, runs, said] = ["", 0, 0];
  await start();
  for (const one of steps) {
    if (one.is === "resize") screen.resize(one.columns, one.rows, one.how);
    else if (one.is === "type") {
      typed += "x".repeat(one.count);
      await keys("x".repeat(one.count));
    } else if (one.is === "answer") {
      said += 1;
      const card: Card = { tone: "plain", title: `Said ${said}`, lines: lines(one.count, "Fact") };
      await terminal.post(channel, card, card.title);
    } else {
      runs = one.is === "run" ? runs + 1 : Math.max(runs, 1);
      const card = run(`plan ${runs} ${"long ".repeat(one.count)}`, { percent: one.count });
      await terminal.edit({ place: channel, id: String(runs) }, card);
    }
    const seen = screen.seen();
    const first = seen.findIndex((line) => isOfRun(line) || /^… and|open:/.test(line));
    const prompt = seen.findIndex((line) => line.startsWith(">"));
    const live = first < 0 ? [] : seen.slice(first, prompt);
    expect(seen.slice(prompt).join("")).toBe(`> ${typed}`.trim());
    expect(live.length).toBeLessThanOrEqual(screen.rows / 2);
    expect(live.length > 0).toBe(runs > 0);
    if (runs > 1)
      expect(live.filter((line) => !/^\[running\]|^… and|open:/.test(line))).toEqual([]);
    if (runs > 0) expect(live.filter(isOfRun).length).toBeLessThanOrEqual(runs);
  }
}
