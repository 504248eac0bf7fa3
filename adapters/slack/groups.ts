import type { Clock } from "../../src/clock.ts";
import type { SlackCall } from "./call.ts";

const freshMs = 60_000;

type Members = ReadonlyMap<string, readonly string[]>;

interface Read {
  readonly at: number;
  readonly members: Promise<Members>;
}

interface State {
  readonly call: SlackCall;
  readonly clock: Clock;
  cached: Read | undefined;
}

/**
 * The ids of the user groups that somebody is in, at most a minute old. Rejects with a `ChatError`
 * where Slack does not show them: on free plans, and without the scope `usergroups:read`.
 * https://docs.slack.dev/reference/methods/usergroups.list
 */
export function createGroups(
  call: SlackCall,
  clock: Clock,
): (userId: string) => Promise<readonly string[]> {
  const state: State = { call, clock, cached: undefined };
  return (userId) => groupsOf(state, userId);
}

async function groupsOf(state: State, userId: string): Promise<readonly string[]> {
  const members = await freshMembers(state);
  return [...members].filter(([, users]) => users.includes(userId)).map(([group]) => group);
}

async function freshMembers(state: State): Promise<Members> {
  const { call, clock, cached } = state;
  if (cached && clock.elapsed() - cached.at < freshMs) return cached.members;
  const mine = { at: clock.elapsed(), members: readMembers(call) };
  state.cached = mine;
  return mine.members.catch((error) => {
    if (state.cached === mine) state.cached = undefined;
    throw error;
  });
}

async function readMembers(call: SlackCall): Promise<Members> {
  const { usergroups = [] } = await call("usergroups.list", { include_users: true });
  return new Map(usergroups.map(({ id = "", users = [] }) => [id, users]));
}
