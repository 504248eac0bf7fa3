// Not TypeScript, as the types of what Stryker stands on do not compile here.
import { Instrumenter } from "@stryker-mutator/instrumenter";

const silent = () => undefined;
const no = () => false;
const silently = {
  ...{ isTraceEnabled: no, isDebugEnabled: no, isInfoEnabled: no },
  ...{ isWarnEnabled: no, isErrorEnabled: no, isFatalEnabled: no },
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
};

/** Writes to the log and does nothing else. */
function isLogging(node) {
  switch (node?.type) {
    case "CallExpression":
      return (
        node.callee.type === "MemberExpression" &&
        ["debug", "info", "warn", "error"].includes(node.callee.property.name)
      );
    case "ArrowFunctionExpression":
      return isLogging(node.body);
    case "ExpressionStatement":
      return isLogging(node.expression);
    case "BlockStatement":
      return node.body.length > 0 && node.body.every(isLogging);
    case "IfStatement":
      return isLogging(node.consequent) && !node.alternate;
    default:
      return false;
  }
}

// What stands in the log is for whoever looks for a cause; no test is about its words.
const ofTheLog = {
  shouldIgnore: ({ node }) => (isLogging(node) ? "The words of the log" : undefined),
};

export const instrument = (files) =>
  new Instrumenter(silently).instrument(files, {
    excludedMutations: [],
    ignorers: [ofTheLog],
    plugins: null,
  });
