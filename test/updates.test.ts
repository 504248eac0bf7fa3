/** Where packages come from, and how newer ones are noticed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { optionalDependencies, devDependencies, dependencies } = JSON.parse(read("package.json"));
const lock: Record<string, { readonly version: string; readonly integrity?: string }> = JSON.parse(
  read("package-lock.json"),
).packages;

interface Update {
  readonly "package-ecosystem": string;
  readonly directory: string;
  readonly schedule: { readonly interval: string };
  readonly ignore?: readonly { readonly "dependency-name": string }[];
}

describe("newer packages", () => {
  const { version, updates }: { version: number; updates: readonly Update[] } = parse(
    read(".github/dependabot.yml"),
  );

  it("are looked for every week, wherever the repository names any", () => {
    expect(version).toBe(2);
    const filesOf: Record<string, string> = { npm: "package-lock.json", docker: "Dockerfile" };
    expect(updates.map((update) => update["package-ecosystem"]).sort()).toEqual(["docker", "npm"]);
    for (const { "package-ecosystem": ecosystem, directory, schedule } of updates) {
      expect(existsSync(join(root, directory, filesOf[ecosystem] ?? ""))).toBe(true);
      expect(schedule).toEqual({ interval: "weekly" });
    }
  });

  it("are left aside for those alone that there are", () => {
    const named = Object.keys({ ...optionalDependencies, ...devDependencies, ...dependencies });
    const ignored = updates.flatMap(({ ignore = [] }) => ignore);
    expect(ignored.length).toBeGreaterThan(0);
    for (const { "dependency-name": name } of ignored) {
      const [before = "", after = ""] = name.split("*");
      const fits = named.filter((one) => one.startsWith(before) && one.endsWith(after));
      expect(fits, name).not.toEqual([]);
    }
  });
});

describe("the bundled Node", () => {
  const bundled: readonly [string, string][] = Object.entries(optionalDependencies);

  it("is one version, pinned by the hash of its package", () => {
    expect(new Set(bundled.map(([, version]) => version)).size).toBe(1);
    for (const [name, version] of bundled) {
      expect(lock[`node_modules/${name}`]?.version).toBe(version);
      expect(lock[`node_modules/${name}`]?.integrity).toMatch(/^sha512-/);
    }
  });

  it("is left out of production by the command that SECURITY.md, the image and the unit's page have", () => {
    const command = "npm ci --omit=dev --omit=optional";
    for (const page of [
      ".github/SECURITY.md",
      ".github/deploy/Dockerfile",
      ".github/deploy/README.md",
    ])
      expect(read(page), page).toContain(command);
  });
});
