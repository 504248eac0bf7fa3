/** What EM is and has: its versions, its backup servers, and the collection of their data. */

import type { EmEstate } from "./client.ts";
import { backupServersReading, discoveryReading, taskReading } from "./decode.ts";
import { reads } from "./exchange.ts";
import { receipt } from "./failovers.ts";
import type { EmQuestions } from "./retrying.ts";
import type { Estate } from "./types.ts";

export function estateOver(asking: EmQuestions): Omit<EmEstate, "origin"> {
  return {
    estate: (signal) => estate(asking, signal),
    collect: (id, signal) => receipt(asking, collection(id), signal),
  };
}

const discovery = reads({ route: "discovery", path: "/" }, discoveryReading);
const servers = reads(
  { route: "backupServers", path: "/backupServers?format=Entity" },
  backupServersReading,
);

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
