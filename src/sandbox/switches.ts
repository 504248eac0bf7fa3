/**
 * What nobody outside Veeam knows about Enterprise Manager, one switch a question. A client has to
 * survive every position. The first position is the default.
 */
export const switches = {
  hostOfLinks: {
    summary: "The host that links in answers name: the one called, or the name EM has for itself",
    positions: ["called", "enterprise06.tech.local"],
  },
  jsonBom: {
    summary: "Whether JSON answers begin with a byte order mark",
    positions: ["absent", "present"],
  },
  hrefEscapes: {
    summary: "How XML writes the slashes of addresses: as they are, or as &#x2F;",
    positions: ["plain", "numeric"],
  },
  planVmElement: {
    summary: "The XML element of a VM in a cloud failover plan",
    positions: ["CloudFailoveredVm", "CloudFailoverPlanVm"],
  },
  endTimeWhileRunning: {
    summary: "EndTimeUTC in the JSON of a session that still runs",
    positions: ["null", "omitted"],
  },
  resultWhileRunning: {
    summary: "Result of a session that still runs",
    positions: ["None", "absent"],
  },
  progressWhileRunning: {
    summary: "Progress of a session that still runs: it moves, or stays 0 until the end",
    positions: ["moves", "zero"],
  },
  undoSession: { summary: "Whether an undo makes a failover session", positions: ["none", "made"] },
  secondStart: {
    summary: "What becomes of an order while a failover session of the same tenant is open",
    positions: ["task-fails", "confirmation-needed", "accepted", "409", "400"],
  },
  startSpec: {
    summary:
      "A start with both of StartNow and StartDate, or neither: refused, or taken as a start from now",
    positions: ["refused", "accepted"],
  },
  xmlOrder: {
    summary: "StartDate before StartNow in XML: refused, or taken as if in order",
    positions: ["checked", "ignored"],
  },
  xmlNamespace: {
    summary: "Whether the root of an XML body must carry EM's namespace",
    positions: ["optional", "required"],
  },
  v13Input: {
    summary: "Which keys version 13 takes in JSON bodies",
    positions: ["any-case", "camelCase"],
  },
  v13Keys: { summary: "The keys of version 13's JSON", positions: ["camelCase", "PascalCase"] },
  deleteTask: {
    summary: "What deleting a running task does: EM forgets it, or stops the run",
    positions: ["forgets", "stops"],
  },
  deleteLinkType: {
    summary: "Whether a task's Delete link has a Type",
    positions: ["Task", "absent"],
  },
  taskEnds: {
    summary: "When the task of an order ends: seconds after it was given, or with its session",
    positions: ["soon", "with-session"],
  },
  finishedTasks: {
    summary: "Whether finished tasks stay as long as their logon, or vanish after 30 seconds",
    positions: ["stay", "vanish"],
  },
  failedTaskBody: {
    summary: "Whether a failed task says why",
    positions: ["message", "bare"],
  },
  taskNumbers: {
    summary: "Whether task ids are counted for the whole service or per logon",
    positions: ["service-wide", "per-logon"],
  },
  unknownVersion: {
    summary: "A logon with a version in ?v= that EM does not have",
    positions: ["400", "latest"],
  },
  logonLifetime: {
    summary: "Whether requests keep a logon alive, or it ends 15 minutes after it was made",
    positions: ["idle", "absolute"],
  },
  logonLimit: {
    summary: "Whether a sixth logon is refused with 503 while five are alive",
    positions: ["none", "five"],
  },
  refusalBody: {
    summary: "The body of a 401 or 403",
    positions: ["error", "empty", "html"],
  },
  queriedSessions: {
    summary: "Whether sessions in a query's answer carry their VM tasks",
    positions: ["with-vm-tasks", "without-vm-tasks"],
  },
  pointStates: {
    summary: "Which restore points of a failed-over VM show it: the one used, or all",
    positions: ["used-point", "all-points"],
  },
  cdpSessionsInner: {
    summary: "The inner name of CdpReplicaSessions in JSON",
    positions: ["CdpReplicaSessions", "CdpPolicySessions"],
  },
  maxPageSize: {
    summary: "A pageSize over 100: taken, cut to 100, or refused",
    positions: ["unlimited", "cut-to-100", "refused"],
  },
} as const satisfies Record<string, { summary: string; positions: readonly [string, ...string[]] }>;

export type SwitchName = keyof typeof switches;

export type Switches = {
  readonly [Name in SwitchName]: (typeof switches)[Name]["positions"][number];
};

const defaults = Object.fromEntries(
  Object.entries(switches).map(([name, { positions }]) => [name, positions[0]]),
) as unknown as Switches;

/** The defaults, but for what is given; later ones win. */
export function setSwitches(...given: readonly (Partial<Switches> | undefined)[]): Switches {
  return Object.assign({}, defaults, ...given) as Switches;
}
