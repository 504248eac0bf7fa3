// What a thread needs before it loads this bot's TypeScript: of the process and of each worker.

import { readFileSync } from "node:fs";
import nodeModule from "node:module";
import { fileURLToPath } from "node:url";

/** Node calls three things experimental that this bot stands on; every other warning is shown. */
export function hideKnownWarnings() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const kind = rest[0] && typeof rest[0] === "object" ? rest[0].type : rest[0];
    if (
      kind === "ExperimentalWarning" &&
      /^(SQLite|Type Stripping|stripTypeScriptTypes) is an experimental/.test(String(warning))
    )
      return;
    emitWarning.call(process, warning, ...rest);
  };
}

/** Node itself takes no TypeScript from `node_modules`, where this bot lies once it is installed. */
export function stripTypesWhereInstalled() {
  const ours = new URL("..", import.meta.url).href;
  if (!ours.includes("/node_modules/")) return;
  nodeModule.registerHooks({
    load(url, context, next) {
      if (!url.endsWith(".ts") || !url.startsWith(ours)) return next(url, context);
      const code = readFileSync(fileURLToPath(url), "utf8");
      const source = nodeModule.stripTypeScriptTypes(code);
      return { format: "module", shortCircuit: true, source };
    },
  });
}
