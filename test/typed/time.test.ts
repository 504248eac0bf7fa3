import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leadingTime, readTypedTime } from "../../src/typed/time.ts";

/** 2026-11-21 06:00 UTC, a Saturday. */
const now = Date.UTC(2026, 10, 21, 6);
const read = (text: string, timeZone = "UTC", at = now) => {
  const time = readTypedTime(text, timeZone, at);
  return time.ok ? new Date(time.at).toISOString() : time.why;
};

describe("a time is read in every form that means one day to everybody", () => {
  it.each([
    ["2026-11-20 22:30", "2026-11-20T22:30:00.000Z"],
    ["2026-11-20 22:30:15", "2026-11-20T22:30:15.000Z"],
    ["2026-11-20T22:30Z", "2026-11-20T22:30:00.000Z"],
    ["2026-11-20 22:30 utc", "2026-11-20T22:30:00.000Z"],
    ["2026-11-20 22:30 GMT", "2026-11-20T22:30:00.000Z"],
    ["2026-11-20 22:30 +02:00", "2026-11-20T20:30:00.000Z"],
    ["2026-11-20 22:30-0330", "2026-11-21T02:00:00.000Z"],
    ["2026-1-5 6:00", "2026-01-05T06:00:00.000Z"],
    ["  05:59 ", "2026-11-21T05:59:00.000Z"],
    ["06:00", "2026-11-21T06:00:00.000Z"],
    ["0:00", "2026-11-21T00:00:00.000Z"],
    ["today 05:00", "2026-11-21T05:00:00.000Z"],
    ["Today at 05:00", "2026-11-21T05:00:00.000Z"],
    ["yesterday 22:30", "2026-11-20T22:30:00.000Z"],
    ["yesterday at 22:30 UTC", "2026-11-20T22:30:00.000Z"],
    ["2024-02-29 12:00", "2024-02-29T12:00:00.000Z"],
    ["yesterday 10pm", "2026-11-20T22:00:00.000Z"],
    ["yesterday at 10:15\u202fPM", "2026-11-20T22:15:00.000Z"],
    ["2026-11-20 6 p.m. UTC", "2026-11-20T18:00:00.000Z"],
    ["5 am", "2026-11-21T05:00:00.000Z"],
    ["5am +02:00", "2026-11-21T03:00:00.000Z"],
    ["2 hours ago", "2026-11-21T04:00:00.000Z"],
    ["30 min ago", "2026-11-21T05:30:00.000Z"],
    ["An hour ago", "2026-11-21T05:00:00.000Z"],
    ["90m ago", "2026-11-21T04:30:00.000Z"],
    ["2026\u201111\u201120 22:30", "2026-11-20T22:30:00.000Z"],
    ["2026\u201311\u201320 22:30", "2026-11-20T22:30:00.000Z"],
    ["2026-11-20 22:30 \u221202:00", "2026-11-21T00:30:00.000Z"],
  ])("%s", (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    ["05:30", "Europe/Berlin", "2026-11-21T04:30:00.000Z"],
    ["2026-07-01 12:00", "Europe/Berlin", "2026-07-01T10:00:00.000Z"],
    ["11:00", "Asia/Kathmandu", "2026-11-21T05:15:00.000Z"],
    ["today 00:30", "America/New_York", "2026-11-21T05:30:00.000Z"],
    ["2026-11-20 23:30 Z", "Asia/Kathmandu", "2026-11-20T23:30:00.000Z"],
    ["2026-08-01 12:00", "Australia/Lord_Howe", "2026-08-01T01:30:00.000Z"],
    ["2026-01-01 12:00", "Australia/Lord_Howe", "2026-01-01T01:00:00.000Z"],
  ])("%s in %s", (text, zone, instant) => {
    expect(read(text, zone)).toBe(instant);
  });

  it.each([
    ["2026-11-20 21:40 Europe/Paris", "2026-11-20T20:40:00.000Z"],
    ["2026-07-01 21:40 europe/paris", "2026-07-01T19:40:00.000Z"],
    ["yesterday 10pm America/New_York", "2026-11-21T03:00:00.000Z"],
    ["2026-11-20 22:30 America/Argentina/Buenos_Aires", "2026-11-21T01:30:00.000Z"],
  ])("in the zone that is typed with it: %s", (text, instant) => {
    expect(read(text, "Asia/Kathmandu")).toBe(instant);
  });

  it("today and yesterday are those of the zone, not of UTC", () => {
    const lateEvening = Date.UTC(2026, 10, 21, 23, 30);
    expect(read("00:15", "Europe/Berlin", lateEvening)).toBe("2026-11-21T23:15:00.000Z");
    expect(read("yesterday 23:00", "Europe/Berlin", lateEvening)).toBe("2026-11-21T22:00:00.000Z");
    const earlyMorning = Date.UTC(2026, 10, 21, 2);
    expect(read("20:00", "America/New_York", earlyMorning)).toBe("2026-11-21T01:00:00.000Z");
  });

  it("where an offset is given, the day is the day there", () => {
    const lateEvening = Date.UTC(2026, 10, 21, 23, 30);
    expect(read("01:15+02:00", "UTC", lateEvening)).toBe("2026-11-21T23:15:00.000Z");
    expect(read("yesterday 20:00-05:00", "Asia/Kathmandu", Date.UTC(2026, 10, 21, 2))).toBe(
      "2026-11-20T01:00:00.000Z",
    );
  });

  it("yesterday of the first of March is the last of February", () => {
    expect(read("yesterday 10:00", "UTC", Date.UTC(2028, 2, 1, 9))).toBe(
      "2028-02-29T10:00:00.000Z",
    );
  });
});

