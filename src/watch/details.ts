/**
 * Sessions whose VMs EM's list leaves out, as they were read by their ids: read again where the list
 * shows something new of one, and now and then in any case, since nobody knows whether each change
 * of a VM shows there.
 */
import type { EmSessions } from "../em/client.ts";
import { unlessNotFound } from "../em/optional.ts";
import type { FailoverSession } from "../em/types.ts";

export interface Details {
  /** `listed`: what the list shows of it. Nothing where EM no longer knows it. */
  of(em: EmSessions, listed: FailoverSession, now: number): Promise<FailoverSession | undefined>;
}

const EVERY_MS = 30_000;
/** Nobody asks for it any more. */
const FORGET_MS = 2 * EVERY_MS;

interface Known {
  readonly listed: string;
  readonly session: FailoverSession;
  readonly at: number;
}

export function sessionDetails(): Details {
  const known = new Map<string, Known>();
  return {
    of: async (em, listed, now) => {
      const [print, before] = [JSON.stringify(listed), known.get(listed.id)];
      if (before?.listed === print && now - before.at < EVERY_MS) return before.session;
      const session = await unlessNotFound(em.session(listed.id));
      for (const [id, { at }] of known) if (now - at >= FORGET_MS) known.delete(id);
      if (session) known.set(listed.id, { listed: print, session, at: now });
      return session;
    },
  };
}
