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

type Say = (text: string) => void;

const root = join(import.meta.dirname, "../..");
const COPIED = ["src", "adapters", "test/storm", "test/crash/dice.ts", "package.json"];

/** Goes through seeds until the promise breaks. Exits with 0 where it does within so many runs. */
export async function hunt(promise: string, within: number, say: Say): Promise<number> {
  for (let seed = 1; seed <= within; seed++) {
    const { faults } = await tryOut(seed);
    const found = faults.find((fault) => fault.promise === promise);
    if (!found) continue;
    say(`after ${seed} runs: ${found.what}`);
    return 0;
  }
  say(`not within ${within} runs`);
  return 1;
}

/** All of them, or the one of that name. Gives 1 where one was not found. */
export async function tryMutants(name: string | undefined, say: Say): Promise<number> {
  const chosen = mutants.filter((mutant) => name === undefined || mutant.name === name);
  if (chosen.length === 0) throw new Error(`There is no mutant "${name}"`);
  const left = [...chosen];
  const missed: string[] = [];
  const worker = async () => {
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const { code, said } = await tryMutant(mutant);
      say(`${code === 0 ? "found " : "MISSED"} ${mutant.name} (${mutant.promise}): ${said}`);
      if (code !== 0) missed.push(mutant.name);
    }
  };
  await Promise.all([worker(), worker()]);
  say(`${chosen.length - missed.length} of ${chosen.length} mutants were found`);
  return missed.length === 0 ? 0 : 1;
}

async function tryMutant(mutant: Mutant): Promise<{ code: number; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "storm-mutant-"));
  try {
    for (const part of COPIED) cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    mutate(folder, mutant);
    return await hunted(folder, mutant);
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
  { promise, within }: Mutant,
): Promise<{ code: number; said: string }> {
  const child = spawn(
    process.execPath,
    [join(folder, "test/storm/storm.ts"), "hunt", promise, String(within)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const said: string[] = [];
  child.stdout.on("data", (chunk) => said.push(String(chunk)));
  child.stderr.on("data", (chunk) => said.push(String(chunk)));
  const [code] = await once(child, "exit");
  return { code: Number(code ?? 1), said: said.join("").trim().slice(0, 300) };
}
