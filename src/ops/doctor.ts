/**
 * The doctor: looks at everything that the bot stands on, and says of each fault how to cure it.
 * Changes nothing.
 */
import type { DoctorCheck } from "../chat/check.ts";
import type { ChatPort } from "../chat/port.ts";
import type { Services } from "../services.ts";
import type { Config } from "../settings/config.ts";
import { type EmUnderExamination, examineEm } from "./check-em.ts";
import { heldStateChecks, policyCheck, settingChecks, stateChecks } from "./check-here.ts";

/** Looks at one part; what it cannot look at is a fault. */
export interface Examination {
  readonly about: string;
  look(): Promise<readonly DoctorCheck[]>;
}

/** All at once; the answers in the order of the examinations. */
export async function examine(examinations: readonly Examination[]): Promise<DoctorCheck[]> {
  return (await Promise.all(examinations.map(examined))).flat();
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
export interface Patient
  extends Pick<Services, "ports">,
    Pick<EmUnderExamination, "clock">,
    Partial<Pick<Services, "em" | "store">> {
  readonly config: Config;
  /** Asks the chat platforms in the settings. */
  readonly platforms: readonly Examination[];
}

export function examinationsOf(patient: Patient): Examination[] {
  const { config, store, ports, platforms } = patient;
  const { statePath, policy, slack, discord } = config;
  const isChatting = slack !== undefined || discord !== undefined;
  return [
    { about: "Settings", look: async () => settingChecks(config) },
    { about: "EM", look: () => emChecks(patient) },
    {
      about: "State",
      look: async () => (store ? heldStateChecks(statePath, store) : stateChecks(statePath)),
    },
    { about: "Policy", look: async () => [policyCheck(policy, isChatting)] },
    ...platforms,
    { about: "Connections", look: async () => ports.flatMap(portChecks) },
  ];
}

const SANDBOX: DoctorCheck = {
  about: "EM address",
  verdict: "well",
  says: "The sandbox, as EM_URL is not set: a simulated EM, nothing is real",
};

async function emChecks({ config, em, clock, store }: Patient): Promise<DoctorCheck[]> {
  if (config.em.kind === "sandbox") return [SANDBOX, ...(em ? await examineEm({ em, clock }) : [])];
  if (!em) return [];
  const { url, fingerprints, proxy } = config.em;
  const isBot = store !== undefined;
  return examineEm({ em, url, proxy, pinned: fingerprints !== undefined, clock, isBot });
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

/** 0 where all is well, 1 otherwise. */
export const exitCodeOf = (checks: readonly DoctorCheck[]): 0 | 1 =>
  checks.every(({ verdict }) => verdict === "well") ? 0 : 1;
