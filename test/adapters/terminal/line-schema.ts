/** The schema of what is said with `--json`, as scripts may use it. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

export const lineSchema: {
  readonly $defs: Readonly<
    Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>
  >;
} = JSON.parse(
  readFileSync(new URL("../../../adapters/terminal/line.schema.json", import.meta.url), "utf8"),
);

const validate = new Ajv2020({ allErrors: true }).compile(lineSchema);

/** What is wrong with a line; nothing where all is as the schema says. */
export function lineFaults(line: string): string[] {
  const isValid = validate(JSON.parse(line));
  return isValid
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
