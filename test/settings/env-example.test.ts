/** The file to copy, `.env.example`: every setting with its default, from the settings' own table. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/settings/config.ts";
import {
  entryOf,
  type SettingName,
  settingNames,
  variablesOf,
} from "../../src/settings/settings.ts";

const path = join(import.meta.dirname, "../../.env.example");
const WIDTH = 100;

const head = [
  "# The settings of failover-bot, each with its default. Copy this file to .env, take the # away",
  "# in front of what you set, and let nobody else read it (chmod 600 .env). Then:",
  "#",
  "#     node --env-file=.env --max-semi-space-size=8 src/start.mjs",
  "#     node --env-file=.env src/start.mjs --doctor",
  "#",
  "# What is set in the environment already wins over this file. A value with a # in it stands in",
  "# quotes; Node and systemd take them away, docker run --env-file does not.",
];

/** Comments of so many columns at most. */
function comment(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length < WIDTH) lines[lines.length - 1] = longer;
    else lines.push(` ${word}`);
  }
  return lines.map((line) => `#${line}`).join("\n");
}

function drawn(name: SettingName): string {
  const { summary, default: value = "", fileToo } = entryOf(name);
  const told = fileToo ? `${summary} (or the file that holds it)` : summary;
  const [direct, ...files] = variablesOf(name);
  return [comment(told), `#${direct}=${value}`, ...files.map((file) => `#${file}=`)].join("\n");
}

const example = () => `${[head.join("\n"), ...settingNames.map(drawn)].join("\n\n")}\n`;

/** As if somebody had taken the # away everywhere. */
const opened = (text: string) => parseEnv(text.replaceAll(/^#(?=[A-Z_]+=)/gm, ""));

describe("the example of an environment file", () => {
  const stands = readFileSync(path, "utf8");

  it("shows the settings of today; -u writes it anew", async () => {
    await expect(example()).toMatchFileSnapshot(path);
  });

  it("sets nothing as it stands", () => {
    expect(parseEnv(stands)).toEqual({});
  });

  it("has every variable once, and no other", () => {
    const names = [...stands.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(names).toEqual(settingNames.flatMap(variablesOf));
  });

  it("means nothing else when all of it is set", () => {
    const read = (env: NodeJS.Dict<string>) =>
      readConfig(env, [], () => "", { scenarios: ["all-well"], dialects: ["12"] });
    expect(read(opened(stands))).toEqual(read({}));
  });

  it("has a value for nothing that is secret", () => {
    const secret = settingNames.filter((name) => entryOf(name).secret).flatMap(variablesOf);
    const values = opened(stands);
    expect(secret.map((name) => values[name])).toEqual(secret.map(() => ""));
  });
});
