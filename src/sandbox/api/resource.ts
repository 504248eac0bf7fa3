/**
 * What the API gives as entities and references: every resource is defined once, and its
 * collection, its single entities, its references and its queries are drawn from that.
 */

import type { Dialect } from "../dialects.ts";
import type { Words } from "../estate/session-view.ts";
import type { World } from "../estate/world.ts";
import type { Comparable, FieldKind } from "./filter.ts";
import type { Subject } from "./rights.ts";
import type { Link, Member, Node } from "./tree.ts";

/** One look at the world, by one request. */
export interface View extends Words {
  readonly world: World;
  readonly now: number;
  /** What links begin with, such as `https://enterprise06.tech.local:9398/api`. */
  readonly base: string;
  readonly dialect: Dialect;
  /** Whether there is Cloud Connect. */
  readonly hasCloud: boolean;
}

/** One thing of a resource, not yet written. */
export interface Item {
  readonly id: string;
  entity(): Node;
  /** `Ref` within lists, `EntityRef` alone. */
  reference(element: "Ref" | "EntityRef"): Node;
  value(field: string): Comparable;
}

export interface Resource {
  /** As in `urn:veeam:<type>:<id>` and `query?type=<type>`. */
  readonly type: string;
  /** Under `/api`. */
  readonly path: string;
  /** The name of a list of them. */
  readonly list: string;
  /** The second level that a query's JSON puts around the list. */
  inner(view: View): string;
  readonly subject: Subject;
  readonly querySubject: Subject;
  /** The XML element of an item within a list, where it is not the type. */
  readonly listElement?: string;
  /** Filter names in lower case. */
  readonly fields: ReadonlyMap<string, FieldKind>;
  items(view: View): readonly Item[];
}

export interface Field<Row> {
  readonly kind: FieldKind;
  readonly of: (row: Row, view: View) => Comparable;
}

export interface Definition<Row> {
  readonly type: string;
  readonly path: string;
  readonly list: string;
  readonly inner?: (view: View) => string;
  readonly subject: Subject;
  readonly querySubject: Subject;
  /** The XML element of an item within a list. */
  readonly listElement?: string;
  /** CDP sessions are filtered by `Id`, everything else by `UID`. */
  readonly uidField?: "Id";
  /** Where a wrong path stands in an entity's own address. */
  readonly slipsTo?: string;
  readonly rows: (view: View) => readonly Row[];
  readonly id: (row: Row) => string;
  readonly name: (row: Row, view: View) => string;
  readonly parents?: (row: Row, view: View) => readonly Link[];
  readonly further?: (row: Row, view: View) => readonly Link[];
  readonly members: (row: Row, view: View) => readonly Member[];
  readonly attributes?: (row: Row) => NonNullable<Node["attributes"]>;
  readonly fields: Readonly<Record<string, Field<Row>>>;
}

export const urn = (type: string, id: string): string => `urn:veeam:${type}:${id}`;

export const text = <Row>(of: Field<Row>["of"]): Field<Row> => ({ kind: { is: "text" }, of });
export const time = <Row>(of: Field<Row>["of"]): Field<Row> => ({ kind: { is: "time" }, of });
export const number = <Row>(of: Field<Row>["of"]): Field<Row> => ({ kind: { is: "number" }, of });
export const flag = <Row>(of: Field<Row>["of"]): Field<Row> => ({ kind: { is: "flag" }, of });
export const word = <Row>(words: readonly string[], of: Field<Row>["of"]): Field<Row> => ({
  kind: { is: "word", words },
  of,
});

/** In the order by which EM compares them. */
export const sessionStates = [
  "Stopped",
  "Starting",
  "Stopping",
  "Working",
  "Pausing",
  "Resuming",
] as const;
export const taskSessionStates = ["InProgress", "Pending", "Completed"] as const;
export const results = ["None", "Success", "Warning", "Failed"] as const;

export function defineResource<Row>(of: Definition<Row>): Resource {
  const fields = withCommonFields(of);
  return {
    type: of.type,
    path: of.path,
    list: of.list,
    inner: of.inner ?? (() => of.list),
    ...(of.listElement === undefined ? {} : { listElement: of.listElement }),
    subject: of.subject,
    querySubject: of.querySubject,
    fields: new Map([...fields].map(([name, field]) => [name, field.kind])),
    items: (view) => of.rows(view).map((row) => itemOf(of, fields, row, view)),
  };
}

function withCommonFields<Row>(of: Definition<Row>): Map<string, Field<Row>> {
  const common: Record<string, Field<Row>> = {
    [of.uidField ?? "UID"]: text((row) => urn(of.type, of.id(row))),
    Name: text((row, view) => of.name(row, view)),
    BackupServerUid: text((_, { world }) => urn("BackupServer", world.inventory.backupServer.id)),
    BackupServerName: text((_, { world }) => world.inventory.backupServer.name),
  };
  const all = Object.entries({ ...common, ...of.fields });
  return new Map(all.map(([name, field]) => [name.toLowerCase(), field]));
}

function itemOf<Row>(
  of: Definition<Row>,
  fields: ReadonlyMap<string, Field<Row>>,
  row: Row,
  view: View,
): Item {
  return {
    id: of.id(row),
    entity: () => entityOf(of, row, view),
    reference: (element) => referenceOf(of, row, view, element),
    value: (field) => fields.get(field.toLowerCase())?.of(row, view),
  };
}

function entityOf<Row>(of: Definition<Row>, row: Row, view: View): Node {
  const address = `${view.base}${of.path}/${of.id(row)}`;
  const own = `${view.base}${of.slipsTo ?? of.path}/${of.id(row)}?format=Entity`;
  return {
    element: of.type,
    form: "resource",
    type: of.type,
    href: own,
    name: of.name(row, view),
    uid: urn(of.type, of.id(row)),
    attributes: of.attributes?.(row) ?? [],
    links: linksOf(of, row, view, { href: address, type: `${of.type}Reference` }),
    members: of.members(row, view),
  };
}

function referenceOf<Row>(
  of: Definition<Row>,
  row: Row,
  view: View,
  element: "Ref" | "EntityRef",
): Node {
  const address = `${view.base}${of.path}/${of.id(row)}`;
  return {
    element,
    form: "reference",
    type: `${of.type}Reference`,
    href: address,
    name: of.name(row, view),
    uid: urn(of.type, of.id(row)),
    links: linksOf(of, row, view, { href: `${address}?format=Entity`, type: of.type }),
    members: [],
  };
}

function linksOf<Row>(
  of: Definition<Row>,
  row: Row,
  view: View,
  alternate: { readonly href: string; readonly type: string },
): Link[] {
  return [
    ...(of.parents?.(row, view) ?? [serverLink(view)]),
    { rel: "Alternate", ...alternate, name: of.name(row, view) },
    ...(of.further?.(row, view) ?? []),
  ];
}

export function serverLink({ base, world }: View): Link {
  const { id, name } = world.inventory.backupServer;
  return { rel: "Up", type: "BackupServerReference", href: `${base}/backupServers/${id}`, name };
}
