import { ChatError, type ChatFailure } from "./port.ts";

/** Whether it is of one of these kinds. */
export const isTroubleOf = (error: unknown, ...kinds: readonly ChatFailure["kind"][]): boolean =>
  error instanceof ChatError && kinds.includes(error.failure.kind);

/** Whether it failed so that nobody knows whether it was done. */
export const isPerhapsSaid = (error: unknown): boolean =>
  error instanceof ChatError &&
  error.failure.kind === "moment" &&
  error.failure.perhapsDone === true;
