/** Draws the pictures of the README anew. By hand: `npm run pictures` */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawPictures, PICTURES } from "./all.ts";

mkdirSync(PICTURES, { recursive: true });
for (const [name, svg] of Object.entries(drawPictures())) writeFileSync(join(PICTURES, name), svg);
