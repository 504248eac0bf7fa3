import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guidIn, instantOf } from "../../src/em/fields.ts";

describe("EM's times", () => {
  it.each([
    ["2026-03-04T05:06:07Z", 0],
    ["2026-03-04T05:06:07", 0],
    ["2026-03-04T05:06:07.5Z", 500],
    ["2026-03-04T05:06:07.74", 740],
    ["2026-03-04T05:06:07.103Z", 103],
    ["2026-03-04T05:06:07.39912Z", 399],
    ["2026-03-04T05:06:07.7418767Z", 741],
    ["2026-03-04T07:06:07.5+02:00", 500],
    ["2026-03-03T21:36:07-0730", 0],
    [" 2026-03-04t05:06:07z ", 0],
  ])("%s is read in UTC to the millisecond", (said, ms) => {
    expect(instantOf(said)).toBe(Date.UTC(2026, 2, 4, 5, 6, 7, ms));
  });

  it.each(["1753-01-01T00:00:00Z", "0001-01-01T00:00:00"])("%s means never", (said) => {
    expect(instantOf(said)).toBeUndefined();
  });

  it.each(["", "yesterday", "2026-13-01T00:00:00Z", "2026-03-04", "04/03/2026 05:06"])(
    "%j is no time",
    (said) => {
      expect(instantOf(said)).toBeNaN();
    },
  );

  it("any instant is read back whatever its fraction is cut to", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.nat(9_999), (at, finer) => {
        const iso = new Date(at).toISOString().replace("Z", `${finer}`.padStart(4, "0"));
        expect(instantOf(`${iso}Z`)).toBe(at);
        expect(instantOf(iso)).toBe(at);
      }),
    );
  });
});

describe("EM's ids", () => {
  const id = "4347c445-c6a7-418a-877c-9d39b77a8933";

  it.each([
    [`urn:veeam:CloudFailoverSession:${id}`],
    [`urn:veeam:Job:${id.toUpperCase()}`],
    [`https://em/api/backupServers/${id}?format=Entity`],
    [`https://em/api/plans/262824bd-525f-41b6-89c6-ec1b8cb703b3/includes/${id}`],
    [`/api/x/${id}?other=262824bd-525f-41b6-89c6-ec1b8cb703b3`],
  ])("%s holds one", (said) => {
    expect(guidIn(said)).toBe(id);
  });

  it.each(["", "urn:veeam:Job", "task-7"])("%j holds none", (said) => {
    expect(guidIn(said)).toBeUndefined();
  });
});
