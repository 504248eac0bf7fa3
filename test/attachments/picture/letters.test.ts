/** Which font draws a name, and how wide it is. */
import { describe, expect, it } from "vitest";
import { readWoff } from "../../../src/attachments/picture/font-file.ts";
import { createNames } from "../../../src/attachments/picture/names.ts";
import { vmName } from "../../../src/messages/picture-words.ts";
import { letters } from "./drawn.ts";

describe("names", () => {
  it.each(["filesrv01", "Ζεύς", "сервер", "خادم", "שרת", "Łódź", "naïve—…"])(
    "%s: the font of fine letters has them",
    (name) => {
      expect(letters.familyOf(name)).toBe("DejaVu Sans");
    },
  );

  it.each(["数据库服务器", "データベース", "서버", "เซิร์ฟ", "🔥"])(
    "%s: the font of coarse letters has them",
    (name) => {
      expect(letters.familyOf(name)).toBe("UnifontEX");
    },
  );

  it("that no font has are replaced, the same each time, and told", () => {
    const names = createNames(letters, ["a", "𠮷野家", ""]);
    expect(names.drawn(vmName("a"))).toBe("a");
    expect(names.drawn(vmName("𠮷野家"))).toBe("VM 2");
    expect(names.drawn(vmName("𠮷野家"))).toBe("VM 2");
    expect(names.drawn(vmName(""))).toBe("VM 3");
    expect(names.drawn({ name: "𠮷", of: "person" })).toBe("person 1");
    expect(names.drawn({ name: "𠮷", of: "plan" })).toBe("this plan");
    expect(names.replaced()).toEqual(["VM 2", "VM 3", "person 1", "this plan"]);
  });

  it("lose what turns or hides text, and are bounded", () => {
    const names = createNames(letters, []);
    expect(names.drawn(vmName("\u0000a\u202eb\u001b[31mc\n d"))).toBe("abc d");
    expect(names.drawn(vmName("x".repeat(100_000))).length).toBeLessThan(500);
  });

  it("of several scripts are drawn word by word", () => {
    const names = createNames(letters, []);
    expect(names.drawn(vmName("Büro 東京 🔥"))).toBe("Büro 東京 🔥");
    expect(names.replaced()).toEqual([]);
  });
});

describe("widths", () => {
  it("are those of the font: all digits are as wide, an i is narrow", () => {
    const digits = [..."0123456789"].map((digit) => letters.widthOf(digit, 100, 400));
    expect(new Set(digits)).toEqual(new Set([63.623046875]));
    expect(letters.widthOf("i", 100, 400)).toBeLessThan(30);
  });

  it("grow with size and weight, and add up", () => {
    const one = letters.widthOf("dc01", 30, 400);
    expect(letters.widthOf("dc01", 60, 400)).toBeCloseTo(2 * one);
    expect(letters.widthOf("dc01dc01", 30, 400)).toBeCloseTo(2 * one);
    expect(letters.widthOf("dc01", 30, 700)).toBeGreaterThan(one);
  });

  it("of what joins letters and is none itself are nothing", () => {
    expect(letters.widthOf("a\u200db", 30, 400)).toBe(letters.widthOf("ab", 30, 400));
  });
});

it("a file that is no font says so", () => {
  expect(() => readWoff(Buffer.alloc(64))).toThrow("Cannot read font as it is no WOFF");
});
