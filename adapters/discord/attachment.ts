/** A file as Discord takes it, and what Discord has against it. */
import type { RawFile } from "discord.js";
import { type Attachment, ChatError } from "../../src/chat/port.ts";
import { codes, isRefusal } from "./errors.ts";
import { clampedPlain } from "./text.ts";

/** In bytes; servers that pay for it may take more. */
const largestFile = 10 * 1024 * 1024;
const mib = (bytes: number) => Math.ceil(bytes / 1024 / 1024);

/** @throws ChatError `refused` where it is too large. */
export function rawFile({ name, mediaType, bytes }: Attachment): RawFile {
  if (bytes.length > largestFile)
    throw new ChatError(
      "refused",
      `Cannot attach "${name}" as Discord takes 10 MiB at most: ${mib(bytes.length)} MiB`,
    );
  const plainName = clampedPlain(name, 100).replaceAll(/[\\/:*?"<>|]/g, "-") || "file.txt";
  return { name: plainName, data: Buffer.from(bytes), contentType: mediaType };
}

/** What is wrong with the file, and not with the place. */
export function asRefused(error: unknown): never {
  const isFileRefused = isRefusal(
    error,
    codes.explicitContent,
    codes.invalidForm,
    codes.blockedByAutoMod,
  );
  if (isFileRefused && error instanceof ChatError) throw new ChatError("refused", error.message);
  throw error;
}
