/** What reading EM's answers takes, in a process of its own for each format. */
import { startChild } from "./children.ts";
import type { DecodeAnswers, Decoded } from "./decode-child.ts";
import { newFolder, removeFolder } from "./programs.ts";

export async function decoding(format: "xml" | "json"): Promise<Decoded> {
  const folder = newFolder();
  const child = startChild<DecodeAnswers>("decode-child.ts", { folder });
  try {
    return await child.ask("decode", format);
  } finally {
    await child.end();
    removeFolder(folder);
  }
}
