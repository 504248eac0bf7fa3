/**
 * What Slack refuses of a message or form, with the error's name. The numbers are of
 * https://docs.slack.dev/reference/block-kit and, for the whole, as measured by others. Where
 * SCHEMAS_DIR is set, every block is held against the published description as well.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

export interface Refusal {
  readonly error: string;
  readonly why: string;
}

const mostInAllBlocks = 13_200;
const mostInText = 4000;

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** An object and all objects within it. */
function* nodesIn(value: unknown): Generator<Node> {
  if (!isNode(value)) return;
  if (!Array.isArray(value)) yield value;
  for (const inner of Object.values(value)) yield* nodesIn(inner);
}

const lengthOf = (value: unknown): number => {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return isNode(value) && typeof value.text === "string" ? value.text.length : 0;
};

/** For each type of block or element: the longest that each of its fields may be. */
const longest: Record<string, Record<string, number>> = {
  header: { text: 150 },
  section: { text: 3000, fields: 10 },
  context: { elements: 10 },
  actions: { elements: 25 },
  button: { text: 75, value: 2000, url: 3000 },
  external_select: { placeholder: 150 },
  input: { label: 2000, hint: 2000 },
  modal: {
    title: 24,
    submit: 24,
    close: 24,
    private_metadata: 3000,
    callback_id: 255,
    blocks: 100,
  },
  plain_text: { text: 3000 },
  mrkdwn: { text: 3000 },
};

/** Types whose text may not be empty. */
const spoken = new Set(["plain_text", "mrkdwn", "text"]);

function faultOf(node: Node): string | undefined {
  const type = String(node.type);
  for (const [field, most] of Object.entries(longest[type] ?? {}))
    if (lengthOf(node[field]) > most) return `${type}.${field} is longer than ${most}`;
  if (spoken.has(type) && node.text === "") return `${type} is empty`;
  if (type.startsWith("rich_text") && lengthOf(node.elements) === 0)
    return `${type} has no elements`;
  if (["action_id", "block_id"].some((id) => lengthOf(node[id]) > 255))
    return `${type} has an id over 255`;
  return undefined;
}

const idsIn = (nodes: unknown, id: string): unknown[] =>
  (Array.isArray(nodes) ? nodes : []).flatMap((node: Node) =>
    node[id] === undefined ? [] : [node[id]],
  );

const hasTwins = (ids: readonly unknown[]) => new Set(ids).size < ids.length;

function compile(name: string): ValidateFunction | undefined {
  const folder = process.env.SCHEMAS_DIR;
  if (!folder) {
    console.warn(
      `SKIPPED: Block Kit's ${name} is not held against its schema, as SCHEMAS_DIR is not set`,
    );
    return undefined;
  }
  const schema = JSON.parse(readFileSync(join(folder, "slack-block-kit.schema.json"), "utf8"));
  const ajv = new Ajv({ strict: false });
  return ajv.compile({ ...schema, $ref: `#/definitions/${name}` });
}

const compiled = new Map<string, ValidateFunction | undefined>();

/**
 * What the published schema has against a value; nothing where it is valid, or where there is no
 * schema.
 */
function schemaFault(
  name: "KnownBlock" | "ModalView" | "PlainTextOption",
  value: unknown,
): string | undefined {
  if (!compiled.has(name)) compiled.set(name, compile(name));
  const validate = compiled.get(name);
  if (!validate || validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  return `${first?.instancePath} ${first?.message}`;
}

function blockFaults(blocks: readonly unknown[]): string[] {
  const faults = [...nodesIn(blocks)].map(faultOf);
  const schema = blocks.map((block) => schemaFault("KnownBlock", block));
  return [...faults, ...schema].filter((fault) => fault !== undefined);
}

/** Why Slack would not take this message, if it would not. */
export function messageRefusal(
  text: string,
  blocks: readonly unknown[],
  hasFile = false,
): Refusal | undefined {
  if (text === "" && blocks.length === 0 && !hasFile)
    return { error: "no_text", why: "nothing is said" };
  if (text.length > mostInText)
    return { error: "msg_too_long", why: `${text.length} characters of text` };
  if (blocks.length > 50) return { error: "invalid_blocks", why: `${blocks.length} blocks` };
  if (hasTwins(idsIn(blocks, "block_id")))
    return { error: "invalid_blocks", why: "two blocks have one id" };
  if (blocks.some((block) => isNode(block) && hasTwins(idsIn(block.elements, "action_id"))))
    return { error: "invalid_blocks", why: "two actions have one id" };
  const [fault] = blockFaults(blocks);
  if (fault !== undefined) return { error: "invalid_blocks", why: fault };
  const size = JSON.stringify(blocks).length;
  return size > mostInAllBlocks
    ? { error: "msg_blocks_too_long", why: `${size} characters` }
    : undefined;
}

/** Why Slack would not open this form, if it would not. */
export function viewRefusal(view: unknown): Refusal | undefined {
  const faults = [...nodesIn(view)].map(faultOf).filter((fault) => fault !== undefined);
  const fault = faults[0] ?? schemaFault("ModalView", view);
  return fault === undefined ? undefined : { error: "invalid_arguments", why: fault };
}

/** Why Slack would not show these options, if it would not. */
export function optionsRefusal(options: readonly unknown[]): string | undefined {
  if (options.length > 100) return `${options.length} options`;
  for (const option of options) {
    const fault = [...nodesIn(option)].map(faultOf).find((one) => one !== undefined);
    if (fault ?? schemaFault("PlainTextOption", option))
      return fault ?? schemaFault("PlainTextOption", option);
    if (isNode(option) && (lengthOf(option.text) > 75 || lengthOf(option.value) > 75))
      return "an option over 75";
  }
  return undefined;
}
