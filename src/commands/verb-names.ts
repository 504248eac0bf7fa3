import { allCommands } from "./all.ts";

export const verbNames: readonly string[] = allCommands.map(({ name }) => name);
