/** A verb and what follows it, as hints show it. */
import type { CommandHint } from "../chat/port.ts";

export const usageOf = ({ name, usage }: Pick<CommandHint, "name" | "usage">) =>
  usage === "" ? name : `${name} ${usage}`;

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
