import { allCommands } from "./all.ts";
import { backup } from "./backup.ts";

export const verbNames: readonly string[] = [...allCommands, backup].map(({ name }) => name);
