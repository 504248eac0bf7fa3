/** The digest: read from EM and from our own records, and posted where the settings say. */
import type { Place } from "../chat/port.ts";
import { statusFacts } from "../commands/status.ts";
import { EmError } from "../em/errors.ts";
import { readOf } from "../em/optional.ts";
import type { FailoverPlan } from "../em/types.ts";
import { type DigestFacts, digestCard, type Untested } from "../messages/digest.ts";
import type { Services } from "../services.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import type { Conditional } from "../store/store.ts";
import { lastTests } from "./last-tests.ts";
import type { Due } from "./schedule.ts";

export interface DigestParts
  extends Pick<Services, "em" | "emKey" | "sandbox" | "plans" | "store" | "clock"> {
  readonly places: readonly Place[];
  readonly untestedDays: number;
}

/** What is to be saved so that the digest is said, once in each place. */
export async function digest(due: Due, parts: DigestParts): Promise<Conditional[]> {
  const now = parts.clock.now();
  const card = digestCard(await factsOf(due, parts), now);
  const owner = `digest ${new Date(due.at).toISOString()}`;
  return parts.places.map((place) =>
    putTopic({
      version: 1,
      id: topicId(owner, place),
      place,
      title: "Digest",
      card,
      updatedAt: now,
      closed: true,
    }),
  );
}

/** A chore is due by the wall clock, and a card bears the bot's times. */
async function factsOf({ at, late }: Due, parts: DigestParts): Promise<DigestFacts> {
  const due = parts.clock.meant(at);
  const { untestedDays } = parts;
  const status = await readStatus(parts);
  const plans = "unknown" in status ? [] : (readOf(status.plans)?.plans ?? []);
  return { due, late, status, untestedDays, untested: await untestedOf(plans, parts) };
}

async function readStatus(parts: DigestParts): Promise<DigestFacts["status"]> {
  try {
    return await statusFacts(parts);
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    return { unknown: error.message };
  }
}

const DAY_MS = 86_400_000;

/** EM can test cloud plans alone. Those without any known test first, then the longest ago. */
async function untestedOf(plans: readonly FailoverPlan[], parts: DigestParts): Promise<Untested[]> {
  const tests = await lastTests(parts.store, parts.emKey);
  const since = parts.clock.now() - parts.untestedDays * DAY_MS;
  return plans
    .filter(({ kind, id }) => kind === "cloud" && (tests.get(id) ?? 0) < since)
    .map((plan): Untested => {
      const lastAt = tests.get(plan.id);
      return lastAt === undefined ? { plan } : { plan, lastAt };
    })
    .sort((a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0));
}
