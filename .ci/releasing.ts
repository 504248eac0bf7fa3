/**
 * What a release writes, as texts made from texts. A version is three numbers; of anything else
 * this refuses with a sentence.
 */

/** Why there is no release. The message is a sentence. */
export class ReleaseError extends Error {}

type Version = readonly [major: number, minor: number, patch: number];

function versionIn(text: string): Version {
  const [, major, minor, patch] = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text) ?? [];
  if (major === undefined)
    throw new ReleaseError(`Cannot release "${text}" as a version is three numbers, like 1.2.3`);
  return [Number(major), Number(minor), Number(patch)];
}

/** Throws where `next` is not higher than `now`. */
export function assertHigher(next: string, now: string): void {
  const wanted = versionIn(next);
  const has = versionIn(now);
  const differing = wanted.findIndex((part, i) => part !== has[i]);
  if (differing < 0 || (wanted[differing] ?? 0) < (has[differing] ?? 0))
    throw new ReleaseError(`Cannot release ${next} as it is not higher than ${now}`);
}

const HEADING = "## Unreleased";

/** What is new, without its heading. */
export function unreleased(changelog: string): string {
  const [, after = ""] = changelog.split(`\n${HEADING}\n`);
  const [section = ""] = after.split(/^## /m);
  return section.trim();
}

/** `date`: like 2026-11-29. Throws where nothing is new. */
export function changelogWith(changelog: string, version: string, date: string): string {
  if (unreleased(changelog) === "")
    throw new ReleaseError(`Cannot release ${version} as nothing stands under "${HEADING}"`);
  return changelog.replace(`\n${HEADING}\n`, `\n${HEADING}\n\n## ${version} (${date})\n`);
}

/** package.json, and the same for the lock file, which says it twice: nothing else changes. */
export function packageWith(text: string, now: string, next: string): string {
  const { name, packages } = JSON.parse(text);
  const head = `"name": ${JSON.stringify(name)},\n`;
  const places = packages === undefined ? 1 : 2;
  const pattern = new RegExp(`(${head}\\s*"version": )"${now.replaceAll(".", "\\.")}"`, "g");
  let found = 0;
  const written = text.replaceAll(pattern, (_, before: string) => {
    found += 1;
    return `${before}"${next}"`;
  });
  if (found !== places)
    throw new ReleaseError(`Cannot write the version as it is not ${now} in ${places} places`);
  return written;
}
