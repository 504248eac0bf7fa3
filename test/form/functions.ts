/** How long and how branched the functions are. */
import {
  type ArrowFunctionExpression,
  type Function as FunctionNode,
  Visitor,
  type VisitorObject,
} from "oxc-parser";
import type { CodeFile } from "./code.ts";

export interface Measured {
  /** From its first word to its closing brace, both lines included. */
  readonly lines: number;
  /** Ways through it: 1, and 1 more for each place where the way forks. */
  readonly cyclomatic: number;
}

/**
 * Functions, methods and arrows that have a block body, in the order in which they end. A fork
 * counts for the innermost function around it, be it one without a block.
 */
export function functionsOf({ text, tree }: CodeFile): Measured[] {
  const found: Measured[] = [];
  const open: { forks: number }[] = [];
  const enter = () => void open.push({ forks: 0 });
  const leave = (node: FunctionNode | ArrowFunctionExpression) => {
    const forks = open.pop()?.forks ?? 0;
    if (node.body && !node.expression)
      found.push({
        lines: text.slice(node.start, node.end).split("\n").length,
        cyclomatic: 1 + forks,
      });
  };
  const fork = () => {
    const innermost = open.at(-1);
    if (innermost) innermost.forks += 1;
  };
  new Visitor({
    ...{ FunctionDeclaration: enter, "FunctionDeclaration:exit": leave },
    ...{ FunctionExpression: enter, "FunctionExpression:exit": leave },
    ...{ ArrowFunctionExpression: enter, "ArrowFunctionExpression:exit": leave },
    ...forks(fork),
  }).visit(tree);
  return found;
}

/** `if`, `? :`, each `case`, each loop, `catch`, `&&`, `||` and `??`. */
const forks = (fork: () => void): VisitorObject => ({
  IfStatement: fork,
  ConditionalExpression: fork,
  SwitchCase: ({ test }) => {
    if (test) fork();
  },
  ForStatement: fork,
  ForInStatement: fork,
  ForOfStatement: fork,
  WhileStatement: fork,
  DoWhileStatement: fork,
  CatchClause: fork,
  LogicalExpression: fork,
});
