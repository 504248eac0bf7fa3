/**
 * Which address does what. Addresses are told apart without regard to case, and double slashes
 * count as one.
 */
import { type Answer, refused } from "./answer.ts";
import type { Logon, Logons } from "./logons.ts";
import type { Parameters } from "./query.ts";
import type { View } from "./resource.ts";
import { mayDo, type Role, type Subject } from "./rights.ts";
import type { Tasks } from "./tasks.ts";

export interface Call {
  readonly view: View;
  readonly logon: Logon;
  readonly logons: Logons;
  readonly tasks: Tasks;
  readonly parameters: Parameters;
  /** What stood for `{id}` and `{vm}` in the route, as it was sent. */
  readonly ids: readonly string[];
  readonly body: string;
  readonly isJson: boolean;
}

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Under `/api`, such as `/cloud/cloudFailoverPlans/{id}`. */
  readonly path: string;
  readonly subject: Subject;
  /** Only where Cloud Connect is. */
  readonly cloud?: true;
  readonly answer: (call: Call) => Answer;
}

export interface Found {
  readonly route: Route;
  readonly ids: readonly string[];
}

/** The route, or the answer where there is none. */
export function findRoute(routes: readonly Route[], method: string, path: string): Found | Answer {
  const segments = segmentsOf(path);
  const matches = routes.flatMap((route) => {
    const ids = matched(segmentsOf(route.path), segments);
    return ids ? [{ route, ids }] : [];
  });
  if (matches.length === 0) return refused(404, "The requested resource was not found");
  return (
    matches.find(({ route }) => route.method === method) ??
    refused(405, `Method ${method} is not allowed for this resource`)
  );
}

const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

function matched(pattern: readonly string[], segments: readonly string[]): string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const ids: string[] = [];
  for (const [index, wanted] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (wanted.startsWith("{")) ids.push(segment);
    else if (wanted.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return ids;
}

/** Why a logon may not, or undefined. */
export function objection({ route }: Found, role: Role, hasCloud: boolean): Answer | undefined {
  if (route.cloud && !hasCloud) return refused(404, "The requested resource was not found");
  return mayDo(role, route.subject) ? undefined : refused(403, "Access denied");
}
