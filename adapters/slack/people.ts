/** What Slack knows of people: names, and whether they belong to the workspace. */
import type { webApi } from "@slack/bolt";
import type { Membership } from "../../src/chat/belongs.ts";
import { ChatError } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { SlackCall } from "./call.ts";
import { READING_MS } from "./groups.ts";
import { type Home, slackId, teamIn } from "./home.ts";

/** Nobody waits longer than this for a name; the id does as well. */
const patienceMs = 1000;
const mostPeople = 1000;

export interface SlackPeople {
  /** At most `freshMs` old. Rejects with `ChatError` where Slack does not tell. */
  membership(id: string, freshMs: number): Promise<Membership>;
  /**
   * One name for one person, whichever payload names him or her. `told`: by a payload, for where
   * Slack does not tell, or not soon; else the id itself.
   */
  name(id: string, told: string | undefined): Promise<string>;
  /** Of a person or a channel that somebody has named; nothing where Slack does not tell it soon. */
  nameOfAny(id: string): Promise<string | undefined>;
}

interface Read {
  readonly at: number;
  readonly known: Promise<Known>;
}

interface Known {
  readonly name: string | undefined;
  readonly membership: Membership;
}

interface State {
  readonly call: SlackCall;
  readonly clock: Clock;
  readonly home: Home;
  readonly reads: Map<string, Read>;
  readonly names: Map<string, string>;
}

/** https://docs.slack.dev/reference/methods/users.info */
export function createPeople(call: SlackCall, clock: Clock, home: Home): SlackPeople {
  const state: State = { call, clock, home, reads: new Map(), names: new Map() };
  return {
    membership: (id, freshMs) => membershipOf(state, id, freshMs),
    name: async (id, told) => (await nameOf(state, id)) ?? told ?? slackId(id),
    nameOfAny: (id) => nameOfAny(state, id),
  };
}

async function membershipOf(state: State, id: string, freshMs: number): Promise<Membership> {
  const team = teamIn(id);
  if (team !== undefined) return { is: "external", team };
  return (await knownOf(state, id, freshMs)).membership;
}

/** What was read a short time ago, by whoever asked. */
function knownOf(state: State, id: string, freshMs: number): Promise<Known> {
  const { reads, clock } = state;
  const last = reads.get(id);
  if (last && clock.elapsed() - last.at < freshMs) return last.known;
  const mine: Read = { at: clock.elapsed(), known: read(state, id) };
  if (reads.size >= mostPeople) reads.clear();
  reads.set(id, mine);
  mine.known.catch(() => reads.get(id) === mine && reads.delete(id));
  return mine.known;
}

async function read(state: State, id: string): Promise<Known> {
  const user = await userOf(state.call, slackId(id));
  await state.home.find();
  const name = user?.profile?.display_name || user?.real_name || user?.name;
  return { name: learn(state, id, name), membership: asMember(user, state.home) };
}

type User = webApi.UsersInfoResponse["user"];

/** Nothing for who does not exist. */
export async function userOf(call: SlackCall, user: string): Promise<User> {
  try {
    return (await call("users.info", { user })).user;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const isGone = (error: unknown) =>
  error instanceof ChatError && error.failure.kind === "message" && error.failure.gone === true;

function asMember(user: User, { isHome }: Home): Membership {
  if (!user || user.deleted) return { is: "nobody" };
  if (user.is_bot || user.id === "USLACKBOT") return { is: "bot" };
  const { team_id: team = "", is_stranger } = user;
  if (is_stranger || !isHome(team)) return { is: "external", ...(team === "" ? {} : { team }) };
  return { is: user.is_restricted || user.is_ultra_restricted ? "guest" : "member" };
}

const nameOf = async (state: State, id: string): Promise<string | undefined> =>
  (await soon(state, readName(state, id))) ?? state.names.get(id);

const readName = async (state: State, id: string) => (await knownOf(state, id, READING_MS)).name;

async function nameOfAny(state: State, id: string): Promise<string | undefined> {
  if (/^[UW]/.test(id)) return nameOf(state, id);
  if (!/^[CG]/.test(id)) return undefined;
  return state.names.get(id) ?? soon(state, readChannel(state, id));
}

async function readChannel(state: State, id: string): Promise<string | undefined> {
  const { channel } = await state.call("conversations.info", { channel: id });
  return learn(state, id, channel?.name);
}

function learn({ names }: State, id: string, name: string | undefined): string | undefined {
  if (names.size >= mostPeople) names.clear();
  if (name) names.set(id, name);
  return name;
}

/** Nothing where it fails, or takes longer than anybody waits for a name. */
async function soon<T>({ clock }: State, asked: Promise<T>): Promise<T | undefined> {
  const settled = new AbortController();
  const late = clock.sleep(patienceMs, settled.signal).catch(() => undefined);
  const found = await Promise.race([asked.catch(() => undefined), late]);
  settled.abort();
  return found ?? undefined;
}
