/** What steers a terminal or an editor, or shows text in another order than it has; no line break. */
const STEERING = /[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/gu;

const escaped = (found: string): string =>
  Array.from(
    { length: found.length },
    (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");

/**
 * JSON with whatever steers as `\uXXXX`, which reads back as what it was. `indent`: blanks; default:
 * all in one line.
 */
export const inertJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(STEERING, escaped);
