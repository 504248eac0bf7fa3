import { describe, expect, it } from "vitest";
import { isBareAnswer } from "../../src/typed/bare-answer.ts";

describe("an answer to a question of yes or no", () => {
  it.each([
    "yes",
    " Y ",
    "OK!",
    "okay.",
    "yes, please",
    "go ahead",
    "do it",
    "Confirm",
    "confirmed",
  ])("is %s", (text) => expect(isBareAnswer(text)).toBe(true));

  it.each(["no", "Nope.", "👍", "👍🏽", "+1", ":+1:", "✅ ok"])("is %s, too", (text) =>
    expect(isBareAnswer(text)).toBe(true),
  );

  it.each([
    "",
    "yesterday",
    "okapi",
    "confirm Plan A",
    "yes Plan A",
    "status",
    "no, wait",
    "1",
    "got it",
  ])("is not %s", (text) => expect(isBareAnswer(text)).toBe(false));
});
