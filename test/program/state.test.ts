/** A real process that is killed in the midst of a run; more of the kind is among the campaigns. */
import { it } from "vitest";
import { expectToGoOnAfter } from "./goes-on.ts";

it("a program that is killed in the midst of a run goes on when it is started again", () =>
  expectToGoOnAfter("SIGKILL"));
