/** Of what the parts of a policy file are made: mappings with known words, lists, patterns of plans. */
import * as v from "valibot";

export const whole = (...forms: string[]) => new RegExp(`^(?:${forms.join("|")})$`, "u");

/** Holds these and nothing else. What is missing is told by what its own form wants. */
export function only<Entries extends v.ObjectEntries>(entries: Entries, wants?: string) {
  const needed = Object.keys(entries).filter((key) => entries[key]?.type !== "optional");
  const none = Object.fromEntries(needed.map((key) => [key, undefined]));
  return v.pipe(
    v.custom<object>(isMapping, wants),
    v.transform((given) => ({ ...none, ...given })),
    v.strictObject(entries, ({ path }) => {
      const words = Object.keys(mapping(path?.at(-1)?.input)).filter((key) => !(key in entries));
      return `must not hold ${words.map((key) => `"${key}"`).join(", ")}`;
    }),
  );
}

export const isMapping = (given: unknown) =>
  typeof given === "object" && given !== null && !Array.isArray(given);

export const listOf = (form: RegExp, wants: string) =>
  v.pipe(
    v.array(v.pipe(v.string(wants), v.regex(form, wants)), "must be a list"),
    v.minLength(1, "must name at least one"),
  );

export const planPatterns = listOf(
  /^(?=.*[^\s])(?:[^@]| @ )*$/su,
  'must be a pattern in quotes, like "ABC*" or "* @ ABC Company", with a blank on both sides of @; for an @ in a name write ?',
);

/** Empty where it is none. */
export const mapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
