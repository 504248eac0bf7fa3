import type { Writable } from "node:stream";
import { plainCard } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";
import { createSpokenRecord } from "../fakes/spoken.ts";
import { askedFor } from "./asked-for.ts";
import { type Ground, PLAN, type Said, type Stage } from "./stage.ts";

/** One JSON line of the terminal. */
interface Written {
  readonly kind: "post" | "edit" | "reply" | "thread";
  readonly key?: string;
  readonly id: string;
  readonly card: Card;
}

/** Nothing where the process died while it wrote this line. */
function whole(line: string): Written | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * A terminal: whatever has been written is there, and nobody can ask what has been written before.
 */
export async function openTerminal({ now }: Ground): Promise<Stage> {
  const written = createSpokenRecord<Written>(now);
  const marks = new Map<string, string>();
  let input: Writable | undefined;

  function said({ kind, key, id, card }: Written): Said {
    const text = plainCard(card, { now: 0, timeZone: "UTC" });
    if (kind === "reply") return { is: "answer", id, text };
    const mark = key ?? marks.get(id);
    if (mark !== undefined) marks.set(id, mark);
    return {
      is: kind === "edit" ? "edit" : "post",
      id,
      ...(mark === undefined ? {} : { mark }),
      text,
    };
  }

  /** A question that was shown and has not been redrawn. */
  function asked(): Card | undefined {
    const roots = written.all.map(({ message }) => message).filter(({ kind }) => kind !== "thread");
    const card = roots.findLast(({ kind }) => kind !== "reply")?.card;
    return card?.tone === "question" ? card : undefined;
  }

  function next(): string {
    const card = asked();
    return card ? `confirm ${askedFor(card, PLAN)}` : `start "${PLAN}"`;
  }

  return {
    platform: "terminal",
    face: { is: "terminal" },
    said: () => written.all.map(({ message }) => said(message)),
    saidMore: written.more,
    markOf: (key) => key,
    copiesOf: (key) => [key],
    holdNextPost: () => ({ arrived: written.more(1), release: () => undefined }),
    sees: () => (asked() ? "question" : "nothing"),
    act: () => void input?.write(`${next()}\n`),
    enter: (given) => {
      input = given;
    },
    listening: () => undefined,
    hear: (line) => {
      const read = whole(line);
      if (read) written.add(read.kind === "edit" ? "edit" : "post", read);
    },
    close: async () => undefined,
  };
}
