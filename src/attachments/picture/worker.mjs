// Draws pictures beside the main loop: takes a run's facts, gives a PNG. Plain JavaScript, since it
// is loaded before Node is told how to take this bot's TypeScript.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { hideKnownWarnings, stripTypesWhereInstalled } from "../../typescript.mjs";

hideKnownWarnings();
stripTypesWhereInstalled();

const { svgOf } = await import("./svg-of.ts");
const { colours } = await import("./frame.ts");
const { pngOf } = await import("./png.ts");
const { openLetters } = await import("./letters.ts");
// Loaded here, so that a package that is missing is an answer to who asks for a picture.
const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
const { resolve } = createRequire(import.meta.url);
await initWasm(readFileSync(resolve("@resvg/resvg-wasm/index_bg.wasm")));

const letters = openLetters();

function rendered(svg, zoom) {
  const font = { fontBuffers: [...letters.files()], defaultFontFamily: "DejaVu Sans" };
  const drawing = new Resvg(svg, { font, fitTo: { mode: "zoom", value: zoom } });
  const image = drawing.render();
  const { width, height, pixels: rgba } = image;
  image.free();
  drawing.free();
  return { width, height, rgba };
}

const drawn = (svg, zoom) => pngOf(rendered(svg, zoom), Object.values(colours));

const mostBytes = 150_000;
/** A phone has no more pixels than that for it. */
const smaller = 0.75;

function fitting(svg) {
  const png = drawn(svg, 1);
  return png.length > mostBytes ? drawn(svg, smaller) : png;
}

parentPort.on("message", (facts) => {
  const png = fitting(svgOf(facts, workerData.timeZone, letters));
  parentPort.postMessage(new Uint8Array(png));
});
