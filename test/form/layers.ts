/** In which direction the code may look: down. */
import { betweenParts, type Import, partOf } from "./imports.ts";

/**
 * From the ground up. A folder imports only what stands below it, types included; those on one
 * line know nothing of each other.
 */
export const layers: readonly (readonly string[])[] = [
  ["src/sandbox"],
  ["src/chance.ts", "src/clock.ts", "src/log.ts", "src/typescript.mjs", "src/version.ts"],
  ["src/ids.ts", "src/network"],
  ["src/chat"],
  ["src/em", "adapters/terminal", "adapters/slack", "adapters/discord"],
  ["src/records"],
  ["src/store"],
  ["src/estate", "src/policy", "src/report", "src/typed"],
  ["src/messages"],
  ["src/speech", "src/attachments"],
  ["src/services.ts"],
  ["src/watch"],
  ["src/orders"],
  ["src/commands"],
  ["src/bot", "src/settings"],
  ["src/ops"],
  ["src/program"],
  ["src/main.ts"],
  ["src/start.mjs"],
];

const heights = new Map(
  layers.flatMap((layer, height) => layer.map((part) => [part, height] as const)),
);

/** What is not in the list is above all of it. */
const heightOf = (path: string) => heights.get(partOf(path)) ?? layers.length;

/** Imports that look up, or to the side. */
export const upward = (imports: readonly Import[]): Import[] =>
  betweenParts(imports).filter(({ from, to }) => heightOf(to) >= heightOf(from));
