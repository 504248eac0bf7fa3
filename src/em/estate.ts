/** What EM is and has: its versions, its backup servers, and the collection of their data. */

import type { EmEstate } from "./client.ts";
import { backupServersReading, discoveryReading, logonsReading, taskReading } from "./decode.ts";
import { reads } from "./exchange.ts";
import { receipt } from "./failovers.ts";
import type { EmQuestions } from "./retrying.ts";
import type { Estate } from "./types.ts";

export function estateOver(asking: EmQuestions): Omit<EmEstate, "origin"> {
  return {
    estate: (signal) => estate(asking, signal),
    otherLogons: (signal) => otherLogons(asking, signal),
    collect: (id, signal) => receipt(asking, collection(id), signal),
  };
}

const discovery = reads({ route: "discovery", path: "/" }, discoveryReading);
const servers = reads(
  { route: "backupServers", path: "/backupServers?format=Entity" },
  backupServersReading,
);

const logons = reads({ route: "logons", path: "/logonSessions" }, logonsReading);

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

async function estate(asking: EmQuestions, signal?: AbortSignal): Promise<Estate> {
  const { cloud } = await asking.logon(signal);
  const began = performance.now();
  const versions = await asking.askOpenly(discovery, signal);
  const answeredInMs = Math.round(performance.now() - began);
  return { versions, cloud, answeredInMs, backupServers: await asking.ask(servers, signal) };
}

/** Whose logons they are, EM's own entry about ours says: it writes names in its own way. */
async function otherLogons(asking: EmQuestions, signal?: AbortSignal): Promise<string[]> {
  const { endPath } = await asking.logon(signal);
  const all = await asking.ask(logons, signal);
  const ours = all.find(({ id }) => id !== "" && endPath.endsWith(`/${id}`));
  return all.filter(({ id, user }) => id !== ours?.id && user === ours?.user).map(({ id }) => id);
}
