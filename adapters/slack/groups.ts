import type { Clock } from "../../src/clock.ts";
import type { SlackCall } from "./call.ts";

const freshMs = 60_000;

type Members = ReadonlyMap<string, readonly string[]>;

/**
 * The ids of the user groups that somebody is in, at most a minute old. Rejects with a `ChatError`
 * where Slack does not show them: on free plans, and without the scope `usergroups:read`.
 * https://docs.slack.dev/reference/methods/usergroups.list
 */
export function createGroups(
  call: SlackCall,
  clock: Clock,
): (userId: string) => Promise<readonly string[]> {
  let cached: { readonly at: number; readonly members: Promise<Members> } | undefined;

  async function read(): Promise<Members> {
    const { usergroups = [] } = await call("usergroups.list", { include_users: true });
    return new Map(usergroups.map(({ id = "", users = [] }) => [id, users]));
  }

  async function members(): Promise<Members> {
    if (cached && clock.now() - cached.at < freshMs) return cached.members;
    const mine = { at: clock.now(), members: read() };
    cached = mine;
    return mine.members.catch((error) => {
      if (cached === mine) cached = undefined;
      throw error;
    });
  }

  return async (userId) =>
    [...(await members())].filter(([, users]) => users.includes(userId)).map(([group]) => group);
}
