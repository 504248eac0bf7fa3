/**
 * Discord's hard limits for a message, a form and a command. A body that breaks one is refused as
 * Discord refuses it.
 */

import { type Json, Refusal } from "./world.ts";

const textLength = (value: unknown): number => (typeof value === "string" ? value.length : 0);
const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);

const partsOf = (embed: Json): number =>
  textLength(embed.title) +
  textLength(embed.description) +
  textLength((embed.footer as Json | undefined)?.text) +
  textLength((embed.author as Json | undefined)?.name) +
  list(embed.fields).reduce(
    (sum, { name, value }) => sum + textLength(name) + textLength(value),
    0,
  );

function embedFaults(embed: Json): string[] {
  const fields = list(embed.fields);
  return [
    textLength(embed.title) > 256 ? "embed title over 256" : "",
    textLength(embed.description) > 4096 ? "embed description over 4096" : "",
    partsOf(embed) === 0 ? "empty embed" : "",
    fields.length > 25 ? "over 25 fields" : "",
    fields.some(({ value }) => textLength(value) > 1024) ? "field over 1024" : "",
  ];
}

function rowFaults(row: Json): string[] {
  const controls = list(row.components);
  const labels = controls
    .filter((control) => control.type === 2)
    .map((button) => textLength(button.label));
  const options = controls.flatMap((control) =>
    control.type === 3 ? [list(control.options)] : [],
  );
  return [
    row.type === 1 ? "" : "not an action row",
    controls.length < 1 || controls.length > 5 ? "a row takes 1 to 5 controls" : "",
    labels.some((length) => length < 1 || length > 80) ? "a label takes 1 to 80 characters" : "",
    options.some((each) => each.length < 1 || each.length > 25)
      ? "a list takes 1 to 25 options"
      : "",
    options.flat().some(({ label, value }) => textLength(label) > 100 || textLength(value) > 100)
      ? "an option over 100"
      : "",
  ];
}

/** What Discord would say against a message; nothing where it takes it. */
export function messageFaults(body: Json, files = 0): string[] {
  const embeds = list(body.embeds);
  const rows = list(body.components);
  const ids = rows.flatMap((row) =>
    list(row.components).map((control) => String(control.custom_id)),
  );
  const mentions = (body.allowed_mentions ?? {}) as Json;
  const faults = [
    textLength(body.content) > 2000 ? "content over 2000" : "",
    textLength(body.content) + embeds.length + rows.length + files === 0 ? "empty message" : "",
    embeds.length > 10 ? "over 10 embeds" : "",
    embeds.reduce((sum, embed) => sum + partsOf(embed), 0) > 6000 ? "over 6000 in embeds" : "",
    rows.length > 5 ? "over 5 rows" : "",
    ids.some((id) => id.length < 1 || id.length > 100) ? "custom_id takes 1 to 100 characters" : "",
    new Set(ids).size < ids.length ? "custom_id stands twice" : "",
    textLength(body.nonce) > 25 ? "nonce over 25" : "",
    list(mentions.users).length > 100 ? "over 100 mentions" : "",
    ...embeds.flatMap(embedFaults),
    ...rows.flatMap(rowFaults),
  ];
  return faults.filter((fault) => fault !== "");
}

export function formFaults(form: Json): string[] {
  const parts = list(form.components);
  const faults = [
    textLength(form.title) < 1 || textLength(form.title) > 45 ? "a form's title takes 1 to 45" : "",
    textLength(form.custom_id) > 100 ? "custom_id over 100" : "",
    parts.length < 1 || parts.length > 5 ? "a form takes 1 to 5 parts" : "",
    parts.some(({ label }) => textLength(label) < 1 || textLength(label) > 45)
      ? "a label takes 1 to 45"
      : "",
  ];
  return faults.filter((fault) => fault !== "");
}

export function refuseFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new Refusal(400, 50035, `Invalid Form Body: ${faults.join("; ")}`);
}
