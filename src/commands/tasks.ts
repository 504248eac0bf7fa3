import type { Task } from "../em/types.ts";
import { isClearable, tasksCard } from "../messages/lists.ts";
import { receiptOf } from "../records/watch.ts";
import { openFailovers } from "../store/in-hand.ts";
import { refusal } from "./ask.ts";
import { type Context, command, type Outcome } from "./command.ts";

export const tasks = command({
  name: "tasks",
  usage: "[clear]",
  summary: "EM's tasks in this bot's logon; clear removes the finished ones",
  options: [
    {
      name: "clear",
      summary: "the word clear, to remove finished tasks",
      required: false,
      takes: "text",
    },
  ],
  details: [
    "EM shows a task only to the logon that ordered it. A task that still runs is never removed by this.",
  ],
  section: "keep",
  permission: "read",
  parse: (rest) =>
    rest === "" || rest.toLowerCase() === "clear"
      ? { ok: true, args: rest !== "" }
      : { ok: false, why: `Only the word clear can follow this verb, but "${rest}" did.` },
  run: async (clear, context) => {
    const logon = await context.em.logonId();
    const tasks = await context.em.tasks(logon);
    const awaited = await awaitedTasks(context);
    const finished = tasks.filter((task) => isClearable(task, awaited));
    return clear && finished.length > 0
      ? remove(finished, logon, context)
      : { is: "reply", card: tasksCard(tasks, awaited) };
  },
});

/** What a run of ours ends with, and has not been read yet. */
async function awaitedTasks({ store, emKey }: Context): Promise<string[]> {
  const watches = await openFailovers(store, emKey);
  return watches.flatMap((watch) => receiptOf(watch)?.task ?? []);
}

function remove(finished: readonly Task[], logon: string, { allows }: Context): Outcome {
  const allowed = allows({ verb: "tasks", group: "order" });
  return allowed.ok
    ? { is: "clear-tasks", tasks: finished, logon }
    : refusal("tasks clear", allowed.why);
}
