/** What `npm run release` writes. That it commits and tags is tried in test/campaigns/release.test.ts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  assertHigher,
  changelogWith,
  packageWith,
  ReleaseError,
  unreleased,
} from "../.ci/releasing.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", path), "utf8");

describe("a version to release", () => {
  it.each([
    ["0.1.1", "0.1.0"],
    ["0.10.0", "0.9.3"],
    ["1.0.0", "0.99.99"],
  ])("may be %s after %s", (next, now) => {
    expect(() => assertHigher(next, now)).not.toThrow();
  });

  it.each([
    ["0.1.0", "0.1.0", "Cannot release 0.1.0 as it is not higher than 0.1.0"],
    ["0.9.9", "0.10.0", "Cannot release 0.9.9 as it is not higher than 0.10.0"],
    ["", "0.1.0", 'Cannot release "" as a version is three numbers, like 1.2.3'],
    ["v1.0.0", "0.1.0", 'Cannot release "v1.0.0" as a version is three numbers, like 1.2.3'],
    ["1.0.0-rc.1", "0.1.0", "a version is three numbers"],
    ["01.0.0", "0.1.0", "a version is three numbers"],
  ])('may not be "%s" after %s', (next, now, why) => {
    expect(() => assertHigher(next, now)).toThrow(ReleaseError);
    expect(() => assertHigher(next, now)).toThrow(why);
  });
});

describe("the changelog of a release", () => {
  const changelog = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0\n\n- Old.\n";

  it("has what was unreleased under the version and its date, and room for what comes", () => {
    expect(changelogWith(changelog, "0.2.0", "2026-11-29")).toBe(
      "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-11-29)\n\n- New.\n\n## 0.1.0\n\n- Old.\n",
    );
  });

  it("is refused where nothing is new", () => {
    const released = changelogWith(changelog, "0.2.0", "2026-11-29");
    expect(() => changelogWith(released, "0.3.0", "2026-11-30")).toThrow(
      'Cannot release 0.3.0 as nothing stands under "## Unreleased"',
    );
  });

  it("is that of this repository, which says what is new", () => {
    expect(unreleased(read(".github/CHANGELOG.md"))).toMatch(/^(?:- |$)/);
    expect(read(".github/CHANGELOG.md")).toMatch(/^# Changelog\n\n## Unreleased\n/);
  });
});

describe("the version", () => {
  const { version } = JSON.parse(read("package.json"));

  it.each(["package.json", "package-lock.json"])("is all that changes in %s", (path) => {
    const text = read(path);
    const next = packageWith(text, version, "77.0.1");
    expect(next.replaceAll('"77.0.1"', `"${version}"`)).toBe(text);
    const { version: written, packages } = JSON.parse(next);
    expect(written).toBe("77.0.1");
    expect(packages?.[""]?.version ?? written).toBe("77.0.1");
  });

  it("is refused where a file says another one", () => {
    expect(() => packageWith(read("package-lock.json"), "77.0.0", "77.0.1")).toThrow(
      "Cannot write the version as it is not 77.0.0 in 2 places",
    );
  });
});
