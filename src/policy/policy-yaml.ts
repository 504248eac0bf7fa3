/** The text of a policy file as YAML, and what is wrong with it before anything of it is understood. */
import type * as yaml from "yaml";
import { loadYaml, placeAt, type TextPlace } from "./text-place.ts";

export interface PolicyFault {
  /** A sentence with the part that is at fault, rules counted from 1. */
  readonly says: string;
  /** Absent where the sentence tells it, or where it is the file itself. */
  readonly place?: TextPlace;
  /** A word that nobody knows, and those that could be meant. */
  readonly strange?: { readonly word: string; readonly known: readonly string[] };
}

type Yaml =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly document: yaml.Document;
      readonly cut: readonly PolicyFault[];
    }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] };

export function readYaml(text: string): Yaml {
  if (text.includes(NO_UTF_8)) return { ok: false, faults: [notUtf8(text)] };
  const document = loadYaml().parseDocument(text);
  if (document.errors.length > 0)
    return { ok: false, faults: document.errors.map(({ message }) => noYaml(message)) };
  try {
    return { ok: true, value: document.toJS(), document, cut: cutPlans(document, text) };
  } catch {
    return { ok: false, faults: [aliasFault(document, text)] };
  }
}

/** At the first alias that names nothing; where all name something, it is too much. */
function aliasFault(document: yaml.Document, text: string): PolicyFault {
  const { visit } = loadYaml();
  let offset: number | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) offset ??= alias.range?.[0];
    },
  });
  const fault = noYaml("an alias names what is not there, or too much");
  return offset === undefined ? fault : { ...fault, place: placeAt(text, offset) };
}

/** YAML takes what follows ` #` for a comment; a plan would be another one without it. */
function cutPlans(document: yaml.Document, text: string): PolicyFault[] {
  const { visit, isScalar, isSeq } = loadYaml();
  const found: PolicyFault[] = [];
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || key.value !== "plans" || !isSeq(value)) return;
      for (const item of value.items)
        if (isScalar(item) && item.type === "PLAIN" && isCut(item, text))
          found.push({
            says: `plans: "${item.value}" is cut off at #, which begins a comment: put the pattern in quotes`,
            place: placeAt(text, item.range?.[0] ?? 0),
          });
    },
  });
  return found;
}

const isCut = ({ range }: yaml.Scalar, text: string) =>
  range !== null && range !== undefined && /^[ \t]+#/.test(text.slice(range[1]));

/** What the parser says, without the lines that it quotes. */
function noYaml(message: string): PolicyFault {
  const [said = ""] = message.split("\n");
  const cure = /alias/i.test(said) ? "; a pattern that begins with * must stand in quotes" : "";
  return { says: `the file is no YAML: ${said.replace(/:$|; please use \S+/g, "")}${cure}` };
}

/** What reading makes of bytes that are no UTF-8. */
const NO_UTF_8 = "\ufffd";

const notUtf8 = (text: string): PolicyFault => ({
  says: "the file must be UTF-8, and holds bytes that are not",
  place: placeAt(text, text.indexOf(NO_UTF_8)),
});
