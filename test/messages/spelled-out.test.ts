/** "EM" is spelled out on every card that somebody new may read first. */
import { expect, it } from "vitest";
import { EM_IS, spelledOut } from "../../src/messages/spelled-out.ts";
import { note } from "../../src/messages/words.ts";

it("says what EM is in small print, after what stands there", () => {
  expect(spelledOut(note("EM does not answer")).footer).toEqual([EM_IS]);
  const footed = { ...note("EM does not answer"), footer: "Reference abc" };
  expect(spelledOut(footed).footer).toEqual(["Reference abc", " · ", EM_IS]);
});

it("says it once, and not where there is no EM to be explained", () => {
  for (const title of ["Enterprise Manager (EM) does not answer; EM is asked again", "Set EM_URL"])
    expect(spelledOut(note(title))).toEqual(note(title));
});