describe("the time that a text begins with", () => {
  it.each([
    ["22:30 Europe/Paris, by mail", { time: "22:30 Europe/Paris", rest: ", by mail" }],
    ["yesterday 10 pm", { time: "yesterday 10 pm", rest: "" }],
    ["22:30 and/or later", { time: "22:30", rest: "and/or later" }],
    ["noon", { rest: "" }],
    ["all is lost", undefined],
  ])("%s", (text, found) => {
    expect(leadingTime(text)).toEqual(found);
  });
});

describe("refused is", () => {
  it.each([
    "21/11/2026 06:00",
    "11/21/2026 06:00",
    "21.11.2026 06:00",
    "21-11-2026 06:00",
    "Nov 20 06:00",
    "2026-11-20",
    "2026-11-106:00",
    "yesterday22:30",
    "yesterday",
    "tomorrow 06:00",
    "0600",
    "06:00 before",
    "06:00 today",
    "06 ",
    "2026-11-20 05:00\u201307:00",
    "21\u201311\u20132026 06:00",
    "hours ago",
    "",
  ])("what does not mean one day to everybody: %s", (text) => {
    expect(read(text)).toBe(
      'it is not in a form that means one day to everybody: write it like "2026-11-21 06:00", "06:00", "yesterday 22:30", "2 hours ago" or "2026-11-21T06:00Z"',
    );
  });

  it.each([
    ["2026-11-20 22:30 CET", "CET"],
    ["yesterday 10pm est", "est"],
    ["05:00 PT", "PT"],
    ["2026-11-20 22:30 +2", "+2"],
    ["05:00 Etc/GMT+2", "Etc/GMT+2"],
  ])("a zone that is another to others: %s", (text, zone) => {
    expect(read(text)).toBe(
      `"${zone}" is not one offset to everybody: write "UTC", an offset like "+01:00" or a zone like "Europe/Paris" instead`,
    );
  });

  it.each(["05:00 Europe/Pariss", "05:00 x/y/z", "yesterday 10 pm Mars/Base"])(
    "a zone that there is not: %s",
    (text) => {
      expect(read(text)).toContain('there is no time zone "');
    },
  );

  it.each(["12 am", "yesterday 12:30 pm"])("noon or midnight: %s", (text) => {
    expect(read(text)).toContain("write 00:00 or 12:00");
  });

  it.each(["2 days ago", "a week ago"])("a day without its time: %s", (text) => {
    expect(read(text)).toContain("it names no time of that day");
  });

  it.each(["6 pm", "6:01 am"])("what is still to come in half a day: %s", (text) => {
    expect(read(text)).toContain("it is still to come");
  });

  it.each(["13 pm", "0 am", "yesterday 10:60 pm"])("an hour that is none of twelve: %s", (text) => {
    expect(read(text)).toContain("there is no such date or time");
  });

  it.each([
    "2026-02-30 10:00",
    "2025-02-29 10:00",
    "2026-13-01 10:00",
    "2026-00-10 10:00",
    "2026-11-00 10:00",
    "24:00",
    "12:60",
    "12:00:60",
    "0026-11-20 10:00",
    "2026-11-20 10:00+25:00",
    "2026-11-20 10:00-99:99",
  ])("what does not exist: %s", (text) => {
    expect(read(text)).toContain("there is no such date or time");
  });

  it.each([
    ["06:01", "UTC"],
    ["23:59", "UTC"],
    ["2026-11-22 00:00", "UTC"],
    ["2027-01-01 00:00", "UTC"],
    ["06:00:01", "UTC"],
    ["07:01", "Europe/Berlin"],
    ["06:00-01:00", "UTC"],
  ])("what is still to come: %s in %s", (text, zone) => {
    expect(read(text, zone)).toContain("it is still to come");
  });

  it.each([
    ["2026-03-29 02:00", "Europe/Berlin"],
    ["2026-03-29 02:59:59", "Europe/Berlin"],
    ["2026-03-08 02:30", "America/New_York"],
    ["2026-10-04 02:15", "Australia/Lord_Howe"],
    ["2011-12-30 12:00", "Pacific/Apia"],
  ])("a time that the clocks skip: %s in %s", (text, zone) => {
    expect(read(text, zone)).toBe(`the clocks in ${zone} skip it: add "UTC" and give it in UTC`);
  });

  it.each([
    ["2026-10-25 02:00", "Europe/Berlin"],
    ["2026-10-25 02:59", "Europe/Berlin"],
    ["2026-11-01 01:30", "America/New_York"],
    ["2026-04-05 01:45", "Australia/Lord_Howe"],
  ])("a time that the clocks show twice: %s in %s", (text, zone) => {
    expect(read(text, zone)).toBe(
      `the clocks in ${zone} show it twice that day: add "UTC" and give it in UTC`,
    );
  });

  it.each([
    ["2026-03-29 01:59", "Europe/Berlin", "2026-03-29T00:59:00.000Z"],
    ["2026-03-29 03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25 01:59", "Europe/Berlin", "2026-10-24T23:59:00.000Z"],
    ["2026-10-25 03:00", "Europe/Berlin", "2026-10-25T02:00:00.000Z"],
    ["2026-10-04 02:30", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"],
    ["2026-04-05 01:29", "Australia/Lord_Howe", "2026-04-04T14:29:00.000Z"],
    ["2026-04-05 02:00", "Australia/Lord_Howe", "2026-04-04T15:30:00.000Z"],
    ["2026-10-25 02:30 UTC", "Europe/Berlin", "2026-10-25T02:30:00.000Z"],
  ])("but not the times next to a change of clocks: %s in %s", (text, zone, instant) => {
    expect(read(text, zone)).toBe(instant);
  });
});

describe("an instant of the past, written as the clocks in a zone show it", () => {
  const zones = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
  ];
  const second = fc
    .integer({ min: 0, max: Math.floor(now / 1000) })
    .map((seconds) => seconds * 1000);
  const style = { dateStyle: "short", timeStyle: "medium" } as const;
  const formats = new Map(
    zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat("sv-SE", { timeZone, ...style })]),
  );
  const shown = (at: number, timeZone: string) => formats.get(timeZone)?.format(at) ?? "";

  it.each(zones)("is read as that instant in %s, or refused as shown twice", (zone) => {
    fc.assert(
      fc.property(second, (at) => {
        const time = readTypedTime(shown(at, zone), zone, now);
        if (time.ok) expect(time.at).toBe(at);
        else {
          expect(time.why).toContain("show it twice");
          expect(
            [at - 3_600_000, at - 1_800_000, at + 1_800_000, at + 3_600_000].map((near) =>
              shown(near, zone),
            ),
          ).toContain(shown(at, zone));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is read as that instant in every zone when the offset stands with it", () => {
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(second, offset, fc.constantFrom(...zones), (at, minutes, zone) => {
        const there = new Date(at + minutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
        const clock = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
          String(part).padStart(2, "0"),
        );
        const typed = `${there}${minutes < 0 ? "-" : "+"}${clock.join(":")}`;
        expect(readTypedTime(typed, zone, now)).toEqual({ ok: true, at });
      }),
    );
  });

  it("and no text makes it throw", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^\d{1,4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}( ?[+-]\d{2}:?\d{2})?$/),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...zones), (typed, zone) => {
        const time = readTypedTime(typed, zone, now);
        if (time.ok) expect(time.at).toBeLessThanOrEqual(now);
        else expect(time.why).not.toBe("");
      }),
    );
  });
});
