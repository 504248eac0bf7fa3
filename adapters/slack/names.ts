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

/** https://docs.slack.dev/reference/methods/users.info */
export function createNames(call: SlackCall, clock: Clock): Names {
  const known = new Map<string, string>();

  function learn(id: string, name: string | undefined): string {
    if (!name) return known.get(id) ?? id;
    if (known.size >= mostNames) known.clear();
    known.set(id, name);
    return name;
  }

  async function ask(id: string): Promise<string> {
    const { user } = await call("users.info", { user: id });
    return learn(id, user?.profile?.display_name || user?.real_name || user?.name);
  }

  async function inTime(name: Promise<string>, otherwise: string): Promise<string> {
    const settled = new AbortController();
    const late = clock.sleep(patienceMs, settled.signal).catch(() => {});
    const first = await Promise.race([name, late]);
    settled.abort();
    return first ?? otherwise;
  }

  const of = async (id: string) =>
    known.get(id) ??
    inTime(
      ask(id).catch(() => id),
      id,
    );

  return { learn, of };
}
