import { fold } from "../chat/same-name.ts";
import { noBackupServerCard } from "../messages/housekeeping.ts";
import { unquoted } from "../typed/line.ts";
import { command } from "./command.ts";

export const collect = command({
  name: "collect",
  usage: "[backup server]",
  summary: "has EM read its backup servers now, instead of within its usual 15 minutes",
  options: [{ name: "server", summary: "the backup server", required: false, takes: "text" }],
  details: ["It changes nothing but how fresh EM's data is. It takes minutes on a large estate."],
  section: "keep",
  permission: "order",
  parse: (rest) => ({ ok: true, args: unquoted(rest) }),
  run: async (typed, { em }) => {
    const { backupServers } = await em.estate();
    const wanted = fold(typed);
    const servers = backupServers.filter(({ name }) => wanted === "" || fold(name) === wanted);
    if (servers.length > 0) return { is: "collect", servers };
    const known = backupServers.map(({ name }) => name);
    return { is: "reply", card: noBackupServerCard(typed, known), refused: true };
  },
});
