import type { Card } from "../chat/port.ts";
import { quoted, type } from "./words.ts";

/**
 * The first thing that somebody at the terminal reads: what this is, and what to type. `logFile`:
 * where the log goes, if it is not said here.
 */
export function welcomeCard(
  em: { readonly origin: string; readonly sandbox: boolean },
  example: string | undefined,
  logFile?: string,
): Card {
  const where = em.sandbox
    ? "This is the sandbox: a simulated Enterprise Manager, nothing real happens."
    : `This works on the Enterprise Manager ${em.origin}: what you confirm here happens.`;
  return {
    tone: "plain",
    title: "failover-bot: failover plans of Veeam Backup Enterprise Manager, from a chat",
    lines: [where],
    next: [
      "Type ",
      type("status"),
      ", ",
      type("plans"),
      ", ",
      type(`start ${example === undefined ? "<plan>" : quoted(example)}`),
      " or ",
      type("help"),
      "; Ctrl-D ends.",
    ],
    ...(logFile === undefined ? {} : { footer: `The log is in ${logFile}` }),
  };
}
