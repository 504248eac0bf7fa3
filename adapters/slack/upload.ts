/**
 * Files. Slack takes one in three steps: it gives an address, takes the file there, and shows it
 * where it belongs. Only the last can show it twice.
 * https://docs.slack.dev/messaging/working-with-files
 *
 * A message with a file carries no metadata. What is downloaded is therefore called after the key,
 * like `report-0a1b2c3d4e5f.md`, by which it is found; in the channel it is called `report.md`.
 */

import { fileCard } from "../../src/chat/file-card.ts";
import { type Attachment, type Card, ChatError, type Place } from "../../src/chat/port.ts";
import { isPerhapsSaid } from "../../src/chat/trouble.ts";
import type { Draw } from "./blocks.ts";
import type { SlackCall } from "./call.ts";
import { chatErrorOf } from "./errors.ts";
import { standing } from "./looking-back.ts";
import { inThread } from "./send-options.ts";
import { fitted } from "./text.ts";

export interface UploadParts {
  readonly call: SlackCall;
  readonly draw: Draw;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

/** A file on its way to a place. */
interface Upload {
  readonly to: Place;
  readonly file: Attachment;
  /** Tells it from all other files. */
  readonly mark: string;
}

const longestName = 150;
const markLength = 12;
/** A slow line takes so many bytes in a millisecond. */
const slowestBytesPerMs = 50;
/** Tried again so much later where it is sure that nothing was shown. */
const laterMs = 5000;

/**
 * `again` looks for it first. It may be there though it is not found, as Slack shows files a while
 * after it has answered; so the message says that it may be there twice.
 *
 * @throws ChatError `message` where Slack does not take this file.
 */
export async function upload(
  parts: UploadParts,
  to: Place,
  file: Attachment,
  { mark, again }: { readonly mark: string; readonly again: boolean },
): Promise<void> {
  const one: Upload = { to, file, mark: mark.slice(0, markLength) };
  if (file.bytes.length === 0)
    throw new ChatError({ kind: "message" }, "Slack takes no empty file");
  if (again && (await isShown(parts, one))) return;
  const id = await deposit(parts, one).catch(notShown);
  await show(parts, one, fileCard(file, again), id);
}

async function isShown({ call }: UploadParts, { to, mark }: Upload): Promise<boolean> {
  const messages = (await standing(call, to)) ?? [];
  return messages.some(({ files = [] }) =>
    files.some(({ name = "" }) => name.includes(`-${mark}`)),
  );
}

/** What fails before the last step has surely shown nothing. */
function notShown(error: unknown): never {
  if (error instanceof ChatError && isPerhapsSaid(error))
    throw new ChatError(
      { kind: "moment", afterMs: laterMs },
      `The file was not shown: ${error.message}`,
    );
  throw error;
}

/** Gives the file's id. */
async function deposit(parts: UploadParts, { file, mark }: Upload): Promise<string> {
  const { call } = parts;
  const { upload_url, file_id } = await call("files.getUploadURLExternal", {
    filename: markedName(file.name, mark),
    length: file.bytes.length,
  });
  if (!upload_url || !file_id)
    throw new ChatError(
      { kind: "moment", perhapsDone: true },
      "Slack gave no address for the file",
    );
  await send(parts, upload_url, file);
  return file_id;
}

function markedName(name: string, mark: string): string {
  const plain = fitted(name, longestName).replaceAll(/[\\/:*?"<>|]/g, "-");
  const [, stem = "", extension = ""] = /^(.*?)(\.\w{1,10})?$/.exec(plain) ?? [];
  return `${stem}-${mark}${extension}`;
}

async function send(
  { fetch, timeoutMs }: UploadParts,
  address: string,
  file: Attachment,
): Promise<void> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": file.mediaType },
      body: new Uint8Array(file.bytes),
      signal: AbortSignal.timeout(timeoutMs + Math.ceil(file.bytes.length / slowestBytesPerMs)),
    });
    await answer.body?.cancel();
    if (answer.status === 413)
      throw new ChatError({ kind: "message" }, "Slack takes no file that large");
    if (!answer.ok)
      throw new ChatError(
        { kind: "moment", perhapsDone: true },
        `Slack took no file: status ${answer.status}`,
      );
  } catch (error) {
    throw chatErrorOf(error, { method: "files.upload" });
  }
}

/** Blocks, since Slack would read a comment for mentions. */
async function show(
  { call, draw }: UploadParts,
  { to, file }: Upload,
  card: Card,
  id: string,
): Promise<void> {
  await call("files.completeUploadExternal", {
    files: [{ id, title: fitted(file.name, longestName) }],
    channel_id: to.channel,
    blocks: draw(card, to).blocks,
    ...inThread(to),
  });
}
