/**
 * How this project is built, as rules that fail: who may import whom, who may reach for the
 * outside, what is pinned.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Every file under a folder, as a path from the root. */
const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath.slice(root.length + 1), entry.name))
    .sort();

const isCode = (path: string) => [".ts", ".mjs"].includes(extname(path));
const shipped = [...filesUnder("src"), ...filesUnder("adapters")].filter(isCode);
const tests = filesUnder("test").filter(isCode);

interface Import {
  readonly from: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
  /** Loaded only when it is asked for. */
  readonly onDemand: boolean;
}

const statically = /^(?:import|export)\s+(type\s)?(?:[^;"']*?\sfrom\s+)?"([^"]+)"/gm;
const dynamically = /\bimport\("([^"]+)"\)/g;

function importsOf(from: string): Import[] {
  const resolved = (to: string) => (to.startsWith(".") ? posix.join(posix.dirname(from), to) : to);
  const code = read(from);
  return [
    ...[...code.matchAll(statically)].map(([, type, to = ""]) => ({
      from,
      to: resolved(to),
      typeOnly: type !== undefined,
      onDemand: false,
    })),
    ...[...code.matchAll(dynamically)].map(([, to = ""]) => ({
      from,
      to: resolved(to),
      typeOnly: false,
      onDemand: true,
    })),
  ];
}

const imports = shipped.flatMap(importsOf);
const inside = (path: string) => path.startsWith("src/") || path.startsWith("adapters/");

/** `src/em/http.ts` is of `src/em`, `src/log.ts` of itself. */
const partOf = (path: string) => path.split("/").slice(0, 2).join("/");

interface Neighbours {
  readonly uses: readonly string[];
  /** Of these, the types alone. */
  readonly knows?: readonly string[];
}

const platform: Neighbours = { uses: ["src/chat"], knows: ["src/clock.ts", "src/log.ts"] };

/**
 * Who may import whom. What is not here, such as the sandbox and the adapters, only `assembling`
 * may.
 */
const mayImport: Readonly<Record<string, Neighbours>> = {
  "src/chat": { uses: [], knows: ["src/clock.ts"] },
  "src/em": { uses: ["src/clock.ts"] },
  "src/sandbox": { uses: [] },
  "src/store": { uses: [], knows: ["src/chat"] },
  "src/policy": { uses: ["src/chat"], knows: ["src/em", "src/records"] },
  "src/records": { uses: [], knows: ["src/chat", "src/em", "src/store"] },
  "src/speech": { uses: ["src/chat", "src/store"], knows: ["src/clock.ts", "src/log.ts"] },
  "src/messages": {
    uses: ["src/chat", "src/em", "src/records"],
    knows: ["src/store"],
  },
  "src/watch": {
    uses: [
      "src/chat",
      "src/em",
      "src/ids.ts",
      "src/messages",
      "src/records",
      "src/speech",
      "src/store",
    ],
    knows: ["src/clock.ts", "src/log.ts", "src/services.ts"],
  },
  "src/core": {
    uses: [
      "src/chat",
      "src/em",
      "src/ids.ts",
      "src/messages",
      "src/policy",
      "src/records",
      "src/speech",
      "src/store",
      "src/watch",
    ],
    knows: ["src/clock.ts", "src/log.ts", "src/services.ts"],
  },
  "src/commands": {
    uses: [
      "src/chat",
      "src/core",
      "src/em",
      "src/ids.ts",
      "src/messages",
      "src/policy",
      "src/records",
      "src/speech",
      "src/store",
      "src/watch",
    ],
    knows: ["src/services.ts"],
  },
  "src/ops": {
    uses: [
      "src/chat",
      "src/clock.ts",
      "src/commands",
      "src/core",
      "src/em",
      "src/messages",
      "src/policy",
      "src/records",
      "src/settings",
      "src/speech",
      "src/store",
      "src/watch",
    ],
    knows: ["src/log.ts", "src/services.ts"],
  },
  "src/settings": { uses: ["src/chat", "src/commands", "src/log.ts", "src/policy"] },
  "adapters/terminal": platform,
  "adapters/slack": platform,
  "adapters/discord": platform,
};
/** Only these see every part. */
const assembling = ["src/main.ts", "src/program"];

const told = ({ from, to }: Import) => `${from} imports ${to}`;
const between = imports.filter(({ from, to }) => inside(to) && partOf(from) !== partOf(to));

describe("dependencies point one way", () => {
  it.each(Object.entries(mayImport))(
    "%s imports only what it may",
    (part, { uses, knows = [] }) => {
      const own = between.filter(({ from }) => partOf(from) === part);
      const may = ({ to, typeOnly }: Import) =>
        uses.includes(partOf(to)) || (typeOnly && knows.includes(partOf(to)));
      expect(own.filter((one) => !may(one)).map(told)).toEqual([]);
    },
  );

  it("every folder has its place in that table", () => {
    const folders = shipped.filter((path) => path.split("/").length > 2).map(partOf);
    expect([...new Set(folders)].sort()).toEqual([...Object.keys(mayImport), "src/program"].sort());
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

  it("no two folders import each other, be it types alone", () => {
    const pairs = new Set(between.map(({ from, to }) => `${partOf(from)} ${partOf(to)}`));
    expect([...pairs].filter((pair) => pairs.has(pair.split(" ").reverse().join(" ")))).toEqual([]);
  });

  it("no file needs itself to be loaded", () => {
    expect(circles(imports.filter(({ to, typeOnly }) => inside(to) && !typeOnly))).toEqual([]);
  });
});

/** Ways from a file back to it, each told once, from where it was entered. */
function circles(edges: readonly Import[]): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  function follow(path: string, way: readonly string[]): void {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (done.has(path)) return;
    done.add(path);
    for (const { to } of edges.filter(({ from }) => from === path)) follow(to, [...way, path]);
  }
  for (const { from } of edges) follow(from, []);
  return found;
}

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

  it("goes through the log, never the console", () => {
    expect(linesWith(/\bconsole\.\w+\(/, shipped)).toEqual([]);
  });
});

describe("the code", () => {
  const self = basename(import.meta.filename);

  it("has no file over 350 lines", () => {
    const lengths = shipped.map((path) => ({ path, lines: read(path).split("\n").length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 350)).toEqual([]);
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
    .flatMap(filesUnder)
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
