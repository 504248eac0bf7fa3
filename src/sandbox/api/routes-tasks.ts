import { type Answer, done, ok, refused } from "./answer.ts";
import { queryResult } from "./query.ts";
import { type Resource, text, type View, word } from "./resource.ts";
import { sessionLink } from "./resources-cloud.ts";
import type { Call, Route } from "./routes.ts";
import { isTaskOver, type TaskRecord, type TaskView, taskView } from "./tasks.ts";
import { items, type Node, node, plain, value } from "./tree.ts";

export const taskRoutes: readonly Route[] = [
  { method: "GET", path: "/tasks", subject: "tasks", answer: (call) => ok(taskList(call)) },
  { method: "GET", path: "/tasks/{id}", subject: "tasks", answer: readTask },
  { method: "DELETE", path: "/tasks/{id}", subject: "tasks", answer: deleteTask },
];

export const taskNode = (task: TaskRecord, view: View): Node =>
  drawn(taskView(task, view.now, view), view);

function drawn(task: TaskView, view: View): Node {
  const href = `${view.base}/tasks/${task.id}`;
  const type = view.switches.deleteLinkType === "Task" ? { type: "Task" } : {};
  return {
    element: "Task",
    form: "resource",
    type: "Task",
    href,
    links: [
      { rel: "Delete", href, ...type },
      ...(task.related ? [sessionLink(task.related, view)] : []),
    ],
    members: [
      value("TaskId", task.id),
      value("State", task.state),
      value("Operation", task.operation),
      node("Result", task.result ? resultNode(task.result) : null),
    ],
  };
}

function resultNode({
  success,
  message,
  confirmationNeeded,
}: NonNullable<TaskView["result"]>): Node {
  return plain(
    "Result",
    [value("Message", message ?? null)],
    [
      ["Success", success],
      ["CredentialsNeeded", null],
      ["ConfirmationNeeded", confirmationNeeded ? true : null],
    ],
  );
}

const ownTasks = ({ tasks, logon, view }: Call): readonly TaskRecord[] =>
  tasks.of(logon.id, view.now);

function taskList(call: Call): Node {
  return plain("Tasks", [
    items(
      "Tasks",
      ownTasks(call).map((task) => taskNode(task, call.view)),
    ),
  ]);
}

const findTask = (call: Call): TaskRecord | undefined =>
  ownTasks(call).find((task) => task.id === call.ids[0]?.toLowerCase());

/** EM says 500, not 404, of a task that this logon does not know. */
const unknown = (id: string | undefined): Answer =>
  refused(500, `There is no backup task with id [${id}] in current rest session`);

function readTask(call: Call): Answer {
  const task = findTask(call);
  return task ? ok(taskNode(task, call.view)) : unknown(call.ids[0]);
}

function deleteTask(call: Call): Answer {
  const { view, tasks } = call;
  const task = findTask(call);
  if (!task) return unknown(call.ids[0]);
  if (view.switches.deleteTask === "stops" && task.run && !isTaskOver(task, view.now, view))
    view.world.stop(task.run.id);
  tasks.forget(task);
  return done;
}

const taskStates = ["Running", "OperationFinished", "Finished"] as const;

export function taskQuery(call: Call): Node {
  const fields = {
    taskid: text<TaskView>((task) => task.id),
    state: word<TaskView>(taskStates, (task) => task.state),
    operation: text<TaskView>((task) => task.operation),
  };
  const resource: Resource = {
    type: "Task",
    path: "/tasks",
    list: "Tasks",
    inner: () => "Tasks",
    subject: "tasks",
    querySubject: "query",
    fields: new Map(Object.entries(fields).map(([name, field]) => [name, field.kind])),
    items: (view) =>
      ownTasks(call).map((record) => {
        const task = taskView(record, view.now, view);
        return {
          id: task.id,
          entity: () => drawn(task, view),
          reference: () => drawn(task, view),
          value: (field) =>
            Object.entries(fields)
              .find(([name]) => name === field.toLowerCase())?.[1]
              .of(task, view),
        };
      }),
  };
  return queryResult(resource, call.parameters, call.view);
}
