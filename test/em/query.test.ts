import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterText, pageAddress, pointsQueries, sessionsQuery } from "../../src/em/query.ts";

const filterOf = (address: string) => new URL(address, "https://em").searchParams.get("filter");

describe("the question for cloud failover sessions", () => {
  it("asks for entities, the newest first, in pages", () => {
    expect(pageAddress(sessionsQuery({}), 3)).toBe(
      "/query?type=CloudFailoverSession&format=Entities&sortDesc=CreationTime&pageSize=500&page=3",
    );
  });

  it("joins its conditions with and", () => {
    const { filter } = sessionsQuery({
      open: true,
      planName: "ABC Company",
      createdFrom: Date.UTC(2026, 0, 2, 3, 4, 5, 999),
      result: "Failed",
    });
    expect(filter.split(";")).toEqual([
      "(State==Starting,State==Working,State==Stopping)",
      'Name=="ABC Company"',
      'CreationTime>="2026-01-02T03:04:05Z"',
      "Result==Failed",
    ]);
  });

  it("an empty plan name is a condition too", () => {
    expect(sessionsQuery({ planName: "" }).filter).toBe('Name==""');
  });
});

describe("names in a filter", () => {
  it("stand in quotation marks, their own doubled", () => {
    expect(filterText('The "big" one')).toBe('"The ""big"" one"');
  });

  it("survive the address whatever is in them, and cannot end their quotation", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const filter = filterOf(pageAddress(sessionsQuery({ planName: name }), 1)) ?? "";
        expect(filter.slice("Name==".length)).toBe(filterText(name));
        expect(filter.slice('Name=="'.length, -1).replaceAll('""', "")).not.toContain('"');
      }),
    );
  });
});

describe("the questions for replica points", () => {
  it("without VMs there is one, for all points", () => {
    expect(pointsQueries({}).map((query) => query.filter)).toEqual([""]);
  });

  it("for no VM there is none", () => {
    expect(pointsQueries({ vms: [] })).toEqual([]);
  });

  it("any of the VMs, and the time", () => {
    const [query] = pointsQueries({ vms: ["a", "b c"], createdFrom: 0 });
    expect(query?.filter).toBe(
      '(VmDisplayName=="a",VmDisplayName=="b c");CreationTime>="1970-01-01T00:00:00Z"',
    );
  });

  it("a long list is asked in several, each short enough for an address, every VM once", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 8 }), { maxLength: 150 }),
        (vms) => {
          const addresses = pointsQueries({ vms, createdFrom: 0 }).map((query) =>
            pageAddress(query, 1),
          );
          const asked = addresses.map((address) => filterOf(address) ?? "").join("");
          for (const address of addresses) expect(address.length).toBeLessThan(1_600);
          for (const vm of vms)
            expect(asked.split(`VmDisplayName==${filterText(vm)}`).length).toBeGreaterThan(1);
          expect(asked.split("VmDisplayName==").length - 1).toBeGreaterThanOrEqual(vms.length);
        },
      ),
    );
  });
});
