/** Processes on one state go by the same settings, or it is told which differ. */
import { describe, expect, it } from "vitest";
import { createLog } from "../../src/log.ts";
import { differencesTo, differingIn, printsOf } from "../../src/ops/same-settings.ts";
import { testConfig } from "../fakes/bot.ts";

const prints = (own: Partial<typeof testConfig>) => printsOf({ ...testConfig, ...own });
const own = prints({});

describe("the print of the settings", () => {
  it("names what differs, be it set here, there or otherwise", () => {
    expect(differingIn(own, own)).toEqual([]);
    expect(differingIn(own, prints({ timeZone: "Europe/Berlin", confirmMs: 1 }))).toEqual([
      "CONFIRM_MS",
      "TIME_ZONE",
    ]);
    const digest = { digest: { at: "0 7 * * *", untestedDays: 90 } };
    expect(differingIn(own, prints(digest))).toEqual(["DIGEST_AT", "UNTESTED_DAYS"]);
    expect(differingIn(prints(digest), own)).toEqual(["DIGEST_AT", "UNTESTED_DAYS"]);
    expect(differingIn(own, prints({ policy: { people: {}, rules: [] } }))).toEqual(["POLICY"]);
  });

  it("leaves out what each machine may have of its own, and shows no value", () => {
    const health = { host: "127.0.0.1", port: 9000 };
    expect(differingIn(own, prints({ health, logLevel: "debug", statePath: "x" }))).toEqual([]);
    const values = Object.values(prints({ timeZone: "Europe/Berlin" }));
    expect(values.every((value) => /^sha256:[\da-f]{64}$/.test(value))).toBe(true);
  });

  it("is logged once of each host, and again where something else differs", () => {
    const logged: string[] = [];
    const log = createLog({
      secrets: [],
      level: "warn",
      destination: { write: (line: string) => void logged.push(line) },
    });
    const tell = differencesTo(log, own);
    const see = (host: string, settings = own) => tell([{ host, settings }]);
    see("b");
    see("b", prints({ confirmMs: 1 }));
    see("b", prints({ confirmMs: 1 }));
    see("b", prints({ timeZone: "Europe/Berlin" }));
    see("b");
    const both = [
      { host: "c", settings: prints({ confirmMs: 1 }) },
      { host: "c", settings: prints({ timeZone: "Asia/Tokyo" }) },
    ];
    tell(both);
    tell(both);
    const told = logged.map((line) => JSON.parse(line)).map(({ host, differ }) => [host, differ]);
    expect(told).toEqual([
      ["b", ["CONFIRM_MS"]],
      ["b", ["TIME_ZONE"]],
      ["c", ["CONFIRM_MS"]],
      ["c", ["TIME_ZONE"]],
    ]);
  });
});
