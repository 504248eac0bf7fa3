import { unquoted } from "../typed/line.ts";
import { command } from "./command.ts";

/** At the terminal alone: it writes a file on this machine. */
export const backup = command({
  name: "backup",
  usage: "<file>",
  summary: "copies the bot's state into a new file, while the bot works",
  options: [
    { name: "file", summary: "a file that is not there yet", required: true, takes: "text" },
  ],
  details: [
    "The file holds the audit log, names and reasons. In a shell, npm run backup -- <file> does the same.",
  ],
  section: "keep",
  permission: "audit",
  parse: (rest) => {
    const file = unquoted(rest);
    return file === ""
      ? { ok: false, why: "Which file is it to be copied into?" }
      : { ok: true, args: file };
  },
  run: async (file) => ({ is: "back-up", file }),
});
