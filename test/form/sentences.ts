/** What in the code reads like a sentence for people. */
import { type Argument, type Expression, type ObjectProperty, Visitor } from "oxc-parser";
import type { CodeFile } from "./code.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A capital and another word, or three words. */
const SENTENCE = /^\p{Lu}[\p{L}']*[,:;]? [\p{L}']+|[\p{L}']+[,:;]? [\p{L}']+[,:;]? [\p{L}']+/u;

/**
 * Texts with such words, without what is filled in. Not those for the log, which is for operators;
 * nor those of an error that is made here, which are for its catcher; nor a verb's usage, and what
 * is wrong with a line that cannot be read.
 */
export function sentencesIn({ tree }: CodeFile): string[] {
  const texts: (Span & { readonly text: string })[] = [];
  const others: Span[] = [];
  new Visitor({
    Literal: ({ value, start, end }) => {
      if (typeof value === "string") texts.push({ text: value, start, end });
    },
    TemplateLiteral: ({ quasis, start, end }) => {
      texts.push({ text: quasis.map(({ value }) => value.cooked).join(""), start, end });
    },
    CallExpression: ({ callee, arguments: given }) => {
      if (isLogging(callee)) others.push(...given);
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type === "Identifier" && callee.name.endsWith("Error")) others.push(...given);
    },
    ObjectExpression: ({ properties }) => {
      const own = properties.filter((one) => one.type === "Property");
      others.push(...own.filter((one) => USAGE.includes(keyOf(one))));
      if (own.some(isNotOk)) others.push(...own.filter((one) => keyOf(one) === "why"));
    },
  }).visit(tree);
  const isOther = ({ start, end }: Span) =>
    others.some((other) => other.start <= start && end <= other.end);
  return texts.filter((one) => SENTENCE.test(one.text) && !isOther(one)).map(({ text }) => text);
}

const USAGE = ["usage", "summary", "details"];

const keyOf = ({ key }: ObjectProperty) => (key.type === "Identifier" ? key.name : "");

const isNotOk = (property: ObjectProperty) =>
  keyOf(property) === "ok" && property.value.type === "Literal" && property.value.value === false;

/** `log.warn(…)`, `state.log.warn(…)`. */
function isLogging(callee: Expression | Argument): boolean {
  if (callee.type !== "MemberExpression") return false;
  const { object } = callee;
  if (object.type === "Identifier") return object.name === "log";
  return (
    object.type === "MemberExpression" &&
    object.property.type === "Identifier" &&
    object.property.name === "log"
  );
}
