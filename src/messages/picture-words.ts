/** The pieces of what stands in a picture. */

import { platformName } from "../chat/platform-name.ts";
import type { Person, Place } from "../chat/port.ts";

/**
 * Words of ours, or a name as people gave it: a name may be cut, and stands apart from the text
 * around it, whichever way its letters run.
 */
export type PictureWord = string | PictureName;

export interface PictureName {
  readonly name: string;
  readonly of: "vm" | "plan" | "person" | "text";
}

export type PictureLine = readonly PictureWord[];

export const vmName = (name: string): PictureName => ({ name, of: "vm" });
export const planName = (name: string): PictureName => ({ name, of: "plan" });
export const textOf = (text: string): PictureName => ({ name: text, of: "text" });
export const personName = ({ name, id }: Person): PictureName => ({
  name: name.trim() === "" ? id : name,
  of: "person",
});

export const onPlatform = ({ platform }: Place): string =>
  platform === "terminal" ? "at the terminal" : `in ${platformName[platform]}`;
