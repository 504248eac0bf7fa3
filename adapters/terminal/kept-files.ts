/**
 * Files that the bot gives to the person at the terminal, in a folder beside the bot's state. None
 * is ever overwritten. A file is whole under its name, or not there.
 */

import { randomUUID } from "node:crypto";
import { constants, copyFile, link, mkdir, open, readFile, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { cleanText } from "../../src/chat/clean.ts";
import { type Attachment, ChatError } from "../../src/chat/port.ts";

/** What file systems or shells take for something else. */
const unsafe = /[\\/:*?"<>|$`'&;!~%\p{C}]/gu;
/** In bytes; file systems take 255, and a number may follow. */
const longestStem = 180;
const longestExtension = 20;

const fitted = (text: string, most: number): string => {
  const all = [...text.slice(0, most)];
  while (Buffer.byteLength(all.join("")) > most) all.pop();
  return all.join("");
};

/** The parts of a name that leads nowhere, hides nothing and is no option of a command. */
function safeName(name: string): { stem: string; extension: string } {
  const plain = cleanText(name)
    .replaceAll(unsafe, "-")
    .replace(/^[\s.-]+|(?<![\s.])[\s.]+$/g, "");
  const extension = fitted(extname(plain), longestExtension);
  const stem = fitted(plain.slice(0, plain.length - extname(plain).length), longestStem);
  return { stem: stem || "file", extension };
}

/**
 * Gives the path, under `folder`, which is made if need be. A file that is there already with the
 * same name and bytes is taken as it is; where another has the name, a number follows it.
 *
 * @throws ChatError `message` where it cannot be written.
 */
export async function keepFile(folder: string, file: Attachment): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    const whole = join(folder, `.${randomUUID()}.part`);
    return await written(whole, file.bytes)
      .then(() => settle(folder, whole, file))
      .finally(() => rm(whole, { force: true }));
  } catch (error) {
    const why = error instanceof Error && "code" in error ? error.code : "no reason is known";
    throw new ChatError(
      { kind: "message" },
      `Cannot write "${file.name}" in the folder ${folder} (${why})`,
    );
  }
}

async function written(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function settle(folder: string, whole: string, { name, bytes }: Attachment): Promise<string> {
  const { stem, extension } = safeName(name);
  for (let count = 1; ; count++) {
    const path = join(folder, `${stem}${count === 1 ? "" : `-${count}`}${extension}`);
    if (await isNamed(whole, path)) return path;
    if (await holds(path, bytes)) return path;
  }
}

/** False where something has that name. Not every file system has links. */
async function isNamed(whole: string, path: string): Promise<boolean> {
  try {
    await link(whole, path).catch((error: unknown) => {
      if (isThere(error)) throw error;
      return copyFile(whole, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw error;
  }
}

const isThere = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "EEXIST";

const holds = (path: string, bytes: Uint8Array): Promise<boolean> =>
  readFile(path).then(
    (there) => there.equals(bytes),
    () => false,
  );
