/**
 * The doctor: looks at everything that the bot stands on, and says of each fault how to cure it.
 * Changes nothing.
 */
import type { DoctorCheck } from "../chat/check.ts";
import type { ChatPort } from "../chat/port.ts";
import type { Clock } from "../clock.ts";
import { EmError } from "../em/errors.ts";
import { createPlanList } from "../em/plan-list.ts";
import type { Services } from "../services.ts";
import type { Config } from "../settings/config.ts";
import { examineEm } from "./check-em.ts";
import {
  differingCheck,
  heldStateChecks,
  ledStateCheck,
  policyChecks,
  settingChecks,
  stateChecks,
} from "./check-here.ts";
import { nodeChecks, type RunningNode, thisNode } from "./check-node.ts";
import { orderChecks } from "./check-orders.ts";
import { targetChecks } from "./check-targets.ts";
import { differingIn, printsOf } from "./same-settings.ts";

/** Looks at one part; what it cannot look at is a fault. */
export interface Examination {
  readonly about: string;
  look(): Promise<readonly DoctorCheck[]>;
}

/** All at once; the answers in the order of the examinations, none of them twice. */
export async function examine(examinations: readonly Examination[]): Promise<DoctorCheck[]> {
  const checks = (await Promise.all(examinations.map(examined))).flat();
  return checks.filter(
    ({ says }) => !checks.some((other) => other.says !== says && says.startsWith(`${other.says};`)),
  );
}

async function examined({ about, look }: Examination): Promise<readonly DoctorCheck[]> {
  try {
    return await look();
  } catch (error) {
    const cause = error instanceof Error ? ` (${error.name})` : "";
    return [
      {
        about,
        verdict: "fault",
        says: `It could not be looked at${cause}; the doctor itself is at fault`,
      },
    ];
  }
}

/**
 * What is examined, as far as it is there: a doctor of its own process has neither the store nor
 * the ports, nor an EM that is the sandbox, which no other process may touch.
 */
export interface Patient extends Pick<Services, "ports">, Partial<Pick<Services, "em" | "store">> {
  readonly config: Config;
  /** Asks the chat platforms in the settings. */
  readonly platforms: readonly Examination[];
  readonly clock: Pick<Clock, "now" | "turn">;
  /** Default: that of this process. */
  readonly node?: RunningNode;
}

export function examinationsOf(patient: Patient): Examination[] {
  const { config, store, ports, platforms } = patient;
  const { slack, discord } = config;
  const isChatting = slack !== undefined || discord !== undefined;
  const inService = isChatting || config.em.kind === "real";
  return [
    { about: "Settings", look: () => checksOfSettings(config) },
    { about: "Node", look: async () => nodeChecks(inService, patient.node ?? thisNode) },
    { about: "EM", look: () => emChecks(patient) },
    {
      about: "State",
      look: () => checksOfState(config, store),
    },
    { about: "Policy", look: async () => policyChecks(config, isChatting) },
    { about: "Orders", look: () => whoCouldOrder(patient) },
    ...platforms,
    { about: "Connections", look: async () => ports.flatMap(portChecks) },
  ];
}

async function checksOfState(
  { statePath, postgres }: Config,
  store: Patient["store"],
): Promise<DoctorCheck[]> {
  if (store) return heldStateChecks(postgres?.name ?? statePath, store);
  if (!postgres) return stateChecks(statePath);
  const { leaderIn } = await import("../store/who-leads.ts");
  return [ledStateCheck(postgres.name, await leaderIn(postgres.url))];
}

/** Of every process on the same state; where that cannot be asked, the check of the state says so. */
async function checksOfSettings(config: Config): Promise<DoctorCheck[]> {
  const own = settingChecks(config);
  if (!config.postgres) return own;
  const { presentIn } = await import("../store/who-leads.ts");
  const present = await presentIn(config.postgres.url).catch(() => []);
  const differing = present
    .map(({ host, settings }) => ({ host, differ: differingIn(printsOf(config), settings) }))
    .filter(({ differ }) => differ.length > 0);
  return [...own, ...differing.map(({ host, differ }) => differingCheck(host, differ))];
}

const SANDBOX: DoctorCheck = {
  about: "EM address",
  verdict: "well",
  says: "The sandbox, as EM_URL is not set: a simulated EM, nothing is real",
};

/** A bot that runs may be living in it. */
const SANDBOX_UNSEEN: DoctorCheck = {
  about: "EM",
  verdict: "note",
  says: "It is the sandbox, as EM_URL is not set, and was not looked at: it lives within a bot that runs; type doctor there",
};

async function emChecks({ config, em, clock, store }: Patient): Promise<DoctorCheck[]> {
  if (config.em.kind === "sandbox")
    return em ? [SANDBOX, ...(await examineEm({ em, clock }))] : [SANDBOX_UNSEEN];
  if (!em) return [];
  const { url, fingerprints, proxy } = config.em;
  const isBot = store !== undefined;
  return examineEm({ em, url, proxy, pinned: fingerprints !== undefined, clock, isBot });
}

/** Without a policy there is one answer, and the check of the policy says it. */
async function whoCouldOrder({ config, em, clock }: Patient): Promise<DoctorCheck[]> {
  const { policy } = config;
  if (!policy || !em) return [];
  try {
    const read = await createPlanList(em, () => 0).read();
    return [
      ...(await orderChecks(policy, read, config, clock.turn())),
      ...targetChecks(policy, read),
    ];
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    const says = "Who could order which plan was not looked at, as EM does not show its plans";
    return [{ about: "Orders", verdict: "note", says }];
  }
}

/** How a connection of the bot that runs is. */
function portChecks(port: ChatPort): DoctorCheck[] {
  const { ok, state, beside } = port.health();
  const about = `This bot in ${port.platform}`;
  const own: DoctorCheck = { about, verdict: ok ? "well" : "fault", says: state };
  if (beside === undefined) return [own];
  const cure = "stop one of the two bots, or give it an app and tokens of its own";
  return [own, { about, verdict: "warning", says: beside, cure }];
}

/** 0 where nothing is known to be wrong, 1 otherwise. */
export const exitCodeOf = (checks: readonly DoctorCheck[]): 0 | 1 =>
  checks.some(({ verdict }) => verdict === "warning" || verdict === "fault") ? 1 : 0;
