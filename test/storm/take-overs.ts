/** Where two take turns: whoever was replaced orders nothing more, and each absence is told. */
import type { Chronicle } from "./chronicle.ts";
import type { Fault } from "./invariants.ts";
import { isRoot, topicOf } from "./questions.ts";
import type { Message } from "./rooms.ts";

export async function takeOvers(chronicle: Chronicle): Promise<Fault[]> {
  if (!chronicle.kinds.has("take-over")) return [];
  return [...orderedByDeposed(chronicle), ...(await absencesUntold(chronicle))];
}

function orderedByDeposed({ em, lives }: Chronicle): Fault[] {
  return em.posts.flatMap(({ at, life, action, plan }) => {
    const next = lives[life]?.from;
    if (next === undefined || next > at) return [];
    const late = Math.round((at - next) / 1000);
    const what = `${action} "${plan.name}" was ordered ${late} s after another had begun to lead`;
    return [{ promise: "whoever was replaced orders nothing", what }];
  });
}

const titleOf = ({ versions }: Message) => versions[0]?.card.title ?? "";
const postedAt = ({ versions }: Message) => versions[0]?.at ?? 0;

const BEGUN = /^EM has started the failover session/;
const TAKEN_OVER = /^I took over from site-[ab]\b/;

/** A run that one has seen begin and another has seen end: that one has said that it took over. */
async function absencesUntold(chronicle: Chronicle): Promise<Fault[]> {
  const { rooms, lives } = chronicle;
  const lines = rooms.messages.filter((one) => one.key !== undefined && !isRoot(one));
  const topics = [...Map.groupBy(lines, topicOf)];
  const ends = await Promise.all(topics.map(([topic]) => savedEnds(chronicle, topic)));
  return topics.flatMap(([topic, own], i) => {
    const begun = own.find((line) => BEGUN.test(titleOf(line)));
    const ended = own.findLast(({ versions }) => versions[0]?.card.alsoInChannel);
    if (!begun || !ended) return [];
    const until = Math.min(postedAt(ended), ...(ends[i] ?? []));
    const others = lives.filter(({ from }) => from > postedAt(begun) && from < until);
    if (others.length === 0 || own.some((line) => TAKEN_OVER.test(titleOf(line)))) return [];
    const what = `in ${topic} nobody was told that another had taken over`;
    return [{ promise: "absences are told", what }];
  });
}

/** Who dies with an end saved and not said has seen it; whoever says it then has missed nothing. */
async function savedEnds({ store, wall, bornAt }: Chronicle, topic: string): Promise<number[]> {
  const watch = await store.get("past-watches", topic.replace(/:.*$/, ""));
  if (watch?.of !== "failover" || watch.phase.is !== "ended") return [];
  return wall.whenIt(watch.phase.at).map((at) => at - bornAt);
}
