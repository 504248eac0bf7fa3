import type { Clock } from "../../src/clock.ts";
import type { SlackCall } from "./call.ts";

/** Asked for at most so often where people only read. */
export const READING_MS = 60_000;
/** Where somebody decides: several who are asked about at once are one question. */
export const DECIDING_MS = 2000;

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
 * The ids of the user groups that somebody is in, at most `freshMs` old. Rejects with a `ChatError`
 * where Slack does not show them: on free plans, and without the scope `usergroups:read`.
 * https://docs.slack.dev/reference/methods/usergroups.list
 */
export function createGroups(
  call: SlackCall,
  clock: Clock,
): (userId: string, freshMs: number) => Promise<readonly string[]> {
  const state: State = { call, clock, cached: undefined };
  return (userId, freshMs) => groupsOf(state, userId, freshMs);
}

async function groupsOf(state: State, userId: string, freshMs: number): Promise<readonly string[]> {
  const members = await freshMembers(state, freshMs);
  return [...members].filter(([, users]) => users.includes(userId)).map(([group]) => group);
}

async function freshMembers(state: State, freshMs: number): Promise<Members> {
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
