/**
 * Processes of the benchmark that are asked things by name: the simulated EM, the chat platforms, the
 * programs that are measured. Each ends with whoever started it.
 */
import { type ChildProcess, fork, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** What can be asked of a process, by name; each takes one thing of plain data and gives one. */
export type Answers = Readonly<Record<string, (about: never) => unknown>>;

export interface Child<Of extends Answers> {
  readonly pid: number;
  ask<Name extends keyof Of & string>(
    name: Name,
    about: Parameters<Of[Name]>[0],
  ): Promise<Awaited<ReturnType<Of[Name]>>>;
  /** SIGTERM, and SIGKILL after ten seconds; resolves once the process is gone. */
  end(): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly about: unknown;
}

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly fault?: string;
}

const KILL_AFTER_MS = 10_000;

/** Starts a file of this folder, which answers by `answerParent`. */
export const startChild = <Of extends Answers>(file: string, about: unknown): Child<Of> =>
  asked(fork(`${import.meta.dirname}/${file}`, [JSON.stringify(about)]));

/** Starts any program; what is asked of it, a preloaded file answers. */
export const startProgram = <Of extends Answers>(
  argv: readonly string[],
  options: SpawnOptions,
): Child<Of> => asked(spawn(process.execPath, argv, options));

function asked<Of extends Answers>(child: ChildProcess): Child<Of> {
  const waiting = new Map<number, PromiseWithResolvers<never>>();
  let asked = 0;
  child.on("message", ({ id, answer, fault }: Answer) => {
    const { resolve, reject } = waiting.get(id) ?? Promise.withResolvers<never>();
    waiting.delete(id);
    fault === undefined ? resolve(answer as never) : reject(new Error(fault));
  });
  child.on("exit", (code, signal) => {
    const gone = new Error(`A process of the benchmark ended (${signal ?? code})`);
    for (const { reject } of waiting.values()) reject(gone);
  });
  return {
    pid: child.pid ?? 0,
    ask: (name, about) => {
      const question: Question = { id: ++asked, name, about };
      const answer = Promise.withResolvers<never>();
      waiting.set(question.id, answer);
      child.send(question, (error) => error && answer.reject(error));
      return answer.promise;
    },
    end: () => endOf(child),
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await gone;
  clearTimeout(late);
}

const answering: Record<string, (about: never) => unknown> = {};
/** What nobody answers yet. */
const early: Question[] = [];

/** In the process that is asked. May be called by several files, each with answers of its own. */
export function answerParent(answers: Answers): void {
  if (Object.keys(answering).length === 0) process.on("message", answer);
  Object.assign(answering, answers);
  for (const question of early.splice(0)) answer(question);
}

function answer(question: Question): void {
  const { id, name, about } = question;
  const given = answering[name];
  if (!given) return void early.push(question);
  const tell = (told: Omit<Answer, "id">) => process.send?.({ id, ...told } satisfies Answer);
  Promise.resolve()
    .then(() => given(about as never))
    .then(
      (answer) => tell({ answer }),
      (error: unknown) => tell({ fault: String(error) }),
    );
}

/** A process that has nothing else to do ends as soon as nobody can ask it any more. */
export const endWithParent = () => process.on("disconnect", () => process.exit());

/** What the process was started with. */
export const startedWith = <About>(): About => JSON.parse(process.argv[2] ?? "{}");
