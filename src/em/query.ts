/**
 * Questions for EM's query service, `GET /query?type=…`: which things, newest first, page by page.
 * The names that a filter takes are not the names of the fields: a session's `CreationTimeUTC` is
 * filtered and sorted by as `CreationTime`.
 */
import type { PointFilter, ReplicationFilter, SessionFilter } from "./client.ts";
import type { EmQuestions } from "./retrying.ts";
import type { ReplicationKind } from "./types.ts";

/** CDP's own types are filtered and sorted by the names of their fields. */
type CreatedName = "CreationTime" | "CreationTimeUTC";

export interface Query {
  readonly type:
    | "CloudFailoverSession"
    | "CloudVmReplicaPoint"
    | "ReplicaJobSession"
    | "CdpReplicaSession";
  readonly filter: string;
  readonly sortDesc: CreatedName;
  /**
   * Things on a page. Default: `PAGE_SIZE`. EM's greatest is not known; each answer says how many
   * pages it made of it.
   */
  readonly pageSize?: number;
}

/** What every EM gives. */
const PAGE_SIZE = 100;
/** Points are small, and a replicated VM has up to 28: two megabytes at most. */
const POINTS_PAGE_SIZE = 1_500;
/** With twenty VMs each, four megabytes. */
const SESSIONS_PAGE_SIZE = 500;
/** What is asked for of a week, at most, in one page. */
const REPLICATIONS_PAGE_SIZE = 300;
/**
 * Room for one list of VMs in an address, in characters; Windows' HTTP service and proxies begin to
 * refuse at 2,048.
 */
const LIST_ROOM = 1_200;

export function pageAddress(query: Query, page: number): string {
  const filter = query.filter && `&filter=${encodeURIComponent(query.filter)}`;
  const sort = `&sortDesc=${query.sortDesc}`;
  return `/query?type=${query.type}&format=Entities${filter}${sort}&pageSize=${query.pageSize ?? PAGE_SIZE}&page=${page}`;
}

export const isLarge = ({ pageSize = PAGE_SIZE }: Query) => pageSize > PAGE_SIZE;

export function withUsualPages(query: Query): Query {
  const { pageSize: _, ...usual } = query;
  return isLarge(query) ? usual : query;
}

/** EM compares by its own clock, which its answer to the logon tells. Throws `EmError`. */
export async function sinceByEm<Filter extends { readonly createdFrom?: number }>(
  { ems, logon }: Pick<EmQuestions, "ems" | "logon">,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Filter> {
  if (filter.createdFrom === undefined) return filter;
  await logon(signal);
  return { ...filter, createdFrom: ems(filter.createdFrom) };
}

export function sessionsQuery(filter: SessionFilter): Query {
  const conditions = [
    filter.open && anyOf(["Starting", "Working", "Stopping"].map((state) => `State==${state}`)),
    filter.planName !== undefined && `Name==${filterText(filter.planName)}`,
    filter.createdFrom !== undefined && createdFrom(filter.createdFrom),
    filter.result && `Result==${filter.result}`,
  ];
  return {
    type: "CloudFailoverSession",
    filter: allOf(conditions),
    sortDesc: "CreationTime",
    pageSize: Math.min(SESSIONS_PAGE_SIZE, filter.limit ?? SESSIONS_PAGE_SIZE),
  };
}

const REPLICATION = {
  snapshot: { type: "ReplicaJobSession", job: "JobName", created: "CreationTime" },
  cdp: { type: "CdpReplicaSession", job: "PolicyName", created: "CreationTimeUTC" },
} as const;

export function replicationQuery(kind: ReplicationKind, filter: ReplicationFilter): Query {
  const names = REPLICATION[kind];
  const conditions = [
    filter.open && "State!=Stopped",
    filter.jobName !== undefined && `${names.job}==${filterText(filter.jobName)}`,
    filter.createdFrom !== undefined && createdFrom(filter.createdFrom, names.created),
    filter.result && `Result==${filter.result}`,
  ];
  return {
    type: names.type,
    filter: allOf(conditions),
    sortDesc: names.created,
    pageSize: Math.min(REPLICATIONS_PAGE_SIZE, filter.limit ?? REPLICATIONS_PAGE_SIZE),
  };
}

/**
 * One query, or several where the VMs' names do not fit in one address, or none where no VM is
 * asked for.
 */
export function pointsQueries(filter: PointFilter): Query[] {
  const states = filter.states && anyOf(filter.states.map((state) => `State==${state}`));
  const since = filter.createdFrom !== undefined && createdFrom(filter.createdFrom);
  return vmConditions(filter.vms).map((vms) => ({
    type: "CloudVmReplicaPoint",
    filter: allOf([vms, states, since]),
    sortDesc: "CreationTime",
    pageSize: Math.min(POINTS_PAGE_SIZE, filter.limit ?? POINTS_PAGE_SIZE),
  }));
}

function vmConditions(vms: readonly string[] | undefined): (string | false)[] {
  if (vms === undefined) return [false];
  const terms = [...new Set(vms)].map((vm) => `VmDisplayName==${filterText(vm)}`);
  return inLots(terms, LIST_ROOM).map(anyOf);
}

/**
 * Terms in lots that fit, each encoded, in so much room; a term that alone is longer gets a lot of
 * its own.
 */
function inLots(terms: readonly string[], room: number): string[][] {
  const lots: string[][] = [];
  let left = 0;
  for (const term of terms) {
    const length = encodeURIComponent(term).length + 3;
    if (length > left) {
      lots.push([]);
      left = room;
    }
    lots.at(-1)?.push(term);
    left -= length;
  }
  return lots;
}

const anyOf = (conditions: readonly string[]) => `(${conditions.join(",")})`;
const allOf = (conditions: readonly (string | false | undefined)[]) =>
  conditions.filter(Boolean).join(";");

/**
 * Always in quotation marks, because EM drops the blanks of text without them; those inside are
 * doubled.
 */
export const filterText = (said: string) => `"${said.toWellFormed().replaceAll('"', '""')}"`;

/**
 * In whole seconds, which every EM reads; what is older by less than a second is sorted out
 * afterwards.
 */
function createdFrom(at: number, name: CreatedName = "CreationTime"): string {
  const second = new Date(Math.floor(at / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
  return `${name}>="${second}"`;
}
