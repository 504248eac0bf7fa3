/**
 * The simulated EM in a process of its own. It tells what it was asked, and when an answer first
 * showed that a VM has ended.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { courseOf } from "../../src/sandbox/estate/course.ts";
import { sandboxParts } from "../../src/sandbox/sandbox.ts";
import { listen, originOf } from "../../src/sandbox/wire/server.ts";
import { answerParent, endWithParent, startedWith } from "./children.ts";
import { type EstateOptions, estateOf, recordEstate, runsOf } from "./estate.ts";

export interface EmOptions extends EstateOptions {
  /** Where the estate is kept. */
  readonly folder: string;
}

/** What happened since it was asked last. Times are in milliseconds since 1970. */
export interface EmNews {
  readonly questions: number;
  /** When the first page of the open sessions was asked for: once a look. */
  readonly looks: readonly number[];
  /**
   * Names of VMs, with when the answer was out that first showed that they have ended; null where
   * that is not known, as they ended while it was made.
   */
  readonly ended: readonly (readonly [vm: string, at: number | null])[];
}

const options = startedWith<EmOptions>();
const inventory = estateOf(options);
const bornAt = Date.now();
const file = recordEstate(options.folder, runsOf(inventory, options, bornAt), bornAt);
const { world, service, front } = sandboxParts({
  inventory,
  file,
  switches: options.still ? { progressWhileRunning: "zero" } : {},
});
const server = await listen(front, 0, undefined);
server.on("request", hear);

let questions = 0;
let looks: number[] = [];
let ended: [vm: string, at: number | null][] = [];
const known = new Set<string>();

function hear({ url = "" }: IncomingMessage, response: ServerResponse): void {
  questions += 1;
  const arrivedAt = Date.now();
  const asked = new URL(url, "http://em").searchParams;
  const isList = asked.get("type") === "CloudFailoverSession" && /State/.test(url);
  if (!isList) return;
  const [page, size] = [Number(asked.get("page")), Number(asked.get("pageSize"))];
  if (page === 1) looks.push(arrivedAt);
  const shown = world.sessions().slice((page - 1) * size, page * size);
  response.on("finish", () => {
    for (const run of shown) noteEnds(courseOf(run), arrivedAt);
  });
}

function noteEnds({ vms }: ReturnType<typeof courseOf>, arrivedAt: number): void {
  const now = Date.now();
  for (const { vm, endsAt } of vms) {
    if (endsAt > now || known.has(vm.name)) continue;
    known.add(vm.name);
    ended.push([vm.name, endsAt <= arrivedAt ? now : null]);
  }
}

const answers = {
  address: (_: null) => {
    const { username, password } = service;
    return { url: originOf(server, false), username, password };
  },
  news: (_: null): EmNews => {
    const news = { questions, looks, ended };
    questions = 0;
    looks = [];
    ended = [];
    return news;
  },
  slow: (ms: number) => {
    front.faults.slowMs = ms;
  },
};

export type EmAnswers = typeof answers;

answerParent(answers);
endWithParent();
