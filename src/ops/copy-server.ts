/**
 * Copies of the state for other processes on this machine, since the state belongs to one: over a
 * socket beside the file, which nobody but its owner can open.
 */
import { lstatSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { copiedWords } from "../messages/audit-words.ts";
import type { Services } from "../services.ts";
import { audited } from "../store/audit.ts";
import type { OpenedState } from "../store/sqlite.ts";

export interface CopyParts
  extends Pick<Services, "store" | "clock" | "log">,
    Pick<OpenedState, "copyTo"> {
  readonly statePath: string;
}

export interface CopyServer {
  close(): Promise<void>;
}

/** Where a bot that uses this state is asked. Systems allow about a hundred bytes for it. */
export const socketOf = (statePath: string) => `${statePath}.sock`;

/** Gives nothing where it cannot listen there, which the log says: the bot itself needs no copies. */
export async function serveCopies(parts: CopyParts): Promise<CopyServer | undefined> {
  const { statePath, log } = parts;
  const path = socketOf(statePath);
  let last: Promise<void> = Promise.resolve();
  const server = createServer((_request, response) => {
    last = last.then(() => giveCopy(parts, response));
  });
  try {
    removeLeft(path);
    await listenAlone(server, path);
  } catch (error) {
    log.warn(
      { err: error },
      "no backup can be taken while the bot runs, but by the terminal's verb",
    );
    return undefined;
  }
  return {
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Of a process that was killed: the state is ours, so that nobody listens there. */
function removeLeft(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
}

const OWNER_ONLY = 0o177;

/** The socket is made before `listen` returns. */
function listenAlone(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).once("listening", resolve);
    const umask = process.umask(OWNER_ONLY);
    server.listen(path);
    process.umask(umask);
  });
}

/** Never rejects. Whoever gets less than it was told to get has no copy. */
async function giveCopy(parts: CopyParts, response: ServerResponse): Promise<void> {
  const { store, clock, log } = parts;
  try {
    const copy = await openCopy(parts);
    const { size } = await copy.stat();
    await store.commit([audited({ at: clock.now(), deed: "copied", what: copiedWords() })]);
    response.writeHead(200, { "Content-Length": size });
    await pipeline(copy.createReadStream(), response);
    log.info({ bytes: size }, "gave a copy of the state");
  } catch (error) {
    log.warn({ err: error }, "a copy of the state could not be given");
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

/** The file has no name any more once it is open, so that none is left by a kill. */
async function openCopy({ statePath, copyTo }: CopyParts) {
  const draft = `${statePath}.copy`;
  rmSync(draft, { force: true });
  try {
    await copyTo(draft);
    return await open(draft, "r");
  } finally {
    rmSync(draft, { force: true });
  }
}
