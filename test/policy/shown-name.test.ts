/** How people are called on cards. */
import { describe, expect, it } from "vitest";
import type { Person } from "../../src/chat/port.ts";
import { permissionsBy } from "../../src/policy/permissions.ts";

const on = (id: string, name: string): Person => ({ platform: "slack", id, name });
const { shownAs } = permissionsBy({
  people: { Anna: { slack: ["U1", "U9"], discord: "11" } },
  rules: [],
});
const nameOf = (person: Person, beside?: readonly Person[]) => shownAs(person, beside).name;

describe("a person's name on cards", () => {
  it("is the policy's first, by whichever account", () => {
    expect(nameOf(on("U1", "a.miller"))).toBe("Anna");
    expect(nameOf(on("U9", "root"))).toBe("Anna");
    expect(nameOf({ platform: "discord", id: "11", name: "anna#1" })).toBe("Anna");
  });

  it("is what the platform shows where the policy has none", () => {
    expect(nameOf(on("U2", "Ben"))).toBe("Ben");
  });

  it.each(["Anna", "anna", "An\u200bna", " anna ", "\u201cAnna\u201d"])(
    "has the id beside it where it would read like somebody's in the policy: %j",
    (name) => {
      expect(nameOf(on("U2", name))).toBe(`${name} (U2)`);
    },
  );

  it("has the id beside it where it would read like that of who asked or approved", () => {
    expect(nameOf(on("U3", "Ben"), [on("U2", "Ben")])).toBe("Ben (U3)");
    expect(nameOf(on("U2", "Ben"), [on("U2", "Ben")])).toBe("Ben");
    expect(nameOf(on("U3", "Cleo"), [on("U2", "Ben")])).toBe("Cleo");
  });
});
