/** The command table, in the order in which help shows it. */

import { audit } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { collect } from "./collect.ts";
import type { AnyCommand } from "./command.ts";
import { confirm } from "./confirm.ts";
import { doctor } from "./doctor.ts";
import { help } from "./help.ts";
import { history } from "./history.ts";
import { takeNote } from "./note.ts";
import { plans } from "./plans.ts";
import { report } from "./report.ts";
import { sessions } from "./sessions.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { tasks } from "./tasks.ts";
import { test } from "./test.ts";
import { undo } from "./undo.ts";
import { unwatch } from "./unwatch.ts";
import { watch } from "./watch.ts";
import { watches } from "./watches.ts";
import { whoami } from "./whoami.ts";

export const allCommands: readonly AnyCommand[] = [
  status,
  plans,
  sessions,
  history,
  report,
  start,
  test,
  undo,
  confirm,
  cancel,
  stop,
  watch,
  unwatch,
  watches,
  takeNote,
  collect,
  tasks,
  audit,
  doctor,
  whoami,
  help,
];
