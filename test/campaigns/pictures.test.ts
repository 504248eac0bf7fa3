/** Pictures as the program makes them: by a worker, with its fonts; and whatever happens to that. */
import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createPictures,
  PictureError,
  type PictureOptions,
} from "../../src/attachments/picture/pictures.ts";
import { systemClock } from "../../src/clock.ts";
import { assertPictures } from "../attachments/picture/any-run.ts";
import {
  allWell,
  oneFailed,
  runOf,
  silenceAndTakeOver,
  twoHundred,
  vmOf,
  ZONE,
} from "../pictures/run-facts.ts";

function picturesWith(options: Partial<PictureOptions> = {}) {
  const pictures = createPictures({ clock: systemClock, timeZone: ZONE, ...options });
  onTestFinished(() => pictures.close());
  return pictures;
}

const script = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
/** Answers each picture with its number, in a worker's life. */
const counting = script(`
  import { parentPort } from "node:worker_threads";
  let count = 0;
  parentPort.on("message", () => parentPort.postMessage(new Uint8Array([++count])));
`);
/** Does one thing for the first picture. */
const once = (act: string) =>
  script(
    `import { parentPort } from "node:worker_threads"; parentPort.once("message", () => { ${act} });`,
  );

/** Lives, and answers nothing. */
const SILENT = "setInterval(() => {}, 1000)";

const MOST_BYTES = 150_000;

describe("a picture", () => {
  it.each(Object.entries({ allWell, oneFailed, silenceAndTakeOver, twoHundred }))(
    "of %s is a PNG of at most 150 KB",
    async (_, make) => {
      const png = await picturesWith().png(make());
      expect(Buffer.from(png).toString("latin1", 1, 4)).toBe("PNG");
      expect(png.length).toBeLessThan(MOST_BYTES);
    },
  );

  it("of two hundred VMs takes less than a second of work, and holds up nobody", async () => {
    const pictures = picturesWith();
    await pictures.png(allWell());
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const began = performance.now();
    await pictures.png(twoHundred());
    clearInterval(beat);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(longest).toBeLessThan(500);
  });

  it("is the same for the same facts, whichever worker draws it", async () => {
    const [one, other] = await Promise.all([
      picturesWith().png(oneFailed()),
      picturesWith().png(oneFailed()),
    ]);
    expect(Buffer.compare(one, other)).toBe(0);
  });

  it("of names in all scripts is drawn", async () => {
    const names = ["数据库", "خادم", "𠮷", "\u0000<&>", "🔥"];
    const vms = names.map((name) => vmOf({ name, began: 1, took: 60 }));
    expect((await picturesWith().png(runOf(vms, { is: "taken" }))).length).toBeGreaterThan(10_000);
  });

  it("of any run at all is well formed, and nothing in it hides another", () => {
    assertPictures(40, 400);
  });
});

describe("the worker", () => {
  it("is one for all pictures, which it draws one after another", async () => {
    const pictures = picturesWith({ script: counting });
    const drawn = await Promise.all([1, 2, 3].map(() => pictures.png(allWell())));
    expect(drawn.map(([count]) => count)).toEqual([1, 2, 3]);
  });

  it("ends when nobody wants a picture, and another one begins when somebody does", async () => {
    const pictures = picturesWith({ script: counting, idleMs: 1 });
    expect([...(await pictures.png(allWell()))]).toEqual([1]);
    await systemClock.sleep(300);
    expect([...(await pictures.png(allWell()))]).toEqual([1]);
  });

  it.each([
    ["throws", 'throw new Error("out of ink")', "out of ink"],
    ["ends", "process.exit(3)", "its worker has ended with code 3"],
    ["takes too long", SILENT, "it took more than 400 ms"],
  ])("that %s is a fault of this picture alone", async (_, act, why) => {
    const pictures = picturesWith({ script: once(act), limitMs: 400 });
    const failing = pictures.png(allWell());
    await expect(failing).rejects.toThrow(PictureError);
    await expect(failing).rejects.toThrow(`Cannot draw the picture of run "01JD7Q2Z" as ${why}`);
    await expect(pictures.png(allWell())).rejects.toThrow(why);
  });

  it("that dies after a picture is replaced for the next", async () => {
    const mortal = once("parentPort.postMessage(new Uint8Array([7]))");
    const pictures = picturesWith({ script: mortal, limitMs: 5000 });
    expect([...(await pictures.png(allWell()))]).toEqual([7]);
    await systemClock.sleep(200);
    expect([...(await pictures.png(allWell()))]).toEqual([7]);
  });

  it("that lacks a package says which", async () => {
    const lacking = script('await import("@resvg/resvg-wasm")');
    await expect(picturesWith({ script: lacking }).png(allWell())).rejects.toThrow(/resvg-wasm/);
  });

  it("draws no more once it is closed", async () => {
    const pictures = createPictures({ clock: systemClock, timeZone: ZONE, script: once(SILENT) });
    const waiting = pictures.png(allWell());
    const next = pictures.png(allWell());
    await systemClock.sleep(100);
    await pictures.close();
    await expect(waiting).rejects.toThrow(PictureError);
    await expect(next).rejects.toThrow("as the bot is stopping");
  });
});
