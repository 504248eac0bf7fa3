import { describe, expect, it } from "vitest";
import { instant } from "../../src/chat/instant.ts";

const at = Date.UTC(2026, 10, 21, 6, 0);

describe("an instant", () => {
  it("is shown in UTC", () => {
    expect(instant(at, "UTC")).toBe("2026-11-21 06:00 UTC");
    expect(instant(Date.UTC(2026, 0, 1, 0, 0), "UTC")).toBe("2026-01-01 00:00 UTC");
  });

  it("is shown in the configured zone beside that", () => {
    expect(instant(at, "Europe/Berlin")).toBe("2026-11-21 06:00 UTC (07:00 Europe/Berlin)");
  });

  it("names the other zone's day where it is another", () => {
    expect(instant(at, "America/Los_Angeles")).toBe(
      "2026-11-21 06:00 UTC (2026-11-20 22:00 America/Los_Angeles)",
    );
  });

  it("is called unknown where it is none", () => {
    expect(instant(Number.NaN, "UTC")).toBe("unknown time");
    expect(instant(1e20, "UTC")).toBe("unknown time");
  });
});
