/**
 * How fast and how small the whole program is, beside what it is built on. What is measured how, the
 * page in this folder says.
 *
 *     npm run bench                        everything
 *     npm run bench -- 500 xml slack       while 500 runs are watched; so with any size, format
 *                                          and platform
 *     npm run bench -- stalled discord     one part: watching, still, stalled, start or decode
 *     npm run bench -- state               the state in a file, in a Postgres, and in one far away
 *     npm run bench -- --quick             short whiles: rough figures
 *     npm run bench -- --write             the tables go into the page, too
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { decoding } from "./decoding.ts";
import { between } from "./figures.ts";
import type { GroundOptions, Platform } from "./ground.ts";
import { stalled } from "./stalled.ts";
import { atRest, starts } from "./starts.ts";
import { measuredStates } from "./states.ts";
import { atRestTable, decodedTable, stalledTable, startsTable, watchedTable } from "./tables.ts";
import { type Lengths, watched } from "./watching.ts";

const SIZES = ["1", "10", "100", "500", "1000"] as const;
const FORMATS = ["xml", "json"] as const;
const PLATFORMS: readonly Platform[] = ["slack", "discord"];

const USUAL: Lengths = { quietMs: 15_000, commands: 250, perSecond: 20 };
/** Enough for a p99. At 50 a second the answers alone would be all that discord.js sends. */
const LONG: Lengths = { quietMs: 15_000, commands: 5000, perSecond: 20 };
const QUICK: Lengths = { quietMs: 10_000, commands: 100, perSecond: 20 };

const words = process.argv.slice(2);
const isQuick = words.includes("--quick");
const usual = isQuick ? QUICK : USUAL;
const long = isQuick ? QUICK : LONG;

/** A word narrows down what it names; what no word names is measured in full. */
function chosen<Choice extends string>(choices: readonly Choice[]): readonly Choice[] {
  const named = choices.filter((choice) => words.includes(choice));
  return named.length > 0 ? named : choices;
}

const tell = (sentence: string) => process.stderr.write(`${sentence}\n`);

async function each<One, Found>(
  all: readonly One[],
  measure: (one: One) => Promise<Found>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const one of all) {
    tell(`${new Date().toISOString().slice(11, 19)}  ${JSON.stringify(one)}`);
    found.push(await measure(one));
  }
  return found;
}

const cases: readonly GroundOptions[] = chosen(SIZES).flatMap((size) =>
  chosen(FORMATS).flatMap((format) =>
    chosen(PLATFORMS).map((platform) => ({ watches: Number(size), format, platform })),
  ),
);

const hasLong = ({ watches, format }: GroundOptions) => watches === 500 && format === "xml";

const parts = {
  watching: async () => {
    const rows = await each(cases, (one) =>
      watched(one, { unlimited: hasLong(one) ? long : usual, limited: usual }),
    );
    return watchedTable(rows.flat());
  },
  still: async () => {
    const all = chosen(FORMATS).map((format) => ({ format, watches: 500, still: true }) as const);
    const rows = await each(all, (one) =>
      watched({ ...one, platform: "slack" }, { unlimited: usual }),
    );
    return watchedTable(rows.flat());
  },
  stalled: async () => {
    const { commands, perSecond } = long;
    const measure = (platform: Platform) => stalled(platform, commands, perSecond);
    return stalledTable(await each(chosen(PLATFORMS), measure));
  },
  start: async () => {
    tell("start");
    const table = startsTable(await starts(isQuick ? 1 : 5));
    return `${table}\n\n${atRestTable(await atRest())}`;
  },
  decode: async () =>
    decodedTable(
      await each(chosen(FORMATS), async (format) => [format, await decoding(format)] as const),
    ),
};

/** Have a place of their own on the page. */
const ofState = () => measuredStates(isQuick ? QUICK : USUAL, tell);

type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];

/** Sizes and formats alone are of watching. */
function chosenParts(): readonly Part[] {
  const narrows = words.some((word) => !word.startsWith("--"));
  return narrows && !partNames.some((name) => words.includes(name))
    ? ["watching"]
    : chosen(partNames);
}

function machine(): string {
  const [first] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${cpus().length} × ${first?.model}, Node ${process.versions.node}`;
}

/** To the output and, if it is to be written, to its place on the page. */
function show(tables: readonly string[], place: string): void {
  const text = [machine(), ...tables].join("\n\n");
  process.stdout.write(`${text}\n`);
  const path = join(import.meta.dirname, "README.md");
  if (words.includes("--write"))
    writeFileSync(path, between(readFileSync(path, "utf8"), place, `\n${text}\n`));
}

if (words.includes("state")) show(await ofState(), "tables of states");
else show(await each(chosenParts(), (name) => parts[name]()), "tables");
process.exit();
