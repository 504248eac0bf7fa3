/**
 * How this project is built, as rules that fail: who may import whom, who may reach for the
 * outside, what is pinned.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesUnder, isCode, readCode, shippedIn } from "./form/code.ts";
import { namesWithTwoMeanings } from "./form/exports.ts";
import {
  betweenParts,
  circlesOfFiles,
  circlesOfFolders,
  type Import,
  importsOf,
  partOf,
} from "./form/imports.ts";
import { layers, upward } from "./form/layers.ts";
import { isSlow, regexesOf } from "./form/regexes.ts";
import { sentencesIn } from "./form/sentences.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const shipped = shippedIn(root);
const tests = filesUnder(root, "test").filter(isCode);
const code = shipped.map((path) => readCode(root, path));
const imports = code.flatMap(importsOf);
const between = betweenParts(imports);
const isSandbox = ({ path }: { readonly path: string }) => partOf(path) === "src/sandbox";

/** Only these see every part. */
const assembling = ["src/main.ts", "src/program"];

const told = ({ from, to }: Import) => `${from} imports ${to}`;

describe("dependencies point one way", () => {
  it("nothing imports upward, nor from what stands beside it", () => {
    expect(upward(imports).map(told)).toEqual([]);
  });

  it("every folder has its place in the list of layers, once", () => {
    expect([...new Set(shipped.map(partOf))].sort()).toEqual(layers.flat().sort());
  });

  it("no two folders import each other, nor in a circle of more, be it types alone", () => {
    expect(circlesOfFolders(imports)).toEqual([]);
  });

  it("no two files form a circle, nor more of them, be it types alone", () => {
    expect(circlesOfFiles(imports)).toEqual([]);
  });

  it("only those that put the parts together import adapters, the sandbox or each other", () => {
    const high = [
      "src/sandbox",
      "adapters/terminal",
      "adapters/slack",
      "adapters/discord",
      ...assembling,
    ];
    const wrong = between.filter(
      ({ from, to }) => high.includes(partOf(to)) && !assembling.includes(partOf(from)),
    );
    // A type says nothing to the running program, and start.mjs does nothing but start main.ts.
    expect(
      wrong.filter(({ from, typeOnly }) => !typeOnly && from !== "src/start.mjs").map(told),
    ).toEqual([]);
  });

  it.each([
    { part: "src/records", loads: [] },
    { part: "src/store", loads: ["src/records"] },
    { part: "src/policy", loads: ["src/chat"] },
  ])("$part loads nothing of the others but $loads", ({ part, loads }) => {
    const own = between.filter(({ from, typeOnly }) => partOf(from) === part && !typeOnly);
    const allowed: readonly string[] = loads;
    expect(own.filter(({ to }) => !allowed.includes(partOf(to))).map(told)).toEqual([]);
  });

  it("EM's client knows nothing of chats", () => {
    const wrong = between.filter(({ from }) => partOf(from) === "src/em");
    expect(wrong.filter(({ to }) => partOf(to) === "src/chat").map(told)).toEqual([]);
  });

  it("services are handed in, as are the clock and the log where no start is made", () => {
    const handedIn = ["src/services.ts", "src/clock.ts", "src/log.ts"];
    const making = ["src/em", "src/ops", "src/settings", ...assembling];
    const wrong = between.filter(
      ({ from, to, typeOnly }) =>
        handedIn.includes(to) && !typeOnly && !making.includes(partOf(from)),
    );
    expect(wrong.map(told)).toEqual([]);
  });
});

describe("a platform's package", () => {
  const platforms = [
    { adapter: "adapters/slack", isIts: (name: string) => name.startsWith("@slack/") },
    {
      adapter: "adapters/discord",
      isIts: (name: string) => /^discord\.js|^@discordjs\//.test(name),
    },
  ];

  it.each(platforms)("is imported in $adapter alone", ({ adapter, isIts }) => {
    const wrong = imports.filter(({ from, to }) => isIts(to) && partOf(from) !== adapter);
    expect(wrong.map(told)).toEqual([]);
  });

  it.each(platforms)("is loaded only where $adapter is configured", ({ adapter }) => {
    expect(loadedAnyway(adapter)).toEqual([]);
  });
});

describe("what not every start needs", () => {
  it.each([
    ["adapters/terminal", "the terminal is the chat"],
    ["src/sandbox", "no other Enterprise Manager is configured"],
  ])("%s is loaded only where %s", (part) => {
    expect(loadedAnyway(part)).toEqual([]);
  });
});

