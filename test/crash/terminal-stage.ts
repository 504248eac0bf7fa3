import type { Writable } from "node:stream";
import { fileCard } from "../../src/chat/file-card.ts";
import { plainCard } from "../../src/chat/plain.ts";
import type { Attachment, Card } from "../../src/chat/port.ts";
import { createSpokenRecord } from "../fakes/spoken.ts";
import { askedFor } from "./asked-for.ts";
import { type Ground, PLAN, type Said, type Stage } from "./stage.ts";

/** One JSON line of the terminal. */
type Written =
  | {
      readonly kind: "post" | "edit" | "reply" | "thread";
      readonly key?: string;
      readonly id: string;
      readonly card: Card;
    }
  | { readonly kind: "file"; readonly key: string; readonly file: KeptFile };

type KeptFile = Pick<Attachment, "name" | "text"> & { readonly perhapsTwice: boolean };

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

  function said(line: Written): Said {
    if (line.kind === "file") {
      const { key, file } = line;
      const text = plainCard(fileCard(file, file.perhapsTwice), { now: 0, timeZone: "UTC" });
      return { is: "post", id: key, mark: key, text };
    }
    const { kind, key, id, card } = line;
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
    const roots = written.all.flatMap(({ message }) =>
      message.kind === "post" || message.kind === "edit" ? [message.card] : [],
    );
    const card = roots.at(-1);
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
    markOfFile: (key) => key,
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
