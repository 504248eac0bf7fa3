import type { Card } from "../chat/port.ts";
import { quoted, sentence, type } from "./words.ts";

/**
 * The first thing that somebody at the terminal reads: what this is, and what to type. `log`: the
 * file in which it stands and what was warned of in it, where it is not written to the terminal.
 */
export function welcomeCard(
  em: { readonly origin: string; readonly sandbox: boolean },
  example: string | undefined,
  log?: { readonly file: string; readonly warnings: readonly string[] },
): Card {
  const where = em.sandbox
    ? "This is the sandbox: a simulated Enterprise Manager, nothing real happens."
    : `This works on the Enterprise Manager ${em.origin}: what you confirm here happens.`;
  return {
    tone: "plain",
    title: "failover-bot: failover plans of Veeam Backup Enterprise Manager, from a chat",
    lines: [where, ...(log?.warnings ?? []).map((warning) => `Warning: ${sentence(warning)}`)],
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
    ...(log === undefined ? {} : { footer: `The log is in ${log.file}` }),
  };
}
