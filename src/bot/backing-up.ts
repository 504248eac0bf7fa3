/** The state as a file, for whoever sits at the terminal. */
import { resolve } from "node:path";
import { copiedWords } from "../messages/audit-words.ts";
import { backedUpCard, notBackedUpCard } from "../messages/housekeeping.ts";
import type { Services } from "../services.ts";
import { writeBackup } from "../store/backup.ts";
import { StoreError } from "../store/store.ts";
import type { Reaction } from "./reaction.ts";

export async function backUpInto(
  file: string,
  { copyTo }: Pick<Services, "copyTo">,
): Promise<Reaction> {
  const to = resolve(file);
  try {
    await writeBackup(to, copyTo);
    return {
      card: backedUpCard(to),
      audience: "sender",
      done: { deed: "copied", what: copiedWords(to) },
    };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { message } = error;
    return {
      card: notBackedUpCard(message),
      refused: { kind: "not-done", what: `backup: ${message}` },
    };
  }
}
