/** Which ids of a platform a policy names, so that it can be asked whether they exist. */
import type { NamedIds } from "../chat/check.ts";
import type { Policy } from "./policy.ts";

export function namedIds({ people, rules }: Policy, platform: "slack" | "discord"): NamedIds {
  const who = rules.flatMap((rule) => rule.who);
  const accounts = Object.values(people).flatMap((one) => [one[platform] ?? []].flat());
  const workspace = /^T[A-Z0-9]+$/;
  return {
    people: once([...accounts, ...after(`${platform}:`, who)]).filter((id) => !workspace.test(id)),
    groups: once(after(platform === "slack" ? "slack-group:" : "discord-role:", who)),
    channels: once(
      after(
        `${platform}:`,
        rules.flatMap(({ where = [] }) => where),
      ),
    ),
  };
}

const after = (prefix: string, words: readonly string[]) =>
  words.flatMap((word) => (word.startsWith(prefix) ? [word.slice(prefix.length)] : []));

const once = (ids: readonly string[]) => [...new Set(ids)];
