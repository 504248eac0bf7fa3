/**
 * `npm run crash -- two` in short: the leader of two instances is killed before its order and after it.
 */
import { describe, expect, it } from "vitest";
import { killTwo } from "../crash/two.ts";
import { postgresPrograms } from "../fakes/postgres-server.ts";

describe.skipIf(postgresPrograms() === undefined)("two instances, of which the leader dies", () => {
  it("start once what was confirmed, and tell its end once", async () => {
    let told = "";
    const exit = await killTwo({
      wanted: 2,
      seed: 1,
      kinds: ["leader killed"],
      acts: [{ platform: "slack", scenario: "session-fails" }],
      write: (text) => {
        told += text;
      },
    });
    expect({ exit, told }).toEqual({ exit: 0, told: expect.stringMatching(/\d blows.* 0 faults/) });
  }, 120_000);
});
