/**
 * What reading one answer of EM with 500 sessions of 20 VMs takes, beside a bare parser: all of it
 * new, one session of twelve changed since the answer before, none changed.
 */
import { XMLParser } from "fast-xml-parser";
import { systemClock } from "../../src/clock.ts";
import { sessionsReading } from "../../src/em/decode.ts";
import { type ReadBefore, readPage } from "../../src/em/read-page.ts";
import type { FailoverSession } from "../../src/em/types.ts";
import { serve } from "../../src/sandbox/api/service.ts";
import type { Run } from "../../src/sandbox/estate/estate.ts";
import { sandboxParts } from "../../src/sandbox/sandbox.ts";
import { answerParent, endWithParent, startedWith } from "./children.ts";
import { estateOf, recordEstate, runsOf } from "./estate.ts";
import { median } from "./figures.ts";

/** Medians in milliseconds. */
export interface Decoded {
  readonly sessions: number;
  readonly vmTasks: number;
  readonly megabytes: number;
  readonly bareMs: number;
  readonly newMs: number;
  readonly fewChangedMs: number;
  readonly sameMs: number;
}

export interface DecodeOptions {
  readonly folder: string;
}

type Format = "xml" | "json";

/** How the program reads an answer, with whatever it remembers of those before. */
function newReader() {
  const known: ReadBefore<FailoverSession> = new Map();
  return (text: string) => readPage(text, sessionsReading, systemClock.turn(), known);
}

const ROUNDS = 9;
const WARM_UP = 2;
const CHANGED_OF = 12;
const ESTATE = { plans: 500, still: false, brisk: 0 };

const { folder } = startedWith<DecodeOptions>();
const now = Date.now();
const inventory = estateOf(ESTATE);
const runs = runsOf(inventory, ESTATE, now);
const changed = runs.map(
  (run, index): Run => (index % CHANGED_OF === 0 ? { ...run, orderedAt: run.orderedAt - 10 } : run),
);

/** As EM answers, whose sessions are these. */
function answerWith(some: readonly Run[], format: Format): string {
  const file = recordEstate(folder, some, now);
  const { service } = sandboxParts({ inventory, file, now: () => now });
  const { username, password } = service;
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  const common = { host: "em", hasLength: true, body: "", accept: `application/${format}` };
  const begin = { ...common, method: "POST", path: "/api/sessionMngr/", parameters: [] };
  const { raw } = serve({ ...begin, authorization: `Basic ${basic}` }, service);
  const query = { type: "CloudFailoverSession", format: "Entities", pageSize: "1000", page: "1" };
  const asked = { ...common, method: "GET", path: "/api/query" };
  const header = raw.headers?.["X-RestSvcSessionId"];
  return serve({ ...asked, parameters: Object.entries(query), header }, service).raw.body;
}

const bareXml = new XMLParser({ ignoreAttributes: false });
const bare = {
  xml: (text: string) => bareXml.parse(text),
  json: (text: string) => JSON.parse(text),
};

async function taken(act: () => unknown): Promise<number> {
  globalThis.gc?.();
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

async function decode(format: Format): Promise<Decoded> {
  const [first, second] = [answerWith(runs, format), answerWith(changed, format)];
  const reader = newReader();
  const { things } = await reader(first);
  const ways = {
    bareMs: () => bare[format](first),
    newMs: () => newReader()(first),
    sameMs: () => reader(first),
    fewChangedMs: () => reader(second),
    /** Not measured: so that the next round begins as this one did. */
    back: () => reader(first),
  };
  const all = Object.keys(ways).map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round++)
    for (const [index, way] of Object.values(ways).entries()) {
      const ms = await taken(way);
      if (round >= 0) all[index]?.push(ms);
    }
  const [bareMs = 0, newMs = 0, sameMs = 0, fewChangedMs = 0] = all.map(median);
  const vmTasks = things.reduce((sum, { vms }) => sum + vms.length, 0);
  const megabytes = Buffer.byteLength(first) / 1e6;
  return { sessions: things.length, vmTasks, megabytes, bareMs, newMs, fewChangedMs, sameMs };
}

const answers = { decode };
export type DecodeAnswers = typeof answers;

answerParent(answers);
endWithParent();
