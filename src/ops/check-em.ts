/**
 * What the doctor asks Enterprise Manager: whether it is there, is the right one, and lets the bot
 * do its work.
 */
import type { DoctorCheck } from "../chat/check.ts";
import { duration } from "../chat/duration.ts";
import type { Clock } from "../clock.ts";
import { type Certificate, certificateAt } from "../em/certificate.ts";
import type { EmClient, EmClock } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import type { Estate } from "../em/types.ts";
import { count } from "../messages/words.ts";
import type { Services } from "../services.ts";

export interface EmUnderExamination extends Pick<Services, "em"> {
  /** The wall clock, which certificates are dated by. */
  readonly clock: Pick<Clock, "now">;
  /** As in the settings; absent for the sandbox. */
  readonly url?: string;
  readonly proxy?: URL | undefined;
  /** The bot that runs asks, not a doctor beside it. */
  readonly isBot?: boolean;
  /** EM's certificate is trusted because the settings name its fingerprint. */
  readonly pinned?: boolean;
}

export async function examineEm(parts: EmUnderExamination): Promise<DoctorCheck[]> {
  const address = parts.url === undefined ? undefined : new URL(parts.url);
  const [certificate, { checks, estate }] = await Promise.all([
    certificateCheck(address, parts),
    reach(parts),
  ]);
  const before = [...addressChecks(address), ...certificate, ...checks];
  if (!estate) return before;
  return [
    ...before,
    await roleCheck(parts.em, estate),
    clockCheck(parts.em),
    ...(await logonChecks(parts)),
  ];
}

/** What EM does not tell is no fault of the bot's: it can do its work. */
function nobodyIfUnread(error: unknown): readonly string[] {
  if (error instanceof EmError) return [];
  throw error;
}

/** A doctor beside a bot that runs would find that one. */
async function logonChecks({ em, isBot = false }: EmUnderExamination): Promise<DoctorCheck[]> {
  const others = isBot ? await em.otherLogons().catch(nobodyIfUnread) : [];
  if (others.length === 0) return [];
  const says = `It has ${count(others.length, "other logon")} of this account: of a second bot, of somebody who uses the account, or left by a process that was killed within the last minutes`;
  const cure = "if they stay, stop the second bot, or give this one an account of its own";
  return [{ about: "EM logons", verdict: "warning", says, cure }];
}

/** Ports that belong to the other scheme, in EM's usual setup. */
const MIXED_UP: Readonly<Record<string, string>> = {
  "https:9399": "port 9399 is usually EM's for plain http; https is on 9398",
  "http:9398": "port 9398 is EM's for https; write https:",
  "https:9443": "port 9443 is that of EM's web pages; its API is on 9398",
};

function addressChecks(address: URL | undefined): DoctorCheck[] {
  if (!address) return [];
  const { protocol, port } = address;
  const mixedUp = MIXED_UP[`${protocol}${port}`];
  const about = "EM address";
  if (mixedUp) {
    const says = `EM_URL says ${protocol}//…:${port}`;
    return [{ about, verdict: "warning", says, cure: mixedUp }];
  }
  if (protocol !== "http:") return [];
  const says =
    "EM_URL begins with http: so that the password and all orders can be read on their way";
  return [{ about, verdict: "warning", says, cure: "use https:, which EM speaks on port 9398" }];
}

const DAY_MS = 86_400_000;
const SOON_MS = 30 * DAY_MS;
const day = (at: number) => new Date(at).toISOString().slice(0, 10);

async function certificateCheck(
  address: URL | undefined,
  parts: EmUnderExamination,
): Promise<DoctorCheck[]> {
  if (address?.protocol !== "https:") return [];
  const shown = await certificateAt(address, parts.proxy);
  return shown ? [judged(shown, parts)] : [];
}

function judged(shown: Certificate, { pinned = false, clock }: EmUnderExamination): DoctorCheck {
  const about = "EM certificate";
  const who = `Issued to ${shown.subject} by ${shown.issuer}, SHA-256 fingerprint ${shown.fingerprint}`;
  const leftMs = shown.validTo - clock.now();
  const renew = pinned
    ? "renew it on the EM server, then set EM_FINGERPRINT to the new one, or to both before"
    : "renew it on the EM server";
  if (leftMs < 0) {
    const says = `It has expired on ${day(shown.validTo)}. ${who}`;
    return { about, verdict: pinned ? "warning" : "fault", says, cure: renew };
  }
  if (shown.validFrom > clock.now()) {
    const says = `It is not valid before ${day(shown.validFrom)}. ${who}`;
    return {
      about,
      verdict: pinned ? "warning" : "fault",
      says,
      cure: "see that the clocks are right",
    };
  }
  const says = `Valid until ${day(shown.validTo)} (${duration(leftMs)}). ${who}`;
  return leftMs < SOON_MS
    ? { about, verdict: "warning", says, cure: renew }
    : { about, verdict: "well", says };
}

