/** Who of those that were called for a run has been heard where it is shown. */
import type { Incoming, Person } from "../chat/port.ts";
import type { Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { topicAt } from "../speech/locate.ts";
import { amend } from "../store/amend.ts";
import { openFailovers } from "../store/in-hand.ts";
import { happened, momentOf, momentsOf } from "../store/moments.ts";

type AnsweredDeps = Pick<Services, "store" | "locks" | "emKey" | "permissions" | "clock" | "log">;

/** Kept once a person and run. Never rejects: it is no part of what was asked for. */
export async function keepAnswer(deps: AnsweredDeps, incoming: Incoming): Promise<void> {
  try {
    for (const watch of await openFailovers(deps.store, deps.emKey))
      if (isAwaited(deps, watch, incoming.from)) await keepOne(deps, watch, incoming);
  } catch (error) {
    deps.log.warn({ err: error }, "that somebody who was called has answered could not be saved");
  }
}

function isAwaited({ permissions }: AnsweredDeps, watch: Watch, from: Person): boolean {
  const { notify, called = [], answered = [] } = watch;
  const me = permissions.identity(from);
  const isMe = (person: Person) => permissions.identity(person) === me;
  return called.length > 0 && notify.some(isMe) && !answered.some(isMe);
}

async function keepOne(
  deps: AnsweredDeps,
  { id, topics }: Watch,
  { from: who, place: where }: Incoming,
): Promise<void> {
  const { store, locks, clock } = deps;
  if ((await topicAt(store, topics, where)) === undefined) return;
  if (!(await wasCalled(deps, id, who))) return;
  await locks.exclusively(id, () =>
    amend(store, "watches", id, (current) => {
      if (current?.of !== "failover" || !isAwaited(deps, current, who)) return { is: "left" };
      const value: Watch = { ...current, answered: [...(current.answered ?? []), who] };
      const also = [happened(momentOf(id, clock.now(), { is: "answered", who, where }))];
      return { is: "put", value, also };
    }),
  );
}

/** Whoever is on a platform on which the run was not shown was not. */
async function wasCalled({ store, permissions }: AnsweredDeps, run: string, who: Person) {
  const me = permissions.identity(who);
  const called = (await momentsOf(store, run)).flatMap(({ value: { what } }) =>
    what.is === "called" ? what.people : [],
  );
  return called.some((person) => permissions.identity(person) === me);
}
