import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { nonsense } from "../../src/sandbox/wire/garbage.ts";

interface Request {
  readonly method: string;
  readonly path: string;
}

const MOST_ANSWERS = 500;
const isOrder = ({ method, path }: Request) => method === "POST" && path.includes("action=");

/**
 * Once it has had an order, every fourth of EM's answers is nonsense; from the beginning, nobody
 * could order anything.
 */
export function talkNonsenseOnceOrdered({ control }: Sandbox): void {
  let isOrdered = false;
  let reads = 0;
  let latest: Request | undefined;
  let isDue = false;
  /** Asked about the same request again and again, as long as it says no. */
  function falls(request: Request): boolean {
    if (request === latest) return isDue;
    latest = request;
    isOrdered ||= isOrder(request);
    reads += isOrdered && request.method === "GET" ? 1 : 0;
    isDue = isOrdered && request.method === "GET" && reads % 4 === 0;
    return isDue;
  }
  for (let answer = 1; answer <= MOST_ANSWERS; answer++)
    control.answerNext(nonsense(answer, false), falls);
}
