/**
 * One room: its sources with all mutants in them, switched off; its tests, first to see which of
 * them reach which mutant, then for each mutant until one notices it. All of that in one process a
 * core, which loads the bot once: Stryker's own runner loads it anew for each mutant, which takes
 * hours here.
 */
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Reporter, startVitest, type TestModule } from "vitest/node";
import { refusedByCompiler } from "./compiler.ts";
import type { Room } from "./rooms.ts";
import * as stryker from "./stryker.mjs";
import type { Coverage, Trial } from "./trial.ts";

export interface Mutant {
  readonly id: string;
  /** Below the root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The whole line in which it begins, without what it is indented by. */
  readonly code: string;
  /** A part of it, perhaps with lines that follow, and what stands there instead. */
  readonly was: string;
  readonly becomes: string;
  /** The file with the mistake in it. */
  readonly mistaken: string;
}

export interface Caught {
  readonly noticed: number;
  readonly living: readonly Mutant[];
  readonly refused: number;
}

const root = join(import.meta.dirname, "../..");
const AT_ONCE = 2;
/** No test of these rooms takes longer where all is well. */
const TEST_MS = 5000;
/** So many times as often as where all is well is never. */
const OFTEN = 100;
const LEAST_LIMIT = 1000;
const TRIAL = JSON.stringify(join(import.meta.dirname, "trial.ts"));

interface Instrumented {
  readonly mutants: readonly Mutant[];
  /** By absolute path. */
  readonly sources: ReadonlyMap<string, string>;
}

