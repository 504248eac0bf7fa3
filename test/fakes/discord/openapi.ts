/**
 * Holds request bodies against Discord's published OpenAPI description, where SCHEMAS_DIR says that
 * it is. A body that it does not allow, or a key that it does not know, is refused, so that the
 * test which sent it fails.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type Json, Refusal } from "./world.ts";

type Check = (method: string, path: string, body: unknown) => void;

interface Description {
  readonly paths: Record<string, Record<string, Operation | undefined> | undefined>;
}
interface Operation {
  readonly requestBody?: { readonly content: Json };
}

const pointer = (part: string) =>
  encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));

/** `/channels/{channel_id}` for `/channels/123`; fixed parts of a path go before variable ones. */
function templateOf(description: Description, path: string): string | undefined {
  const fits = (template: string) =>
    new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(path);
  const candidates = Object.keys(description.paths).filter(fits);
  return candidates.sort((a, b) => a.split("{").length - b.split("{").length)[0];
}

function checkAgainst(description: Description): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ ...description, $id: "discord" });
  const validators = new Map<string, ReturnType<typeof ajv.compile>>();

  function validatorFor(template: string, method: string) {
    const schema = `${pointer(template)}/${method}/requestBody/content/${pointer("application/json")}/schema`;
    const known = validators.get(schema);
    const made =
      known ?? ajv.compile({ $ref: `discord#/paths/${schema}`, unevaluatedProperties: false });
    validators.set(schema, made);
    return made;
  }

  return (method, path, body) => {
    const template = templateOf(description, path);
    const operation = template && description.paths[template]?.[method.toLowerCase()];
    if (!template || !operation) throw new Refusal(404, 0, `No such route: ${method} ${path}`);
    if (body === undefined || !operation.requestBody) return;
    const validate = validatorFor(template, method.toLowerCase());
    if (validate(body)) return;
    const faults = (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
    throw new Refusal(
      400,
      50035,
      `Invalid Form Body by the OpenAPI description: ${faults.join("; ")}`,
    );
  };
}

function readDescription(): Description | undefined {
  const folder = process.env.SCHEMAS_DIR;
  if (!folder) return undefined;
  return JSON.parse(readFileSync(join(folder, "discord-openapi.json"), "utf8"));
}

const description = readDescription();

if (!description) {
  console.warn(
    "SKIPPED: requests to Discord are not held against its OpenAPI description; set SCHEMAS_DIR",
  );
}

export const checkRequest: Check = description ? checkAgainst(description) : () => undefined;
