/** A file as Discord takes it. */
import type { RawFile } from "discord.js";
import { type Attachment, ChatError } from "../../src/chat/port.ts";
import { clampedPlain } from "./text.ts";

/** In bytes; servers that pay for it may take more. */
const largestFile = 10 * 1024 * 1024;
const mib = (bytes: number) => Math.ceil(bytes / 1024 / 1024);

/** @throws ChatError `message` where it is too large. */
export function rawFile({ name, mediaType, bytes }: Attachment): RawFile {
  if (bytes.length > largestFile)
    throw new ChatError(
      { kind: "message" },
      `Cannot attach "${name}" as Discord takes 10 MiB at most: ${mib(bytes.length)} MiB`,
    );
  const plainName = clampedPlain(name, 100).replaceAll(/[\\/:*?"<>|]/g, "-") || "file.txt";
  return { name: plainName, data: Buffer.from(bytes), contentType: mediaType };
}
