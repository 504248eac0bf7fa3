/** What EM is and has: its versions, its backup servers, and the collection of their data. */

import type { EmEstate } from "./client.ts";
import { backupServersReading, discoveryReading, logonsReading, taskReading } from "./decode.ts";
import { reads, readsList } from "./exchange.ts";
import { receipt } from "./failovers.ts";
import type { EmQuestions } from "./retrying.ts";
import type { Estate } from "./types.ts";

export function estateOver(asking: EmQuestions): Omit<EmEstate, "origin"> {
  const versions = versionsOver(asking);
  return {
    estate: (signal) => estate(asking, versions, signal),
    otherLogons: (signal) => otherLogons(asking, signal),
    collect: (id, signal) => receipt(asking, collection(id), signal),
  };
}

const discovery = reads({ route: "discovery", path: "/" }, discoveryReading);
const servers = readsList(
  { route: "backupServers", path: "/backupServers?format=Entity" },
  backupServersReading,
);

const logons = readsList({ route: "logons", path: "/logonSessions" }, logonsReading);

const collection = (id: string) =>
  reads(
    {
      route: "collect",
      method: "POST",
      path: `/backupServers/${encodeURIComponent(id)}?action=collect`,
      order: true,
    },
    taskReading,
  );

type Versions = (logon: string, signal?: AbortSignal) => Promise<readonly string[]>;

/** Asked once a logon: an EM that is given another version is restarted, and forgets all logons. */
function versionsOver(asking: EmQuestions): Versions {
  let known: { readonly logon: string; readonly versions: readonly string[] } | undefined;
  return async (logon, signal) => {
    if (known?.logon === logon) return known.versions;
    const versions = await asking.askOpenly(discovery, signal);
    known = { logon, versions };
    return versions;
  };
}

async function estate(
  asking: EmQuestions,
  versionsIn: Versions,
  signal?: AbortSignal,
): Promise<Estate> {
  const { cloud, local } = await asking.logon(signal);
  const versions = await versionsIn(local, signal);
  const began = performance.now();
  const backupServers = await asking.ask(servers, signal);
  return { versions, cloud, backupServers, answeredInMs: Math.round(performance.now() - began) };
}

/** Whose logons they are, EM's own entry about ours says: it writes names in its own way. */
async function otherLogons(asking: EmQuestions, signal?: AbortSignal): Promise<string[]> {
  const { endPath } = await asking.logon(signal);
  const all = await asking.ask(logons, signal);
  const ours = all.find(({ id }) => id !== "" && endPath.endsWith(`/${id}`));
  return all.filter(({ id, user }) => id !== ours?.id && user === ours?.user).map(({ id }) => id);
}
