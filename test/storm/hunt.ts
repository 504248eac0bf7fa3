/**
 * Whether the storm looks: a copy of the program with one deliberate mistake in it is stormed until
 * the promise breaks that this mistake must break.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Mutant, mutants } from "./mutants.ts";
import { tryOut } from "./trial.ts";
import { type Kind, weatherOf } from "./weather.ts";

type Say = (text: string) => void;

const root = join(import.meta.dirname, "../..");
const COPIED = [
  "src",
  "adapters",
  "test/storm",
  "test/fakes",
  ...["em-past", "exact-text", "judge", "sentences", "statements", "truth"].map(
    (name) => `test/truth/${name}.ts`,
  ),
  "test/crash/dice.ts",
  ...["audit-log", "beside-store"].map((name) => `test/fakes/${name}.ts`),
  "package.json",
];

/**
 * Goes through so many seeds from `first` on until the mutant's promise breaks. Gives 0 where it
 * does. What cannot show it is counted, and not played.
 */
export async function hunt(name: string, first: number, say: Say): Promise<number> {
  const { promise, within, under } = named(name);
  for (let runs = 1; runs <= within; runs++) {
    const seed = first + runs - 1;
    if (under && !isUnder(seed, under)) continue;
    const { faults } = await tryOut(seed);
    const found = faults.find((fault) => fault.promise === promise);
    if (!found) continue;
    say(`after ${runs} runs (seed ${seed}): ${found.what}`);
    return 0;
  }
  say(`not within ${within} runs from seed ${first} on`);
  return 1;
}

function named(name: string): Mutant {
  const found = mutants.find((mutant) => mutant.name === name);
  if (!found) throw new Error(`There is no mutant "${name}"`);
  return found;
}

function isUnder(seed: number, under: readonly Kind[]): boolean {
  const { kinds } = weatherOf(seed, new Set());
  return under.some((kind) => kinds.has(kind));
}

/** A mutant, and the seed from which on it is looked for. */
interface Hunt {
  readonly mutant: Mutant;
  readonly first: number;
}

/**
 * All of them, or the one of that name, from each of these seeds on. Gives 1 where one was not
 * found. Two are looked for at a time.
 */
export async function tryMutants(
  name: string | undefined,
  firsts: readonly number[],
  say: Say,
): Promise<number> {
  const chosen = name === undefined ? mutants : [named(name)];
  const left = chosen.flatMap((mutant) => firsts.map((first): Hunt => ({ mutant, first })));
  const hunts = left.length;
  let missed = 0;
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { code, said } = await tryMutant(next);
      const { name, promise } = next.mutant;
      say(`${code === 0 ? "found " : "MISSED"} ${name} (${promise}): ${said}`);
      if (code !== 0) missed += 1;
    }
  };
  await Promise.all([worker(), worker()]);
  say(`${hunts - missed} of ${hunts} were found`);
  return missed === 0 ? 0 : 1;
}

async function tryMutant({ mutant, first }: Hunt): Promise<{ code: number; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "storm-mutant-"));
  try {
    for (const part of COPIED) cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    mutate(folder, mutant);
    return await hunted(folder, mutant, first);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Throws where the program has moved on, so that a mutant never passes for found unawares. */
function mutate(folder: string, { name, file, find, replace }: Mutant): void {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  if (text.split(find).length !== 2)
    throw new Error(`Cannot make the mutant "${name}" as ${file} holds its place not exactly once`);
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
}

async function hunted(
  folder: string,
  { name }: Mutant,
  first: number,
): Promise<{ code: number; said: string }> {
  const child = spawn(
    process.execPath,
    [join(folder, "test/storm/storm.ts"), "hunt", name, String(first)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const said: string[] = [];
  child.stdout.on("data", (chunk) => said.push(String(chunk)));
  child.stderr.on("data", (chunk) => said.push(String(chunk)));
  const [code] = await once(child, "exit");
  return { code: Number(code ?? 1), said: said.join("").trim().slice(0, 300) };
}
