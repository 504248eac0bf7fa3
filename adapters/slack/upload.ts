import { type Attachment, ChatError, type Place } from "../../src/chat/port.ts";
import type { SlackCall } from "./call.ts";
import { chatErrorOf } from "./errors.ts";
import { inThread } from "./send-options.ts";
import { fitted } from "./text.ts";

async function send(address: string, file: Attachment, timeoutMs: number): Promise<void> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": file.mediaType },
      body: file.text,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new ChatError("unknown", `Slack took no file: status ${answer.status}`);
  } catch (error) {
    throw chatErrorOf(error, { method: "files.upload" });
  }
}

/**
 * Slack's three steps: ask for an address, send the file there, say where it belongs.
 * https://docs.slack.dev/messaging/working-with-files
 */
export async function upload(
  call: SlackCall,
  to: Place,
  file: Attachment,
  timeoutMs: number,
): Promise<void> {
  const name = fitted(file.name, 200);
  const length = Buffer.byteLength(file.text);
  const { upload_url, file_id } = await call("files.getUploadURLExternal", {
    filename: name,
    length,
  });
  if (!upload_url || !file_id) throw new ChatError("unknown", "Slack gave no address for the file");
  await send(upload_url, file, timeoutMs);
  await call("files.completeUploadExternal", {
    files: [{ id: file_id, title: name }],
    channel_id: to.channel,
    ...inThread(to),
  });
}
