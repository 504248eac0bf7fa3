/** Why the program could not start, for whoever starts it again: a service manager goes by the code. */
import { ChatError } from "../chat/port.ts";
import { EmError } from "../em/errors.ts";
import { HealthError } from "../ops/health.ts";
import { ConfigError } from "../settings/config.ts";
import { StoreError } from "../store/store.ts";
import { SandboxFileError } from "./open-em.ts";
import { OutputError } from "./output.ts";

/** The settings are at fault, and another start would not help; what is at fault may pass. */
const START_EXIT = { settings: 2, mayPass: 75 } as const;

export interface StartFailure {
  readonly exit: 2 | 75;
  readonly sentence: string;
}

/** Nothing for what nobody has foreseen. */
export function startFailure(error: unknown): StartFailure | undefined {
  if (!isForeseen(error)) return undefined;
  const exit = mayPass(error) ? START_EXIT.mayPass : START_EXIT.settings;
  return { exit, sentence: error.message };
}

type Foreseen =
  | ConfigError
  | StoreError
  | EmError
  | ChatError
  | HealthError
  | SandboxFileError
  | OutputError;

const foreseen = [
  ConfigError,
  StoreError,
  EmError,
  ChatError,
  HealthError,
  SandboxFileError,
  OutputError,
];

/** It is no fault of the program, and its message is a sentence that tells all. */
export const isForeseen = (error: unknown): error is Foreseen =>
  foreseen.some((kind) => error instanceof kind);

function mayPass(error: Foreseen): boolean {
  if (error instanceof ChatError) return error.failure.kind === "moment";
  return "mayPass" in error && error.mayPass;
}
