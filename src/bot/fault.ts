/** What is told of something that was thrown. */
import { EmError } from "../em/errors.ts";
import type { CommandFault } from "../messages/faults.ts";
import { StoreError } from "../store/store.ts";

export function faultOf(error: unknown): CommandFault {
  if (error instanceof EmError)
    return { is: error.failure, why: whyOf(error), perhapsDone: error.perhapsDone };
  return error instanceof StoreError
    ? { is: "state", why: error.message, perhapsDone: error.perhapsDone }
    : { is: "bot", perhapsDone: false };
}

/**
 * Where EM does not answer, advice on the settings belongs to the doctor; what has no other cure
 * keeps its own.
 */
const whyOf = ({ failure, brief, message }: EmError) =>
  failure === "unreachable" || failure === "timed-out" ? brief : message;