it("what makes pictures is loaded by the worker that draws them, when it is wanted", () => {
  const drawing = imports.filter(({ to }) => to.startsWith("@resvg/"));
  expect(drawing.map(({ from, onDemand }) => ({ from, onDemand }))).toEqual([
    { from: "src/attachments/picture/worker.mjs", onDemand: true },
  ]);
  const worker = imports.filter(({ to }) => to === "src/attachments/picture/worker.mjs");
  expect(worker).toEqual([]);
});

/** What loads a part of the program without asking whether it is wanted. */
function loadedAnyway(part: string): string[] {
  return between
    .filter(({ to, typeOnly, onDemand }) => partOf(to) === part && !typeOnly && !onDemand)
    .map(told);
}

/** Lines of code that match, without those that are a comment. */
function linesWith(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, i) =>
        pattern.test(line) && !/^\s*(?:\/\/|\/?\*)/.test(line)
          ? [`${path}:${i + 1} ${line.trim()}`]
          : [],
      ),
  );
}

describe("reaching for the outside", () => {
  it("is main's business: it alone reads the environment and the command line", () => {
    const others = shipped.filter((path) => path !== "src/main.ts" && path !== "src/start.mjs");
    expect(
      linesWith(
        /process\s*(?:\.|\[")\s*(?:env|argv)\b|\{[^}]*\b(?:env|argv)\b[^}]*\}\s*=\s*process\b/,
        others,
      ),
    ).toEqual([]);
  });

  /** Where time and chance come from, and where sockets are: nobody simulates these. */
  const atTheEdge = [
    "src/clock.ts",
    "src/chance.ts",
    "src/em/tls.ts",
    "src/em/certificate.ts",
    "src/network/tunnel.ts",
    "src/ops/health.ts",
    "adapters/slack/reply.ts",
    "adapters/slack/upload.ts",
    "adapters/terminal/kept-files.ts",
    "adapters/terminal/terminal.ts",
    // How long EM took, for figures alone.
    "src/em/exchange.ts",
    "src/em/estate.ts",
  ];

  it("time and chance are handed in, so that a simulation can play them", () => {
    const others = shipped.filter(
      (path) => !atTheEdge.includes(path) && !path.startsWith("src/sandbox/"),
    );
    const reaching =
      /\bDate\.now\(|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\(|\bperformance\.now\(|\bAbortSignal\.timeout\b|\brandom(?:Bytes|UUID|Int)\b/;
    expect(linesWith(reaching, others)).toEqual([]);
  });

  it("goes through the log, never the console", () => {
    expect(linesWith(/\bconsole\.\w+\(/, shipped)).toEqual([]);
  });
});

describe("the code", () => {
  const self = basename(import.meta.filename);

  it("has no exported name with two meanings", () => {
    expect(namesWithTwoMeanings(code.filter((file) => !isSandbox(file)))).toEqual([]);
  });

  it("has none within the sandbox either, a house of its own", () => {
    expect(namesWithTwoMeanings(code.filter(isSandbox))).toEqual([]);
  });

  it("has no file over 350 lines", () => {
    const lengths = shipped.map((path) => ({ path, lines: read(path).split("\n").length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 350)).toEqual([]);
  });

  it("has no regular expression that a long text makes slow", () => {
    const slow = code.flatMap(regexesOf).filter(isSlow);
    expect(slow.map(({ path, pattern, flags }) => `${path}: /${pattern}/${flags}`)).toEqual([]);
  });

  it.each([
    ["blanks at the end", /\s+$/],
    ["marks at the end of a word", /(\S)[*_]+(?=\s)/],
    ["a link without an end", /<https:[^>]*>/],
    ["two that repeat the same", /^\s*(\S*)(?:\s+(.*))?$/],
    ["one that repeats what repeats", /^(?:a+)+$/],
  ])("and the rule sees one that is slow: %s", (_, { source, flags }) => {
    expect(isSlow({ pattern: source, flags })).toBe(true);
  });

  it("is TypeScript that disappears: no enum, no namespace", () => {
    const pattern =
      /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?(?:enum|namespace|module)\s+[\w".]+\s*\{/;
    expect(linesWith(pattern, [...shipped, ...tests])).toEqual([]);
  });

  it("leaves no test out, and none alone", () => {
    const pattern = /\b(?:it|test|describe)\.(?:only|skip|todo|fails)\b|\bx(?:it|describe)\(/;
    expect(
      linesWith(
        pattern,
        tests.filter((path) => basename(path) !== self),
      ),
    ).toEqual([]);
  });

  it("asks nobody to look away, and leaves nothing for later", () => {
    const pattern = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|\bTODO\b|\bFIXME\b/;
    const all = [...shipped, ...tests.filter((path) => basename(path) !== self)];
    expect(all.filter((path) => pattern.test(read(path)))).toEqual([]);
  });
});

/**
 * Reasons are data everywhere else: what people read is drawn in src/messages, so that one place
 * says what the bot says.
 */
describe("sentences for people", () => {
  const rooms = ["orders", "policy", "watch", "bot", "commands", "typed", "speech", "ops"];
  /** Where a sentence stands beside what it is about, and why. */
  const excepted: Readonly<Record<string, string>> = {
    "src/policy/policy.ts": "faults of a file, like those of settings",
    "src/policy/policy-parts.ts": "the same, of what its parts are made of",
    "src/policy/plan-targets.ts": "the same, of what is promised for plans",
    "src/policy/policy-yaml.ts": "the same, of a file that is no YAML",
    "src/typed/time.ts": "how a time is to be typed, like a verb's usage",
    "src/ops/audit-start.ts": "settings, as short as they can be shown",
    "src/ops/check-em.ts": "what the doctor finds, each beside its cure, as adapters say theirs",
    "src/ops/check-here.ts": "what the doctor finds, each beside its cure",
    "src/ops/check-node.ts": "what the doctor finds, each beside its cure",
    "src/ops/check-orders.ts": "what the doctor finds, each beside its cure",
    "src/ops/check-targets.ts": "what the doctor finds, each beside its cure",
    "src/ops/doctor.ts": "what the doctor finds, each beside its cure",
    "src/ops/health.ts": "answers for machines",
    "src/ops/metrics.ts": "what a figure means, for machines",
  };
  const files = code.filter(({ path }) => rooms.some((room) => partOf(path) === `src/${room}`));

  it("stand in src/messages", () => {
    const found = files
      .filter(({ path }) => excepted[path] === undefined)
      .flatMap((file) => sentencesIn(file).map((text) => `${file.path} says "${text}"`));
    expect(found).toEqual([]);
  });

  it("and so do cards", () => {
    const paths = files.map(({ path }) => path);
    expect(linesWith(/\btone: "/, paths)).toEqual([]);
  });

  it("stand elsewhere in no fewer files than are excepted", () => {
    const needed = files.filter((file) => sentencesIn(file).length > 0).map(({ path }) => path);
    expect(Object.keys(excepted).filter((path) => !needed.includes(path))).toEqual([]);
  });
});

describe("the packages", () => {
  const manifest: Record<string, Record<string, string>> = JSON.parse(read("package.json"));
  const lock = read("package-lock.json");

  it("are pinned to exact versions", () => {
    const wanted = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("run nothing when they are installed", () => {
    expect(lock).not.toContain('"hasInstallScript"');
  });

  it("come from wherever the machine's registry is: the lock file holds no address", () => {
    expect(lock).not.toContain('"resolved"');
    expect(read(".npmrc")).not.toMatch(/registry\s*=/);
  });
});

const pages = [
  ...readdirSync(root).filter((name) => extname(name) === ".md"),
  ...["src", "adapters", "test", ".github"]
    .flatMap((folder) => filesUnder(root, folder))
    .filter((path) => extname(path) === ".md"),
];

/** Links that lead into the repository, and words in code marks that look like a path. */
function pathsNamedIn(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  const links = [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, to = ""]) => to);
  const words = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, word = ""]) => word);
  const looksLikePath = /^(?:\.?[\w@-]+\/)+[\w.*-]*$|^[\w.-]+\.(?:ts|mjs|md|json|yml)$/;
  return [
    ...links.filter((to) => !/^[a-z]+:/.test(to)),
    ...words.filter((word) => looksLikePath.test(word)),
  ];
}

describe("every page", () => {
  /** Made when the bot runs. */
  const madeLater = /^(?:data|coverage)\/|^sandbox\.json$/;

  it("names only files that exist", () => {
    const missing = pages.flatMap((page) =>
      pathsNamedIn(read(page))
        .filter((path) => !madeLater.test(path) && !path.includes("*"))
        .filter((path) => ![dirname(page), "."].some((base) => existsSync(join(root, base, path))))
        .map((path) => `${page} names ${path}`),
    );
    expect(missing).toEqual([]);
  });
});
