/** The report of a run where somebody asks for it: a card, and its files below. */
import type { Incoming } from "../chat/port.ts";
import { reportCard } from "../messages/report-answers.ts";
import { oldRunCard } from "../messages/watch-answers.ts";
import { factsOfRun } from "../report/facts-of-run.ts";
import type { Services } from "../services.ts";
import { putTopic, queueReport, topicId } from "../speech/topics.ts";
import { nothingFits, type Reaction } from "./reaction.ts";
import { acting } from "./received.ts";

type ReportingDeps = Pick<Services, "store" | "clock" | "wakeups">;

/** One for each delivery, however often it comes. */
export const reportTopic = ({ delivery, place }: Incoming): string =>
  topicId(`report-${delivery}`, place);

export async function reportHere(
  { store, clock, wakeups }: ReportingDeps,
  incoming: Incoming,
  run: string,
): Promise<Reaction> {
  const facts = await factsOfRun(store, run);
  if (!facts) return nothingFits("report", oldRunCard);
  const id = reportTopic(incoming);
  const now = clock.now();
  const { place } = incoming;
  const card = reportCard(facts);
  const title = `Report: ${facts.plan.name}`;
  await acting(store, incoming).commit([
    putTopic({ version: 1, id, place, title, card, updatedAt: now, closed: true }),
    ...queueReport(id, facts, now),
  ]);
  wakeups.wake("speech");
  return {};
}
