/** The files to run the bot from: what they name is what the program has. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { serveHealth } from "../src/ops/health.ts";
import { gaugesOf } from "../src/ops/instrumented.ts";
import { createFigures } from "../src/ops/metrics.ts";
import { startFailure } from "../src/program/start-failure.ts";
import type { End } from "../src/records/watch.ts";
import { ConfigError, readConfig } from "../src/settings/config.ts";
import { settingNames, variablesOf } from "../src/settings/settings.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import { fakeClock } from "./fakes/clock.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, ".github/deploy");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const yaml = <Shape extends v.GenericSchema>(name: string, shape: Shape) =>
  v.parse(shape, parse(read(name), { strict: true, uniqueKeys: true }));

const { scripts, optionalDependencies }: Record<"scripts" | "optionalDependencies", Words> =
  JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
type Words = Readonly<Record<string, string>>;

const variables = [...settingNames.flatMap(variablesOf), "NODE_COMPILE_CACHE"];
const noSuchVariable = (names: Iterable<string>) =>
  [...names].filter((name) => !variables.includes(name));

const configOf = (environment: Words) =>
  readConfig(environment, [], () => "", { scenarios: [""], dialects: [""] });

/** `A=1 B=2`, as Docker and systemd write it. */
const pairs = (texts: readonly string[]): Words =>
  Object.fromEntries(
    texts.flatMap((text) => text.split(" ").map((pair) => pair.split(/=(.*)/s).slice(0, 2))),
  );

/** Tools of the files' own that this machine has; what the others would say is not among the tests. */
const has = (tool: string) => spawnSync(tool, ["--version"]).error === undefined;

/** What a tool says of a file. */
function saidBy(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: "utf8" });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return `${stdout}${stderr}`;
}

function emptyFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "failover-bot-deploy-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** How the health port answers. */
async function statusOf(path: string): Promise<number> {
  const health = { look: () => undefined, alive: () => ({}), ready: async () => ({}) };
  const server = await serveHealth(health, createFigures(), { host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  return (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
}

it("are all told on their page, and no other is", () => {
  const files = readdirSync(folder).filter((name) => name !== "README.md");
  const told = [...read("README.md").matchAll(/^\| `([\w.-]+)` \|/gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(files.sort());
});

describe("the page", () => {
  it("names only settings that the program has", () => {
    const named = read("README.md").match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [];
    expect(noSuchVariable(named)).toEqual([]);
  });

  it("leaves to Git no file of settings", () => {
    expect(readFileSync(join(root, ".gitignore"), "utf8").split("\n")).toContain("*.env");
    const { env_file } = yaml("compose.yml", composeShape).services["failover-bot"];
    expect(env_file).toEqual(["em.env", "chat.env"]);
  });
});

const instructions = read("Dockerfile")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(/ (.*)/s).slice(0, 2))
  .map(([word = "", rest = ""]) => ({ word, rest }));
const restsOf = (word: string) =>
  instructions.filter((one) => one.word === word).map(({ rest }) => rest);
const copied = restsOf("COPY").flatMap((rest) => rest.split(" ").slice(0, -1));
const ofImage = pairs(restsOf("ENV"));

describe("the image", () => {
  it("stands on the Node that npm ci brings, from whatever registry the machine uses", () => {
    const majors = Object.values(optionalDependencies).map((version) => version.split(".")[0]);
    expect(restsOf("FROM")).toEqual([`node:${majors[0]}-slim`]);
  });

  it("has what the program needs, and no package that only tests or old machines need", () => {
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    for (const path of ["package.json", "package-lock.json", "src", "adapters", "manifest.yml"])
      expect(copied).toContain(path);
    expect(restsOf("RUN").join("\n")).toContain("npm ci --omit=dev --omit=optional");
  });

  it("gets from the checkout what it copies, and nothing else", () => {
    const [all, ...allowed] = read("Dockerfile.dockerignore").trim().split("\n").slice(1);
    expect(all).toBe("*");
    expect(allowed.map((line) => line.replace("!", "")).sort()).toEqual(
      copied.map((path) => path.replace("./", "")).sort(),
    );
  });

  it("starts as npm start does, and not as root", () => {
    const words: unknown = JSON.parse(restsOf("CMD").join());
    expect(words).toEqual(scripts.start?.split(" "));
    const order = instructions.map(({ word }) => word);
    expect(restsOf("USER")).toEqual(["node"]);
    expect(order.indexOf("USER")).toBeLessThan(order.indexOf("CMD"));
  });

  it("has settings that the program takes, and its state on a volume", () => {
    expect(noSuchVariable(Object.keys(ofImage))).toEqual([]);
    const { health, statePath } = configOf(ofImage);
    expect(health).toEqual({ host: "0.0.0.0", port: Number(restsOf("EXPOSE").join()) });
    expect(dirname(statePath)).toBe(restsOf("VOLUME").join());
  });

  it("asks the health port how it is", async () => {
    const [, port, path = ""] =
      /http:\/\/127\.0\.0\.1:(\d+)(\/\w+)/.exec(restsOf("HEALTHCHECK").join()) ?? [];
    expect(port).toBe(ofImage.HEALTH_PORT);
    expect(path).toBe("/healthz");
    expect(await statusOf(path)).toBe(200);
  });
});

const composeShape = v.strictObject({
  name: v.string(),
  services: v.strictObject({
    "failover-bot": v.strictObject({
      build: v.strictObject({ context: v.string(), dockerfile: v.string() }),
      image: v.string(),
      restart: v.literal("unless-stopped"),
      env_file: v.array(v.string()),
      volumes: v.strictTuple([v.string()]),
      ports: v.strictTuple([v.string()]),
      read_only: v.literal(true),
      tmpfs: v.strictTuple([v.literal("/tmp")]),
      cap_drop: v.strictTuple([v.literal("ALL")]),
      security_opt: v.strictTuple([v.literal("no-new-privileges:true")]),
      stop_grace_period: v.string(),
    }),
  }),
  volumes: v.record(v.string(), v.null()),
});

describe("the file for Docker Compose", () => {
  const { services, volumes } = yaml("compose.yml", composeShape);
  const service = services["failover-bot"];

  it("builds the image from the whole checkout", () => {
    const context = join(folder, service.build.context);
    expect(join(context, ".")).toBe(join(root, "."));
    expect(readFileSync(join(context, service.build.dockerfile), "utf8")).toBe(read("Dockerfile"));
  });

  it("keeps the state in its volume, and the health port inside", () => {
    const [volume = "", path] = service.volumes[0].split(":");
    expect(Object.keys(volumes)).toEqual([volume]);
    expect(path).toBe(dirname(configOf(ofImage).statePath));
    const port = ofImage.HEALTH_PORT;
    expect(service.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  });
});

const withPostgresShape = v.strictObject({
  services: v.strictObject({
    "failover-bot": v.strictObject({
      environment: v.record(v.string(), v.string()),
      secrets: v.strictTuple([v.string()]),
      depends_on: v.strictObject({
        postgres: v.strictObject({ condition: v.literal("service_healthy") }),
      }),
    }),
    postgres: v.strictObject({
      image: v.string(),
      restart: v.literal("unless-stopped"),
      environment: v.record(v.string(), v.string()),
      secrets: v.strictTuple([v.string()]),
      volumes: v.strictTuple([v.string()]),
      healthcheck: v.strictObject({ test: v.array(v.string()), interval: v.string() }),
    }),
  }),
  secrets: v.record(v.string(), v.strictObject({ file: v.string() })),
  volumes: v.record(v.string(), v.null()),
});

describe("the file for Docker Compose with Postgres", () => {
  const { services, secrets, volumes } = yaml("compose.postgres.yml", withPostgresShape);
  const { "failover-bot": bot, postgres } = services;

  it("leads the bot to the user and the database that Postgres is begun with", () => {
    expect(noSuchVariable(Object.keys(bot.environment))).toEqual([]);
    const { host, username, pathname } = new URL(bot.environment.STATE_URL ?? "");
    expect(host).toBe("postgres");
    expect(postgres.environment).toMatchObject({
      POSTGRES_USER: username,
      POSTGRES_DB: pathname.slice(1),
    });
  });

  it("gives both one password, by a file that is no part of it", () => {
    const [secret] = bot.secrets;
    expect(postgres.secrets).toEqual([secret]);
    expect(bot.environment.STATE_PASSWORD_FILE).toBe(`/run/secrets/${secret}`);
    expect(postgres.environment.POSTGRES_PASSWORD_FILE).toBe(`/run/secrets/${secret}`);
    const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
    expect(ignored).toContain(secrets[secret]?.file);
  });

  it("keeps the state in its volume", () => {
    expect(Object.keys(volumes)).toEqual([postgres.volumes[0].split(":")[0]]);
  });
});

describe("the systemd unit", () => {
  const unit = read("failover-bot.service");
  const lines = unit.split("\n").filter((line) => /^\w+=/.test(line));
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));

  it("starts the bot as npm start does, and not as root", () => {
    expect(values("ExecStart")).toEqual([`/usr/bin/${scripts.start}`]);
    expect(values("User")).toEqual(["failover-bot"]);
  });

  it("has settings that the program takes, and its state and cache where systemd makes them", () => {
    const environment = pairs(values("Environment"));
    expect(noSuchVariable(Object.keys(environment))).toEqual([]);
    const { statePath, health } = configOf(environment);
    expect(dirname(statePath)).toBe(`/var/lib/${values("StateDirectory").join()}`);
    expect(environment.NODE_COMPILE_CACHE).toBe(`/var/cache/${values("CacheDirectory").join()}`);
    expect(health?.port).toBe(Number(ofImage.HEALTH_PORT));
  });

  it("does not start again what no other start would cure", () => {
    const { exit } = startFailure(new ConfigError([])) ?? {};
    expect(values("RestartPreventExitStatus")).toEqual([String(exit)]);
    expect(values("Restart")).toEqual(["always"]);
  });

  if (has("systemd-analyze"))
    it("is understood by systemd", () => {
      const file = join(emptyFolder(), "failover-bot.service");
      writeFileSync(file, unit.replace("/usr/bin/node", process.execPath));
      const said = saidBy("systemd-analyze", ["verify", "--man=no", file]);
      expect(said.split("\n").filter((line) => line.includes("failover-bot.service"))).toEqual([]);
    });
});

const named = v.object({ name: v.string() });
const probe = v.object({ httpGet: v.strictObject({ path: v.string(), port: v.string() }) });
const resources = [
  v.object({
    kind: v.literal("ConfigMap"),
    metadata: named,
    data: v.record(v.string(), v.string()),
  }),
  v.object({
    kind: v.literal("PersistentVolumeClaim"),
    metadata: named,
    spec: v.object({ accessModes: v.strictTuple([v.literal("ReadWriteOnce")]) }),
  }),
  v.object({
    kind: v.literal("Deployment"),
    spec: v.object({
      replicas: v.literal(1),
      strategy: v.strictObject({ type: v.literal("Recreate") }),
      selector: v.object({ matchLabels: v.record(v.string(), v.string()) }),
      template: v.object({
        metadata: v.object({ labels: v.record(v.string(), v.string()) }),
        spec: v.object({
          securityContext: v.looseObject({
            runAsNonRoot: v.literal(true),
            runAsUser: v.literal(1000),
            fsGroup: v.literal(1000),
          }),
          containers: v.strictTuple([
            v.object({
              envFrom: v.strictTuple([
                v.strictObject({ configMapRef: named }),
                v.strictObject({ secretRef: named }),
              ]),
              ports: v.strictTuple([
                v.strictObject({ name: v.string(), containerPort: v.number() }),
              ]),
              livenessProbe: probe,
              readinessProbe: probe,
              securityContext: v.looseObject({ readOnlyRootFilesystem: v.literal(true) }),
              volumeMounts: v.array(v.object({ name: v.string(), mountPath: v.string() })),
            }),
          ]),
          volumes: v.array(
            v.object({
              name: v.string(),
              persistentVolumeClaim: v.optional(v.object({ claimName: v.string() })),
            }),
          ),
        }),
      }),
    }),
  }),
] as const;

describe("the manifest for Kubernetes", () => {
  const documents = parseAllDocuments(read("kubernetes.yml"), { strict: true });
  const texts = documents.map((document): unknown => document.toJS());
  const configMap = v.parse(resources[0], texts[0]);
  const claim = v.parse(resources[1], texts[1]);
  const deployment = v.parse(resources[2], texts[2]);
  const { metadata, spec: pod } = deployment.spec.template;
  const [container] = pod.containers;

  it("has these three resources, and no secret in any", () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(texts).toHaveLength(3);
    expect(deployment.spec.selector.matchLabels).toEqual(metadata.labels);
    const [{ configMapRef }, { secretRef }] = container.envFrom;
    expect(configMapRef.name).toBe(configMap.metadata.name);
    expect(read("README.md")).toContain(`kubectl create secret generic ${secretRef.name} `);
  });

  it("has settings that the program takes", () => {
    expect(noSuchVariable(Object.keys(configMap.data))).toEqual([]);
    const secrets = { EM_USERNAME: "bot", EM_PASSWORD: "password" };
    const { em } = configOf({ ...ofImage, ...configMap.data, ...secrets });
    expect(em).toMatchObject({ kind: "real" });
  });

  it("keeps the state on the claimed disk", () => {
    const volume = pod.volumes.find((one) => one.persistentVolumeClaim !== undefined);
    expect(volume?.persistentVolumeClaim?.claimName).toBe(claim.metadata.name);
    const mount = container.volumeMounts.find(({ name }) => name === volume?.name);
    expect(mount?.mountPath).toBe(dirname(configOf(ofImage).statePath));
  });

  it("asks the health port whether to start it again, and whether it works", async () => {
    const [{ name, containerPort }] = container.ports;
    expect(containerPort).toBe(Number(ofImage.HEALTH_PORT));
    expect(container.livenessProbe.httpGet).toEqual({ path: "/healthz", port: name });
    expect(container.readinessProbe.httpGet).toEqual({ path: "/readyz", port: name });
    expect(await statusOf(container.readinessProbe.httpGet.path)).toBe(200);
  });
});

/** What Prometheus itself knows of each place that it collects from. */
const ofPrometheus = { name: "up", labels: ["job", "instance"] };

interface Known {
  readonly names: readonly string[];
  readonly labels: readonly string[];
}

/** In Prometheus's format, with each label that the bot gives a figure. */
async function everyFigure(): Promise<string> {
  const figures = createFigures({ ofProcess: true });
  const clock = fakeClock();
  const store = openSqliteStore(join(emptyFolder(), "state.db"), clock.now);
  gaugesOf(store, [], clock.now, figures);
  figures.refusals(() => 0);
  figures.request({ method: "GET", route: "sessions", outcome: "ok", ms: 40 });
  figures.chatFailed("slack", "moment");
  figures.ordered("start", "failed");
  return figures.text().finally(() => store.close());
}

async function known(): Promise<Known> {
  const text = await everyFigure();
  const names = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? ["bucket", "count", "sum"].map((end) => `${name}_${end}`) : [name],
  );
  const labels = [...text.matchAll(/[{,](\w+)="/g)].map(([, label = ""]) => label);
  return {
    names: [...names, ofPrometheus.name],
    labels: [...labels, ...ofPrometheus.labels],
  };
}

const words = /\b(?:and|by|in|offset|on|or|unless|sum|rate|increase|absent|histogram_quantile)\b/g;

/** What a query names: figures, and labels in braces or after `by` and `on`. */
function namedIn(query: string): Known {
  const braces = [...query.matchAll(/\{([^}]*)\}/g)].map(([, inside = ""]) => inside);
  const lists = [...query.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].map(([, inside = ""]) => inside);
  const bare = query
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|\b(?:by|on) \([^)]*\)/g, " ")
    .replaceAll(words, " ")
    .replaceAll(/\b\d[\w.]*/g, " ");
  return {
    names: bare.match(/\w+/g) ?? [],
    labels: [
      ...braces.flatMap((text) => [...text.matchAll(/(\w+)=/g)].map(([, label = ""]) => label)),
      ...lists.flatMap((text) => text.split(/, */)),
    ],
  };
}

async function expectKnown(queries: readonly string[]) {
  const all = await known();
  const asked = queries.map(namedIn);
  expect(asked.filter(({ names }) => names.length === 0)).toEqual([]);
  const unknownTo = (what: keyof Known) =>
    asked.flatMap((one) => one[what]).filter((word) => !all[what].includes(word));
  expect({ names: unknownTo("names"), labels: unknownTo("labels") }).toEqual({
    names: [],
    labels: [],
  });
}

const rulesShape = v.strictObject({
  groups: v.strictTuple([
    v.strictObject({
      name: v.string(),
      rules: v.array(
        v.strictObject({
          alert: v.pipe(v.string(), v.regex(/^FailoverBot[A-Z]\w+$/)),
          expr: v.string(),
          for: v.optional(v.pipe(v.string(), v.regex(/^\d+m$/))),
          labels: v.strictObject({ severity: v.picklist(["critical", "warning"]) }),
          annotations: v.strictObject({ summary: v.string() }),
        }),
      ),
    }),
  ]),
});

describe("the alert rules", () => {
  const [{ rules }] = yaml("alerts.yml", rulesShape).groups;

  it("name only figures and labels that the bot has", async () => {
    await expectKnown(rules.map(({ expr }) => expr));
    const { labels } = await known();
    const shown = rules.flatMap(({ annotations }) => [
      ...annotations.summary.matchAll(/\$labels\.(\w+)/g),
    ]);
    expect(shown.map(([, label = ""]) => label).filter((label) => !labels.includes(label))).toEqual(
      [],
    );
  });

  it("are about ends by which somebody has to look: each that is neither good nor EM's word", () => {
    const ends: Readonly<Record<End["is"], "look" | "leave">> = {
      failed: "look",
      contradicted: "look",
      lost: "look",
      confirmed: "leave",
      reported: "leave",
      taken: "leave",
    };
    const bad = Object.entries(ends).flatMap(([end, what]) => (what === "look" ? [end] : []));
    const { expr = "" } = rules.find(({ alert }) => alert === "FailoverBotRunEndedBadly") ?? {};
    const asked = [...expr.matchAll(/outcome=~"([^"]+)"/g)].map(([, list = ""]) => list.split("|"));
    expect(asked).toEqual([bad, bad, bad]);
  });

  it("have a name of their own each", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  if (has("promtool"))
    it("are understood by Prometheus", () => {
      const said = saidBy("promtool", ["check", "rules", join(folder, "alerts.yml")]);
      expect(said).toContain(`${rules.length} rules found`);
    });
});

const dashboardShape = v.looseObject({
  uid: v.string(),
  schemaVersion: v.number(),
  templating: v.object({ list: v.strictTuple([v.object({ name: v.string(), type: v.string() })]) }),
  panels: v.array(
    v.looseObject({
      id: v.number(),
      type: v.picklist(["stat", "timeseries"]),
      title: v.pipe(v.string(), v.minLength(1)),
      datasource: v.object({ type: v.literal("prometheus"), uid: v.string() }),
      gridPos: v.object({ x: v.number(), y: v.number(), w: v.number(), h: v.number() }),
      targets: v.strictTuple([v.object({ expr: v.string(), legendFormat: v.string() })]),
    }),
  ),
});

describe("the dashboard", () => {
  const { panels, templating } = v.parse(dashboardShape, JSON.parse(read("dashboard.json")));
  const targets = panels.flatMap((panel) => panel.targets);

  it("names only figures and labels that the bot has", async () => {
    await expectKnown(targets.map(({ expr }) => expr));
    const { labels } = await known();
    const legends = targets.flatMap(({ legendFormat }) => [
      ...legendFormat.matchAll(/\{\{(\w+)\}/g),
    ]);
    expect(
      legends.map(([, label = ""]) => label).filter((label) => !labels.includes(label)),
    ).toEqual([]);
  });

  it("reads from the Prometheus that is chosen at its head", () => {
    const [{ name, type }] = templating.list;
    expect(type).toBe("datasource");
    expect(new Set(panels.map(({ datasource }) => datasource.uid))).toEqual(
      new Set([`\${${name}}`]),
    );
  });

  it("has each panel in a place of its own", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)}:${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describe("the job's name", () => {
  it("is the same in the page, the rules and the dashboard", () => {
    const [, name = ""] = /job_name: (\S+)/.exec(read("README.md")) ?? [];
    const used = `${read("alerts.yml")}${read("dashboard.json")}`.matchAll(/job=\\?"([^"\\]+)/g);
    expect(new Set([...used].map(([, job]) => job))).toEqual(new Set([name]));
  });
});
