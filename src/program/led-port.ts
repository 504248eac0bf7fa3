/** A platform on which only the process speaks that leads. */
import { ChatError, type ChatPort } from "../chat/port.ts";

/**
 * Before anything is said it is made sure that no other process has come to lead: one that was
 * frozen or cut off would show people what is no longer so. `assured`: rejects where one has; absent
 * where nobody else can lead.
 */
export function ledPort(port: ChatPort, assured: (() => Promise<unknown>) | undefined): ChatPort {
  if (!assured) return port;
  const led = async <Said>(say: () => Promise<Said>): Promise<Said> => {
    await assured().catch(mayBeReplaced);
    return say();
  };
  return {
    ...port,
    post: (to, card, key, again) => led(() => port.post(to, card, key, again)),
    edit: (message, card) => led(() => port.edit(message, card)),
    attach: (to, file, key, again) => led(() => port.attach(to, file, key, again)),
    threadUnder: (message, title) => led(() => port.threadUnder(message, title)),
  };
}

function mayBeReplaced(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error);
  throw new ChatError({ kind: "moment" }, `Another process may lead now: ${why}`);
}
