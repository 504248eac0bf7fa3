import { it } from "vitest";
import { assertPictures } from "./any-run.ts";

it("whatever the run, a picture is well formed, nothing leaves it, and no text hides another", () => {
  assertPictures(8, 30);
});
