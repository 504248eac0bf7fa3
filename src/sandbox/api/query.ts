/** `/api/query`: which things, in which order, which page of them. */

import { entityLists } from "./entity-lists.ts";
import { BadRequest, checkFilter, type FieldKind, parseFilter, passes, rank } from "./filter.ts";
import type { Item, Resource, View } from "./resource.ts";
import { type Link, list, type Node, node, plain, value } from "./tree.ts";

const PAGE_SIZE = 100;

export type Parameters = readonly (readonly [name: string, value: string])[];

export const parameter = (parameters: Parameters, name: string): string | undefined =>
  parameters.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];

/** Things that are no entities, such as tasks, stand under `Resources` whatever the format. */
export function queryResult(resource: Resource, parameters: Parameters, view: View): Node {
  const chosen = sorted(filtered(resource.items(view), resource, parameters), resource, parameters);
  const page = pageOf(chosen, parameters, view);
  const isPlain = resource.type === "Task";
  const isEntities = parameter(parameters, "format")?.toLowerCase() === "entities" && !isPlain;
  return {
    element: "QueryResult",
    form: "plain",
    members: [
      isEntities || isPlain ? node("Refs", null) : list("Refs", references(page.items), "Refs"),
      node("Entities", isEntities ? entities(resource, page.items, view) : null),
      node(
        "Resources",
        isPlain ? plain("Resources", [list(resource.list, nodesOf(page.items))]) : null,
      ),
      value("Links", null),
      node("PagingInfo", pagingInfo(page, parameters, view)),
    ],
  };
}

const nodesOf = (found: readonly Item[]): Node[] => found.map((item) => item.entity());
const references = (found: readonly Item[]): Node[] => found.map((item) => item.reference("Ref"));

function entities(resource: Resource, found: readonly Item[], view: View): Node {
  const nodes = found.map((item) => briefly(listed(item.entity(), resource), view));
  const members = entityLists.map((name) =>
    name === resource.list ? list(name, nodes, resource.inner(view)) : node(name, null),
  );
  return plain("Entities", members);
}

/** An entity as it stands in a list. */
export const listed = (entity: Node, { listElement }: Resource): Node =>
  listElement === undefined ? entity : { ...entity, element: listElement };

function briefly(entity: Node, { switches }: View): Node {
  if (switches.queriedSessions === "with-vm-tasks") return entity;
  const members = entity.members.map((member) =>
    member.kind === "list" && member.name === "CloudFailoverTasks"
      ? { ...member, items: [] }
      : member,
  );
  return { ...entity, members };
}

function kindOf(resource: Resource, field: string): FieldKind {
  const kind = resource.fields.get(field.toLowerCase());
  if (!kind)
    throw new BadRequest(`Parameter "${field}" is not supported for type ${resource.type}`);
  return kind;
}

function filtered(
  items: readonly Item[],
  resource: Resource,
  parameters: Parameters,
): readonly Item[] {
  const text = parameter(parameters, "filter");
  if (text === undefined || text.trim() === "") return items;
  const filter = parseFilter(text);
  const kind = (field: string) => kindOf(resource, field);
  checkFilter(filter, kind);
  return items.filter((item) => passes(filter, kind, item.value));
}

function sorted(
  items: readonly Item[],
  resource: Resource,
  parameters: Parameters,
): readonly Item[] {
  const ascending = parameter(parameters, "sortAsc");
  const field = ascending ?? parameter(parameters, "sortDesc");
  if (field === undefined) return items;
  const kind = kindOf(resource, field);
  const sign = ascending === undefined ? -1 : 1;
  return items
    .map((item) => ({ item, rank: rank(kind, item.value(field)) }))
    .sort((a, b) => sign * order(a.rank, b.rank))
    .map(({ item }) => item);
}

function order(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  return b === undefined || a > b ? 1 : -1;
}

interface Page {
  readonly items: readonly Item[];
  readonly size: number;
  readonly number: number;
  readonly count: number;
}

function pageOf(items: readonly Item[], parameters: Parameters, { switches }: View): Page {
  const asked = wholeNumber(parameters, "pageSize", PAGE_SIZE);
  if (asked > PAGE_SIZE && switches.maxPageSize === "refused")
    throw new BadRequest(`Parameter pageSize must not exceed ${PAGE_SIZE}`);
  const size = switches.maxPageSize === "cut-to-100" ? Math.min(asked, PAGE_SIZE) : asked;
  const number = wholeNumber(parameters, "page", 1);
  const count = Math.max(1, Math.ceil(items.length / size));
  return { items: items.slice((number - 1) * size, number * size), size, number, count };
}

function wholeNumber(parameters: Parameters, name: string, otherwise: number): number {
  const text = parameter(parameters, name);
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new BadRequest(`Parameter ${name} must be a number greater than 0`);
  return Number(text);
}

function pagingInfo(page: Page, parameters: Parameters, view: View): Node {
  const to = (rel: string, number: number): Link[] =>
    number < 1 || number > page.count
      ? []
      : [{ rel, href: pageHref(parameters, page.size, number, view) }];
  return {
    element: "PagingInfo",
    form: "plain",
    links: [
      ...to("First", 1),
      ...to("Previous", page.number - 1),
      ...to("Next", page.number + 1),
      ...to("Last", page.count),
    ],
    members: [],
    attributes: [
      ["PageNum", page.number],
      ["PageSize", page.size],
      ["PagesCount", page.count],
    ],
  };
}

/** The question's own parameters in their order, then the page where they do not name it. */
function pageHref(parameters: Parameters, size: number, number: number, view: View): string {
  const paging: Record<string, string> = { pagesize: String(size), page: String(number) };
  const own = parameters.map(([name, is]) => [name, paging[name.toLowerCase()] ?? is] as const);
  const added = (["pageSize", "page"] as const)
    .filter((name) => parameter(parameters, name) === undefined)
    .map((name) => [name, paging[name.toLowerCase()] ?? ""] as const);
  const query = [...own, ...added].map(([name, is]) => `${name}=${encode(is, view)}`).join("&");
  return `${view.base}/query?${query}`;
}

/** As .NET writes it; before version 13 with small hexadecimal digits. */
function encode(text: string, { dialect }: View): string {
  const encoded = encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replaceAll("'", "%27")
    .replaceAll("~", "%7E");
  return dialect === "13"
    ? encoded
    : encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}
