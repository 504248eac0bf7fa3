import type { PlanKind, StartFrom } from "./types.ts";
import type { Format, Manner } from "./wire.ts";

const NAMESPACES =
  'xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

const START_ROOT: Readonly<Record<PlanKind, string>> = {
  cloud: "CloudFailoverPlanManagementSpec",
  ordinary: "FailoverPlanManagementSpec",
};

export const MEDIA_TYPE: Readonly<Record<Format, string>> = {
  xml: "application/xml",
  json: "application/json",
};

/**
 * The body that starts a plan: exactly one of StartNow and StartDate. EM's own example sends both
 * and leaves open what that means.
 */
export function startBody(kind: PlanKind, from: StartFrom, manner: Manner): string {
  if (manner.format === "json") return JSON.stringify(spelled(startSpec(from), manner));
  const [[name, value] = []] = Object.entries(startSpec(from));
  const root = START_ROOT[kind];
  const content = `<${name}>${value}</${name}>`;
  return `<?xml version="1.0" encoding="utf-8"?>\n<${root} ${NAMESPACES}>${content}</${root}>`;
}

function startSpec(from: StartFrom): { StartNow: true } | { StartDate: string } {
  if (from.points === "latest") return { StartNow: true };
  return { StartDate: new Date(from.at).toISOString() };
}

/**
 * As EM itself spells: whether version 13, which writes camel case, takes anything else is not
 * documented.
 */
function spelled(spec: object, { camelCase }: Manner): object {
  if (!camelCase) return spec;
  const small = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
  return Object.fromEntries(Object.entries(spec).map(([name, value]) => [small(name), value]));
}