interface Reached {
  readonly checks: readonly DoctorCheck[];
  /** Absent where EM was not reached. */
  readonly estate?: Estate;
}

/** The sentences of EmError hold their cures. */
async function reach({ em }: EmUnderExamination): Promise<Reached> {
  try {
    const estate = await em.estate();
    const { versions, cloud, backupServers, answeredInMs } = estate;
    const newest = versions.at(-1);
    const says = `It takes the logon and answered in ${duration(answeredInMs)}${newest ? `, API ${newest}` : ""}, ${count(backupServers.length, "backup server")}`;
    return {
      estate,
      checks: [{ about: "EM", verdict: "well", says }, ...(cloud ? [] : [NO_CLOUD])],
    };
  } catch (error) {
    return { checks: [{ about: "EM", verdict: "fault", says: wordsOf(error) }] };
  }
}

/** Said here for all that follows from it. */
const NO_CLOUD: DoctorCheck = {
  about: "EM Cloud Connect",
  verdict: "warning",
  says: "EM shows none to this account: an EM on Linux (13) has none, and others have it with a service provider's license alone. So there are no plans, failover sessions and replica points of tenants. What remains: ordinary plans are started and undone, without progress or evidence, and replication is watched",
  cure: "if plans of tenants are wanted, set EM_URL to an EM on Windows that has Cloud Connect",
};

const wordsOf = (error: unknown) =>
  error instanceof EmError ? error.message : "It could not be asked";

interface Reading {
  readonly what: string;
  /** What the bot does not do without it. */
  readonly without: string;
  /** Only Cloud Connect has it. */
  readonly cloud: boolean;
  read(em: EmClient): Promise<unknown>;
}

/** What the account must be able to read. */
const READINGS: readonly Reading[] = [
  {
    what: "failover plans",
    without: "nothing can be started",
    cloud: true,
    read: (em) => em.plans("cloud"),
  },
  {
    what: "ordinary failover plans",
    without: "none of them can be started",
    cloud: false,
    read: (em) => em.plans("ordinary"),
  },
  {
    what: "failover sessions",
    without: "what was started elsewhere is not seen, and sessions are read one by one",
    cloud: true,
    read: (em) => em.sessions({ limit: 1 }),
  },
  {
    what: "restore points",
    without: "no end is confirmed by evidence",
    cloud: true,
    read: (em) => em.points({ limit: 1 }),
  },
  {
    what: "replication sessions",
    without: "replication cannot be watched",
    cloud: false,
    read: (em) => em.replicationSessions("snapshot", { limit: 1 }),
  },
];

async function roleCheck(em: EmClient, { cloud }: Estate): Promise<DoctorCheck> {
  const about = "EM role";
  const readings = READINGS.filter((reading) => cloud || !reading.cloud);
  const outcomes = await Promise.all(readings.map((reading) => readable(em, reading)));
  const lacking = outcomes.filter((outcome) => outcome !== undefined);
  if (lacking.length === 0) {
    const says =
      "The account may read all that EM has for the bot; what it may order, EM only says when it is ordered";
    return { about, verdict: "well", says };
  }
  const says = lacking.map((one) => one.says).join("; ");
  return lacking.some(({ isForbidden }) => isForbidden)
    ? {
        about,
        verdict: "warning",
        says: `The account may not read all: ${says}`,
        cure: "give it the role Portal Administrator in Enterprise Manager",
      }
    : {
        about,
        verdict: "warning",
        says: `Not all could be read, and not for want of rights: ${says}`,
        cure: "try again, and look at EM itself",
      };
}

interface Lacking {
  readonly says: string;
  readonly isForbidden: boolean;
}

async function readable(
  em: EmClient,
  { what, without, read }: Reading,
): Promise<Lacking | undefined> {
  try {
    await read(em);
    return undefined;
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    if (error.failure === "not-found") return undefined;
    const isForbidden = error.failure === "forbidden";
    return { says: isForbidden ? `without ${what}, ${without}` : error.message, isForbidden };
  }
}

/** Clocks that differ by less show in nothing. */
const SKEW_MS = 20_000;

function clockCheck({ clockOffsetMs }: EmClock): DoctorCheck {
  const about = "EM clock";
  const apartMs = Math.abs(clockOffsetMs);
  if (apartMs < SKEW_MS)
    return { about, verdict: "well", says: "It agrees with this machine's to some seconds" };
  const says = `It is ${duration(apartMs)} ${clockOffsetMs > 0 ? "ahead of" : "behind"} this machine's`;
  return {
    about,
    verdict: "warning",
    says,
    cure: "have both machines set their clocks by the same time server",
  };
}
