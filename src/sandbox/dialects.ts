/**
 * The versions of EM that a sandbox can be, oldest first. "9.5" knows XML only; "13" writes JSON in
 * camelCase.
 */
export const dialects = ["9.5", "9.5u4", "12", "13"] as const;

export type Dialect = (typeof dialects)[number];

/** CDP came with version 11. */
export const hasCdp = (dialect: Dialect): boolean => dialect === "12" || dialect === "13";
