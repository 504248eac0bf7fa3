/** What stands above the chart: how it ended, what was promised, and who decided. */
import type { Tone } from "../../chat/port.ts";
import {
  type PictureStep,
  pictureScore,
  pictureSubject,
  pictureTitle,
} from "../../messages/picture.ts";
import { afterDecision, clockTime, dayOf } from "../../messages/picture-times.ts";
import type { PictureLine } from "../../messages/picture-words.ts";
import { reportTone } from "../../messages/report-title.ts";
import type { RunFacts } from "../../report/facts.ts";
import { label, lineHeight, type Pen, paragraph, type Style, widthOfText } from "./flow.ts";
import { colours, INNER, LEFT, type Strip, sizes } from "./frame.ts";
import { element } from "./svg.ts";

const SIGN = 34;
const BESIDE_SIGN = 2 * SIGN + 22;

const inkOfTone: Readonly<Record<Tone, string>> = {
  plain: colours.unknown,
  question: colours.running,
  running: colours.running,
  good: colours.good,
  warning: colours.warning,
  bad: colours.bad,
};

const title: Style = { size: sizes.title, weight: 700, is: "title" };
const subject: Style = { size: sizes.subject, is: "subject" };
const score: Style = { size: sizes.text };

export function headOf(pen: Pen, facts: RunFacts, y: number): Strip {
  const tone = reportTone(facts);
  const beside = { x: LEFT + BESIDE_SIGN, width: INNER - BESIDE_SIGN, lines: 3 };
  const first = paragraph(pen, pictureTitle(facts), title, { ...beside, y });
  const sign = toneSign(tone, LEFT + SIGN, y + lineHeight(title) / 2);
  const titleHeight = Math.max(first.height, 2 * SIGN) + 10;
  const rest = stacked(
    [
      { words: pictureSubject(facts), style: subject, lines: 3 },
      ...pictureScore(facts).map((words) => ({ words, style: score, lines: 2 })),
    ],
    pen,
    y + titleHeight,
  );
  return {
    height: titleHeight + rest.height,
    drawn: [sign, ...first.drawn, ...rest.drawn],
  };
}

interface Set {
  readonly words: PictureLine;
  readonly style: Style;
  readonly lines: number;
}

function stacked(sets: readonly Set[], pen: Pen, y: number): Strip {
  let height = 0;
  const drawn: string[] = [];
  for (const { words, style, lines } of sets) {
    const strip = paragraph(pen, words, style, { x: LEFT, y: y + height, width: INNER, lines });
    height += strip.height + 4;
    drawn.push(...strip.drawn);
  }
  return { height, drawn };
}

function toneSign(tone: Tone, x: number, y: number): string {
  const path: Readonly<Record<Tone, string>> = {
    plain: "M-14 0H14",
    question: "M-14 0H14",
    running: "M-16 0H-15M-1 0H1M15 0H16",
    good: "M-15 1L-4 12L16 -12",
    warning: "M0 -17V4M0 14V16",
    bad: "M-12 -12L12 12M12 -12L-12 12",
  };
  return element(
    "g",
    { transform: `translate(${x} ${Math.round(y)})` },
    element("circle", { r: SIGN, fill: inkOfTone[tone] }),
    element("path", {
      d: path[tone],
      stroke: colours.paper,
      "stroke-width": 8,
      "stroke-linecap": "round",
      fill: "none",
    }),
  );
}

const RADIUS = 19;
const text: Style = { size: sizes.text };
const bold: Style = { size: sizes.text, weight: 700 };

/** The decisions, numbered as they are above the chart. */
export function stepsOf(
  pen: Pen,
  steps: readonly PictureStep[],
  origin: number,
  timeZone: string,
  y: number,
): Strip {
  const told = steps.map((step, i) => toldStep(step, i === 0 ? step.at : origin, timeZone));
  const times = Math.max(0, ...told.map((one) => widthOfTimes(pen, one)));
  const indent = times > WIDEST_TIMES ? 0 : times;
  let height = 0;
  const drawn: string[] = [];
  for (const [i, step] of told.entries()) {
    const strip = stepStrip(pen, step, i + 1, indent, y + height);
    height += strip.height;
    drawn.push(...strip.drawn);
  }
  return { height, drawn };
}

interface ToldStep {
  readonly time: string;
  readonly after: string;
  readonly words: PictureLine;
}

/** The first tells its day. */
const toldStep = ({ at, words }: PictureStep, origin: number, timeZone: string): ToldStep => ({
  time: clockTime(at, origin, timeZone),
  after: at === origin ? dayOf(at, timeZone) : afterDecision(at - origin),
  words,
});

const BLANK = 12;
/** Where times are wider, what it was stands below them. */
const WIDEST_TIMES = 420;

const widthOfTimes = (pen: Pen, { time, after }: ToldStep) =>
  widthOfText(pen, time, bold) + BLANK + widthOfText(pen, after, text) + 2 * BLANK;

/** `indent`: so far to the right stands what it was; 0: below the times. */
function stepStrip(pen: Pen, step: ToldStep, number: number, indent: number, y: number): Strip {
  const x = LEFT + 2 * RADIUS + 16;
  const base = y + text.size * 1.02;
  const timeWidth = widthOfText(pen, step.time, bold);
  const after = { x: x + timeWidth + BLANK, y: base };
  const top = indent === 0 ? lineHeight(text) : 0;
  const room = { x: x + indent, y: y + top, width: INNER - (x - LEFT) - indent, lines: 3 };
  const said = paragraph(pen, step.words, text, room);
  return {
    height: top + said.height + 6,
    drawn: [
      numberSign(pen, String(number), LEFT + RADIUS, y + lineHeight(text) / 2, 2 * RADIUS),
      label(pen, step.time, bold, { x, y: base }),
      label(pen, step.after, { ...text, fill: colours.faint }, after),
      ...said.drawn,
    ],
  };
}

/** A number in a sign of that width; `y` is its middle. */
export function numberSign(pen: Pen, text: string, x: number, y: number, width: number): string {
  const style: Style = { size: sizes.small, weight: 700, fill: colours.paper, is: "sign" };
  return (
    element("rect", {
      class: "sign-ground",
      x: x - width / 2,
      y: y - RADIUS,
      width,
      height: 2 * RADIUS,
      rx: RADIUS,
      fill: colours.ink,
    }) + label(pen, text, style, { x, y: y + sizes.small * 0.36, anchor: "middle" })
  );
}
