/** Names as they are drawn: cleaned, and replaced where no font has their letters. */
import { cleanText } from "../../chat/clean.ts";
import { standIns } from "../../messages/picture-rows.ts";
import type { PictureName } from "../../messages/picture-words.ts";
import type { Letters } from "./letters.ts";

export interface Names {
  drawn(name: PictureName): string;
  /** What stands in the place of names so far. */
  replaced(): readonly string[];
}

/** `vms`: in the plan's order, by which a VM that cannot be named is numbered. */
export function createNames(letters: Letters, vms: readonly string[]): Names {
  const known = new Map<string, string>();
  const replaced: string[] = [];
  const others = { person: 0, text: 0 };
  const replacement = ({ name, of }: PictureName): string => {
    if (of === "plan") return standIns.plan();
    if (of === "vm") return standIns.vm(vms.indexOf(name) + 1 || vms.length + 1);
    others[of] += 1;
    return standIns[of](others[of]);
  };
  const shown = (one: PictureName): string => {
    const text = bounded(cleanText(one.name).replace(/ +/g, " ").trim());
    if (text !== "" && canDraw(letters, text)) return text;
    const instead = replacement(one);
    replaced.push(instead);
    return instead;
  };
  return {
    drawn: (one) => {
      const key = `${one.of} ${one.name}`;
      const text = known.get(key) ?? shown(one);
      known.set(key, text);
      return text;
    },
    replaced: () => [...new Set(replaced)],
  };
}

/** Each word has a font of its own. */
const canDraw = (letters: Letters, text: string): boolean =>
  text.split(" ").every((word) => letters.familyOf(word) !== undefined);

/** No picture shows more of a text than that. */
const MOST = 400;

const bounded = (text: string): string =>
  text.length > MOST ? `${text.slice(0, MOST / 2)}…${text.slice(-MOST / 2)}`.toWellFormed() : text;
