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
    of: async (id) => state.known.get(id) ?? inTime(state, id),
  };
}

function learn({ known }: State, id: string, name: string | undefined): string {
  if (!name) return known.get(id) ?? id;
  if (known.size >= mostNames) known.clear();
  known.set(id, name);
  return name;
}

async function ask(state: State, id: string): Promise<string> {
  const { user } = await state.call("users.info", { user: id });
  return learn(state, id, user?.profile?.display_name || user?.real_name || user?.name);
}

async function inTime(state: State, id: string): Promise<string> {
  const settled = new AbortController();
  const late = state.clock.sleep(patienceMs, settled.signal).catch(() => undefined);
  const name = await Promise.race([ask(state, id).catch(() => id), late]);
  settled.abort();
  return name ?? id;
}
