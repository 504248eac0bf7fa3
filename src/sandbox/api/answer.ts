/** What EM answers, before it is written in the format that the client takes. */
import type { Node } from "./tree.ts";

export type Answer =
  | {
      readonly status: number;
      readonly body: Node;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly status: number;
      readonly error: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly status: 204 };

export const ok = (body: Node): Answer => ({ status: 200, body });
export const accepted = (body: Node): Answer => ({ status: 202, body });
export const refused = (status: number, error: string): Answer => ({ status, error });
export const done: Answer = { status: 204 };
