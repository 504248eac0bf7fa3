/** SQLite's own codes for "this is damaged" and "this is no database". */
const DAMAGED = [11, 26];

export const damageOf = (why: string): Error =>
  Object.assign(new Error(`it is damaged: ${why}`), { errcode: DAMAGED[0] });

export const isDamage = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && DAMAGED.includes(Number(error.errcode));
