import { ChatError } from "./port.ts";

/** What a `ChatError` says; `otherwise` for any other error, which may hold what nobody should see. */
export const failureSentence = (error: unknown, otherwise: string): string =>
  error instanceof ChatError ? error.message : otherwise;
