/**
 * What stands before the tests in a file that the campaign makes: they are run as they are, once to
 * record which of them reach which mutant, and once for each mutant, until one of them notices it.
 */
import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeEach, type TestContext, vi } from "vitest";
import { type Limit, limitOf } from "./limit.ts";

/** How often each mutant was reached, by test. */
export type Reached = Record<string, Readonly<Record<string, number>>>;

export interface Coverage {
  /** Reached as the module was loaded, before any test. */
  readonly static: Readonly<Record<string, number>>;
  readonly perTest: Reached;
}

export interface Trial {
  readonly mutant: string;
  /** Only these are run. */
  readonly tests: readonly string[];
  /** It acts as the module is loaded, so all are loaded anew. */
  readonly isStatic: boolean;
  /** More means that it never comes to an end. */
  readonly hitLimit: number;
}

/** The names that the instrumented code goes by. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: Coverage;
  hitCount?: number;
  hitLimit?: number;
}

declare global {
  var __stryker__: Switches | undefined;
  /** One a process. */
  var limitOfTrials: Limit | undefined;
}

/** Far more than the longest test may take: what yields has been ended by vitest long before. */
const LIMIT_MS = 20_000;

function switches(): Switches {
  globalThis.__stryker__ ??= {};
  return globalThis.__stryker__;
}

/** The test's name with those of what it stands in. */
function nameOf({ task }: Pick<TestContext, "task">): string {
  const names = [task.name];
  for (let { suite } = task; suite; suite = suite.suite) names.unshift(suite.name);
  return names.join(" > ");
}

/**
 * Writes to this file which mutants each test has reached. The instrumented code holds on to the
 * record that it has seen first, so that is emptied and not replaced.
 */
export function recordInto(path: string): void {
  const all = switches();
  all.activeMutant = undefined;
  all.mutantCoverage ??= { static: {}, perTest: {} };
  const { perTest } = all.mutantCoverage;
  for (const test of Object.keys(perTest)) delete perTest[test];
  beforeEach((context) => {
    const name = nameOf(context);
    all.currentTestId = name;
    // One that reaches none may notice what acts as the module is loaded.
    perTest[name] ??= {};
  });
  afterEach(() => {
    all.currentTestId = undefined;
  });
  afterAll(() => writeFileSync(path, JSON.stringify(all.mutantCoverage)));
}

export function tryMutant({ mutant, tests, isStatic, hitLimit }: Trial): void {
  globalThis.limitOfTrials ??= limitOf(LIMIT_MS);
  const limit = globalThis.limitOfTrials;
  limit.begin();
  if (isStatic) vi.resetModules();
  Object.assign(switches(), { activeMutant: mutant, hitCount: 0, hitLimit });
  const meant = new Set(tests);
  let isNoticed = false;
  beforeEach((context) => {
    limit.begin();
    if (isNoticed || !meant.has(nameOf(context))) context.skip();
  });
  afterEach(({ task }) => {
    isNoticed ||= task.result?.state === "fail";
  });
  afterAll(() => {
    limit.end();
    switches().activeMutant = undefined;
    if (isStatic) vi.resetModules();
  });
}
