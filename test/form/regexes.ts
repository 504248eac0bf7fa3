/**
 * Regular expressions of the code, and those of them that a long text makes slow: the time that
 * they take grows as the square of its length, or worse.
 *
 * guarded: before what repeats stands a character that it cannot repeat, or the start of the text,
 * so that one scan ends where the next may begin.
 */
import { type AST, RegExpParser, visitRegExpAST } from "@eslint-community/regexpp";
import { Visitor } from "oxc-parser";
import { analyse } from "scslre";
import type { CodeFile } from "./code.ts";

interface Regex {
  readonly path: string;
  readonly pattern: string;
  readonly flags: string;
}

/** The literals of a file; what is put together at run time is not seen. */
export function regexesOf({ path, tree }: CodeFile): Regex[] {
  const found: Regex[] = [];
  new Visitor({
    Literal: (node) => {
      if ("regex" in node) found.push({ path, ...node.regex });
    },
  }).visit(tree);
  return found;
}

/** Whether a text can be made for it that takes more time than its length explains. */
export function isSlow({ pattern, flags }: Pick<Regex, "pattern" | "flags">): boolean {
  const literal = new RegExpParser().parseLiteral(`/${pattern}/${flags}`);
  const repeating = repeatingIn(literal);
  if (!literal.flags.sticky && repeating.some((one) => isScannedAgain(one, literal.flags)))
    return true;
  return (
    repeating.length > 1 && analyse(literal, { reportTypes: { Move: false } }).reports.length > 0
  );
}

function repeatingIn(literal: AST.RegExpLiteral): AST.Quantifier[] {
  const found: AST.Quantifier[] = [];
  visitRegExpAST(literal, {
    onQuantifierEnter: (node) => {
      if (node.max === Number.POSITIVE_INFINITY) found.push(node);
    },
  });
  return found;
}

/** It may fail after it has repeated, and is then tried from the next place within the same text. */
function isScannedAgain(repeating: AST.Quantifier, flags: AST.Flags): boolean {
  const { before, after } = around(repeating);
  return after.some((one) => !maySkip(one)) && !before.some((one) => guards(one, repeating, flags));
}

/** What stands before and after a node, in its alternative and those around it. */
function around(node: AST.Node): { before: AST.Element[]; after: AST.Element[] } {
  const { parent } = node;
  if (!parent) return { before: [], after: [] };
  const further = around(parent);
  if (parent.type !== "Alternative") return further;
  const at = parent.elements.findIndex((one) => Object.is(one, node));
  return {
    before: [...further.before, ...parent.elements.slice(0, at)],
    after: [...parent.elements.slice(at + 1), ...further.after],
  };
}

const maySkip = (one: AST.Element) => one.type === "Quantifier" && one.min === 0;

function guards(one: AST.Element, repeating: AST.Quantifier, flags: AST.Flags): boolean {
  switch (one.type) {
    case "Assertion":
      if (one.kind === "start") return !flags.multiline;
      if (one.kind !== "lookbehind") return false;
      return one.negate ? hidesAll(one, repeating, flags) : guardsAnyway(one, repeating, flags);
    case "Group":
    case "CapturingGroup":
      return guardsAnyway(one, repeating, flags);
    case "Quantifier":
      return one.min > 0 && guards(one.element, repeating, flags);
    default:
      return areApart(one.raw, repeating.element.raw, flags);
  }
}

const guardsAnyway = (
  { alternatives }: { readonly alternatives: readonly AST.Alternative[] },
  repeating: AST.Quantifier,
  flags: AST.Flags,
) => alternatives.every(({ elements }) => elements.some((one) => guards(one, repeating, flags)));

const letters = [...Array(128).keys()]
  .map((code) => String.fromCharCode(code))
  .concat(..."\u00a0éß漢");

const lettersOf = (raw: string, { unicode, ignoreCase }: AST.Flags) => {
  const one = new RegExp(`^(?:${raw})$`, `s${unicode ? "u" : ""}${ignoreCase ? "i" : ""}`);
  return letters.filter((letter) => one.test(letter));
};

/** No letter is both. */
function areApart(one: string, other: string, flags: AST.Flags): boolean {
  const those = lettersOf(other, flags);
  return lettersOf(one, flags).every((letter) => !those.includes(letter));
}

/** `(?<!a)a+`: nothing that it repeats may stand before it. */
function hidesAll(
  { alternatives }: AST.LookbehindAssertion,
  repeating: AST.Quantifier,
  flags: AST.Flags,
): boolean {
  const hidden = lettersOf(alternatives.map(({ raw }) => raw).join("|"), flags);
  return lettersOf(repeating.element.raw, flags).every((letter) => hidden.includes(letter));
}