export async function hunt(room: Room): Promise<Caught> {
  const scratch = mkdtempSync(join(tmpdir(), `mutants-${room.name}-`));
  try {
    const all = await instrument(filesOf(room.source, "*.ts"));
    const refused = refusedByCompiler(all.mutants, root, scratch);
    const mutants = all.mutants.filter(({ id }) => !refused.has(id));
    const reached = await coverages(filesOf(room.tests, "**/*.test.ts"), all, scratch);
    const noticed = await noticedOf(planned(mutants, reached), all, scratch);
    const living = mutants.filter(({ id }) => !noticed.has(id));
    return { noticed: noticed.size, living, refused: refused.size };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const filesOf = (places: readonly string[], below: string): string[] =>
  places
    .flatMap((place) =>
      place.endsWith(".ts") ? [join(root, place)] : globSync(join(root, place, below)),
    )
    .sort();

async function instrument(paths: readonly string[]): Promise<Instrumented> {
  const files = paths.map((name) => ({
    name,
    mutate: true,
    content: readFileSync(name, "utf8"),
  }));
  const made = await stryker.instrument(files);
  const texts = new Map(files.map(({ name, content }) => [name, content]));
  return {
    sources: new Map(made.files.map(({ name, content }) => [name, content])),
    mutants: made.mutants
      .filter(({ status }) => status !== "Ignored")
      .map(({ id, fileName, location: { start, end }, replacement }) => {
        const text = texts.get(fileName) ?? "";
        const lines = text.split("\n");
        const offset = ({ line, column }: typeof start) =>
          lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, column);
        return {
          id,
          file: relative(root, fileName),
          line: start.line + 1,
          code: lines[start.line]?.trim() ?? "",
          was: text.slice(offset(start), offset(end)),
          becomes: replacement,
          mistaken: text.slice(0, offset(start)) + replacement + text.slice(offset(end)),
        };
      }),
  };
}

/** Each test's file, with what it reached. */
async function coverages(
  tests: readonly string[],
  { sources }: Instrumented,
  scratch: string,
): Promise<ReadonlyMap<string, Coverage>> {
  const folder = join(scratch, "recorded");
  mkdirSync(folder);
  for (const [i, test] of tests.entries())
    writeFileSync(
      join(folder, `${i}.test.ts`),
      `import { recordInto } from ${TRIAL};\nrecordInto(${JSON.stringify(join(folder, `${i}.json`))});\nawait import(${JSON.stringify(test)});\n`,
    );
  const vitest = await run(folder, sources, 20_000);
  const failed = vitest.state
    .getTestModules()
    .flatMap(({ children }) => [...children.allTests("failed")].map(({ fullName }) => fullName));
  await vitest.close();
  if (failed.length > 0)
    throw new Error(`These fail where there is no mistake: ${failed.join("; ")}`);
  return new Map(
    tests.map((test, i) => [
      test,
      JSON.parse(readFileSync(join(folder, `${i}.json`), "utf8")) as Coverage,
    ]),
  );
}

interface Plan extends Omit<Trial, "tests"> {
  /** The most telling first. */
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** What no test reaches is in no plan. A test that reaches little tells most about what it reaches. */
function planned(
  mutants: readonly Mutant[],
  coverages: ReadonlyMap<string, Coverage>,
): readonly Plan[] {
  const all = [...coverages]
    .flatMap(([file, { perTest }]) =>
      Object.entries(perTest).map(([name, hits]) => ({ file, name, hits })),
    )
    .sort((a, b) => Object.keys(a.hits).length - Object.keys(b.hits).length);
  const statics = new Set([...coverages.values()].flatMap((one) => Object.keys(one.static)));
  return mutants.flatMap(({ id: mutant }) => {
    const isStatic = statics.has(mutant);
    const tests = isStatic ? all : all.filter(({ hits }) => hits[mutant] !== undefined);
    const most = Math.max(0, ...tests.map(({ hits }) => hits[mutant] ?? 0));
    const hitLimit = LEAST_LIMIT + most * OFTEN;
    return tests.length > 0 ? [{ mutant, isStatic, hitLimit, tests }] : [];
  });
}

/** Most are noticed by one of so many. */
const FIRST = 6;

async function noticedOf(
  plans: readonly Plan[],
  instrumented: Instrumented,
  scratch: string,
): Promise<ReadonlySet<string>> {
  const first = plans.map((plan) => ({ ...plan, tests: plan.tests.slice(0, FIRST) }));
  const soon = await tried(first, instrumented, join(scratch, "first"));
  const rest = plans.filter(({ mutant, tests }) => !soon.has(mutant) && tests.length > FIRST);
  const others = rest.map((plan) => ({ ...plan, tests: plan.tests.slice(FIRST) }));
  const late = await tried(others, instrumented, join(scratch, "rest"));
  return new Set([...soon, ...late]);
}

/**
 * Gives the mutants that were noticed. One may end the whole process, which is noticed, too; what
 * was to be tried after it is tried in another.
 */
async function tried(
  plans: readonly Plan[],
  instrumented: Instrumented,
  folder: string,
): Promise<ReadonlySet<string>> {
  const noticed = new Set<string>();
  for (let left = plans, round = 1; left.length > 0; round++) {
    const states = await triedOnce(left, instrumented, `${folder}-${round}`);
    for (const [mutant, state] of states)
      if (state === "failed" || state === "pending") noticed.add(mutant);
    const again = left.filter(({ mutant }) => !ENDED.has(states.get(mutant) ?? "queued"));
    if (again.length === left.length) throw new Error(`${again.length} mutants cannot be tried`);
    left = again;
  }
  return noticed;
}

type State = ReturnType<TestModule["state"]>;

const ENDED: ReadonlySet<State> = new Set(["passed", "failed", "pending"]);

async function triedOnce(
  plans: readonly Plan[],
  { sources }: Instrumented,
  folder: string,
): Promise<ReadonlyMap<string, State>> {
  mkdirSync(folder);
  for (const plan of plans) writeTrial(plan, folder);
  const vitest = await run(folder, sources, TEST_MS);
  const states = vitest.state
    .getTestModules()
    .map((module) => [mutantIn(module), module.state()] as const);
  await vitest.close();
  return new Map(states);
}

const mutantIn = ({ moduleId }: TestModule) =>
  String(Number(/(\d+)\.test\.ts$/.exec(moduleId)?.[1]));

/** Those for which all is loaded anew come last. */
function writeTrial({ tests, ...plan }: Plan, folder: string): void {
  const trial: Trial = { ...plan, tests: tests.map(({ name }) => name) };
  const imports = [...new Set(tests.map(({ file }) => file))].map(
    (file) => `await import(${JSON.stringify(`${file}?mutant=${plan.mutant}`)});\n`,
  );
  const name = `${plan.isStatic ? "z" : "a"}${plan.mutant.padStart(5, "0")}.test.ts`;
  writeFileSync(
    join(folder, name),
    `import { tryMutant } from ${TRIAL};\ntryMutant(${JSON.stringify(trial)});\n${imports.join("")}`,
  );
}

/** It takes minutes; so it is said how far it is. */
function progress(): Reporter {
  let ended = 0;
  return {
    onTestModuleEnd: () => {
      ended += 1;
      if (ended % 50 === 0) process.stderr.write(`${ended} done\n`);
    },
  };
}

const run = (folder: string, sources: ReadonlyMap<string, string>, testTimeout: number) =>
  startVitest(
    "test",
    [],
    {
      ...{ config: false, root, dir: folder, watch: false, include: ["**/*.test.ts"], exclude: [] },
      ...{ pool: "forks", isolate: false, fileParallelism: true, maxWorkers: AT_ONCE },
      ...{ testTimeout, reporters: [progress()], dangerouslyIgnoreUnhandledErrors: true },
      // What is kept of one room's sources would stand in for those of the next.
      ...{ fsModuleCache: false, env: { TMPDIR: "/dev/shm" } },
    },
    {
      server: { fs: { strict: false } },
      plugins: [
        {
          name: "mutants",
          enforce: "pre",
          transform: (_, id) => sources.get(id.replace(/\?.*$/, "")),
        },
      ],
    },
  );
