/** A message of Discord, as its light theme shows it. */
import * as v from "valibot";
import { drawText, flow, type Run } from "./flow.ts";
import { avatar, picture, WIDTH } from "./frame.ts";
import { type Look, widthOf } from "./letters.ts";
import { ago, clockTime, longTime, TAKEN_AFTER_S } from "./times.ts";

const INK = "#313338";
const GREY = "#5c5e66";
const ofContent: Look = { size: 15, colour: INK };
const ofBox: Look = { size: 14, colour: INK };
const label: Look = { size: 14, colour: INK, bold: true };

const button = v.strictObject({
  type: v.literal(2),
  style: v.literal(2),
  label: v.string(),
  custom_id: v.string(),
});
/** The parts of a message that are drawn; one that is unknown here is an error. */
const discordShape = v.strictObject({
  content: v.string(),
  embeds: v.array(v.strictObject({ description: v.string(), color: v.number() })),
  components: v.array(v.strictObject({ type: v.literal(1), components: v.array(button) })),
});

const LEFT = 66;
const ROOM = WIDTH - LEFT - 14;

const MARKUP = /(\*\*.+?\*\*|`.+?`|<t:\d+:[fR]>)/;

function runOf(text: string, look: Look): Run {
  const [, time, style] = /^<t:(\d+):([fR])>$/.exec(text) ?? [];
  if (time !== undefined) {
    const told = style === "R" ? ago(TAKEN_AFTER_S) : longTime(Number(time));
    return { text: told, look: { ...look, behind: "#e3e5e8" } };
  }
  if (/^\*\*.*\*\*$/.test(text)) return { text: text.slice(2, -2), look: { ...look, bold: true } };
  if (/^`.*`$/.test(text))
    return { text: text.slice(1, -1), look: { ...look, size: 12, code: true, behind: "#e3e5e8" } };
  return { text: text.replaceAll(/\\(.)/g, "$1"), look };
}

/** One line of Discord's markup; `-# ` begins small print. */
function runsOf(line: string, look: Look): Run[] {
  const isSmall = line.startsWith("-# ");
  const own = isSmall ? { ...look, size: 12, colour: GREY } : look;
  return line
    .slice(isSmall ? 3 : 0)
    .split(MARKUP)
    .filter((text) => text !== "")
    .map((text) => runOf(text, own));
}

const written = (text: string, look: Look): Run[] =>
  text
    .split("\n")
    .flatMap((line, count) => [
      ...(count > 0 ? [{ text: "\n", look }] : []),
      ...runsOf(line, look),
    ]);

function drawBox({ description, color }: { description: string; color: number }, y: number) {
  const text = flow(written(description, ofBox), { x: LEFT + 18, y: y + 10, width: ROOM - 32 });
  const height = text.height + 20;
  const colour = `#${color.toString(16).padStart(6, "0")}`;
  const box =
    `<rect x="${LEFT}" y="${y}" width="${ROOM}" height="${height}" rx="4" fill="#f2f3f5"/>` +
    `<rect x="${LEFT}" y="${y}" width="4" height="${height}" rx="2" fill="${colour}"/>`;
  return { svg: `${box}\n${text.svg}`, height };
}

function drawButton(text: string, y: number): string {
  const width = widthOf(text, label) + 32;
  const box = `<rect x="${LEFT}" y="${y}" width="${width}" height="34" rx="8" fill="#e3e5e8"/>`;
  return box + drawText({ text, look: label }, LEFT + 16, y + 22);
}

const whoSays = (at: number): string[] => [
  avatar(14, 14, 19),
  drawText({ text: "failover-bot", look: { ...label, size: 15 } }, LEFT, 28),
  '<rect x="161" y="16" width="32" height="16" rx="4" fill="#5865f2"/>',
  drawText({ text: "APP", look: { size: 10, colour: "#fff", bold: true } }, 166, 28),
  drawText({ text: clockTime(at), look: { size: 12, colour: GREY } }, 201, 28),
];

/** `payload`: what is sent to change the message. `at`: when it was posted, in seconds. */
export function inDiscord(payload: unknown, at: number): string {
  const { content, embeds, components } = v.parse(discordShape, payload);
  const title = flow(written(content, ofContent), { x: LEFT, y: 34, width: ROOM });
  let y = 34 + title.height + 6;
  const boxes = embeds.map((embed) => {
    const { svg, height } = drawBox(embed, y);
    y += height + 8;
    return svg;
  });
  const buttons = components.flatMap((row) => row.components.map((one) => one.label));
  const pressed = buttons.map((text) => drawButton(text, y));
  const told = `A run's card in Discord. ${content.split("\n")[0]?.replaceAll("**", "")}`;
  const height = y + (buttons.length > 0 ? 48 : 6);
  return picture(height, told, [...whoSays(at), title.svg, ...boxes, ...pressed]);
}
