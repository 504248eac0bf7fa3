import { chance } from "./chance.ts";

/** Digits and letters that are not taken for one another, read aloud or written down. */
const SAYABLE = "23456789abcdefghjkmnpqrstvwxyz";

const sayable = (length: number) =>
  [...chance.bytes(length)].map((byte) => SAYABLE[byte % SAYABLE.length]).join("");

/** Short, sayable and unique enough for one bot: `run-k7f3q2`. */
export const newId = (kind: "run" | "watch") => `${kind}-${sayable(6)}`;

const A_RUN_ID = new RegExp(`^(?:run|watch)-[${SAYABLE}]{6}$`, "i");

/** Whether this can be the id of a run, be it known or not. */
export const isRunId = (text: string): boolean => A_RUN_ID.test(text);

/** For what nobody reads aloud. */
export const newUuid = () =>
  Buffer.from(chance.bytes(16))
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

/** Stands on the card of a fault and in the log. */
export const newReference = () => sayable(8);
