/** Every picture that the README shows, drawn from what a conversation test has recorded. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inDiscord } from "./in-discord.ts";
import { inSlack } from "./in-slack.ts";

export const PICTURES = join(import.meta.dirname, "../../.github/pictures");

/** When the tests' clock begins, in seconds. */
const POSTED_AT = Date.UTC(2026, 10, 21, 6) / 1000;

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8"));

/** By the name of its file. */
export const drawPictures = (): Readonly<Record<string, string>> => ({
  "card-in-slack.svg": inSlack(recorded("card-in-slack.json"), POSTED_AT),
  "card-in-discord.svg": inDiscord(recorded("card-in-discord.json"), POSTED_AT),
});
