/** A message of Slack's Block Kit, as Slack's light theme shows it. */
import * as v from "valibot";
import { drawText, flow, type Run } from "./flow.ts";
import { avatar, picture, WIDTH } from "./frame.ts";
import { type Look, widthOf } from "./letters.ts";
import { ago, clockTime, TAKEN_AFTER_S } from "./times.ts";

const INK = "#1d1c1d";
const GREY = "#616061";
const plain: Look = { size: 15, colour: INK };
const code: Look = { size: 12, colour: "#c01343", code: true, behind: "#f5f5f5" };
const headline: Look = { size: 18, colour: INK, bold: true };
const small: Look = { size: 13, colour: GREY };
const label: Look = { size: 14, colour: INK, bold: true };

const plainText = v.object({ type: v.literal("plain_text"), text: v.string() });
const styled = v.strictObject({ bold: v.optional(v.boolean()), code: v.optional(v.boolean()) });
const piece = v.variant("type", [
  v.strictObject({ type: v.literal("text"), text: v.string(), style: v.optional(styled) }),
  v.strictObject({
    type: v.literal("date"),
    timestamp: v.number(),
    format: v.picklist(["{ago}", "{date_short_pretty} at {time}"]),
    fallback: v.string(),
  }),
]);
const block = v.variant("type", [
  v.strictObject({ type: v.literal("header"), text: plainText }),
  v.strictObject({
    type: v.literal("rich_text"),
    elements: v.array(
      v.strictObject({ type: v.literal("rich_text_section"), elements: v.array(piece) }),
    ),
  }),
  v.strictObject({
    type: v.literal("actions"),
    elements: v.array(v.object({ type: v.literal("button"), text: plainText })),
  }),
  v.strictObject({ type: v.literal("context"), elements: v.array(plainText) }),
]);
/** The parts of a message that are drawn; one that is unknown here is an error. */
const slackShape = v.object({ text: v.string(), blocks: v.array(block) });
type Block = v.InferOutput<typeof block>;

const LEFT = 62;
const ROOM = WIDTH - LEFT - 14;

function runOf(one: v.InferOutput<typeof piece>): Run {
  if (one.type === "text") {
    const { bold = false, code: isCode = false } = one.style ?? {};
    return { text: one.text, look: isCode ? code : bold ? { ...plain, bold } : plain };
  }
  const text = one.format === "{ago}" ? ago(TAKEN_AFTER_S) : `Today at ${clockTime(one.timestamp)}`;
  return { text, look: plain };
}

function button(text: string, y: number) {
  const width = widthOf(text, label) + 26;
  const box = `<rect x="${LEFT}" y="${y}" width="${width}" height="34" rx="8" fill="#fff" stroke="#bbb"/>`;
  return { svg: box + drawText({ text, look: label }, LEFT + 13, y + 22), height: 40 };
}

function drawBlock(one: Block, y: number) {
  const box = { x: LEFT, y, width: ROOM };
  switch (one.type) {
    case "header":
      return flow([{ text: one.text.text, look: headline }], box);
    case "rich_text":
      return flow(
        one.elements.flatMap(({ elements }) => elements.map(runOf)),
        box,
      );
    case "actions":
      return button(one.elements.map(({ text }) => text.text).join(), y);
    case "context":
      return flow(
        one.elements.map(({ text }) => ({ text, look: small })),
        box,
      );
  }
}

const whoSays = (at: number): string[] => [
  avatar(14, 16, 8),
  drawText({ text: "failover", look: { ...label, size: 15 } }, LEFT, 29),
  '<rect x="125" y="18" width="30" height="15" rx="3" fill="#ddd"/>',
  drawText({ text: "APP", look: { size: 10, colour: GREY, bold: true } }, 129, 29),
  drawText({ text: clockTime(at), look: { size: 12, colour: GREY } }, 163, 29),
];

/** `payload`: what is sent to `chat.update`. `at`: when it was posted, in seconds. */
export function inSlack(payload: unknown, at: number): string {
  const { text, blocks } = v.parse(slackShape, payload);
  let y = 40;
  const drawn = blocks.map((one) => {
    const { svg, height } = drawBlock(one, y);
    y += height + 8;
    return svg;
  });
  return picture(y + 6, `A run's card in Slack. ${text}`, [...whoSays(at), ...drawn]);
}
