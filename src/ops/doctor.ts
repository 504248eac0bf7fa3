/** The doctor: looks at everything that the bot stands on, and says of each fault how to cure it. Changes nothing. */
import type { DoctorCheck } from "../chat/check.ts";
import type { ChatPort } from "../chat/port.ts";

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
      { about, verdict: "fault", says: `It could not be looked at${cause}; the doctor itself is at fault` },
    ];
  }
}

/** How the connections of the bot that runs are. */
export const portChecks = (ports: readonly ChatPort[]): DoctorCheck[] =>
  ports.map((port) => {
    const { ok, state } = port.health();
    return { about: `This bot in ${port.platform}`, verdict: ok ? "well" : "fault", says: state };
  });

/** 0 where all is well, 1 otherwise. */
export const exitCodeOf = (checks: readonly DoctorCheck[]): 0 | 1 =>
  checks.every(({ verdict }) => verdict === "well") ? 0 : 1;
