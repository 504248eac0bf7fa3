import type { Clock } from "../../src/clock.ts";
import type { SlackCall } from "./call.ts";

/** Nobody waits longer than this for a name; the id does as well. */
const patienceMs = 1000;
const mostNames = 1000;

export interface Names {
  /** A name that a payload brought along. */
  learn(id: string, name: string | undefined): string;
  /**
   * A name for those payloads that bring an id only; the id itself where Slack does not tell, or
   * not soon.
   */
  of(id: string): Promise<string>;
  /** Of a person or a channel that somebody has named; nothing where Slack does not tell it soon. */
  ofAnything(id: string): Promise<string | undefined>;
}

interface State {
  readonly call: SlackCall;
  readonly clock: Clock;
  readonly known: Map<string, string>;
}

/** https://docs.slack.dev/reference/methods/users.info */
export function createNames(call: SlackCall, clock: Clock): Names {
  const state: State = { call, clock, known: new Map() };
  return {
    learn: (id, name) => learn(state, id, name),
    of: async (id) => (await known(state, id)) ?? id,
    ofAnything: (id) => known(state, id),
  };
}

function learn({ known }: State, id: string, name: string | undefined): string {
  if (!name) return known.get(id) ?? id;
  if (known.size >= mostNames) known.clear();
  known.set(id, name);
  return name;
}

const known = async (state: State, id: string) => state.known.get(id) ?? inTime(state, id);

async function ask(state: State, id: string): Promise<string | undefined> {
  if (/^[CG]/.test(id)) {
    const { channel } = await state.call("conversations.info", { channel: id });
    return channel?.name && learn(state, id, channel.name);
  }
  if (!/^[UW]/.test(id)) return undefined;
  const { user } = await state.call("users.info", { user: id });
  const name = user?.profile?.display_name || user?.real_name || user?.name;
  return name && learn(state, id, name);
}

async function inTime(state: State, id: string): Promise<string | undefined> {
  const settled = new AbortController();
  const late = state.clock.sleep(patienceMs, settled.signal).catch(() => undefined);
  const name = await Promise.race([ask(state, id).catch(() => undefined), late]);
  settled.abort();
  return name ?? undefined;
}
