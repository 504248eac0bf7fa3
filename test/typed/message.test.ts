import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allCommands } from "../../src/commands/all.ts";
import { LONGEST_MESSAGE, readMessage } from "../../src/typed/message.ts";

const read = (text: string) => readMessage(text, allCommands);

describe("a message that asks to look", () => {
  it.each([
    ["status", ""],
    ["Status?", ""],
    ["hey status", ""],
    ["Hello, please status", ""],
    ["status: ABC", "ABC"],
    [", status", ""],
    ["status please", ""],
    ["status, thanks!", ""],
    ['status "please"', '"please"'],
    ["`status`", ""],
    ["```status```", ""],
    ["```\nstatus\n```", ""],
    ["```sh\nstatus\n```", ""],
    ["```\nstatus ABC\n```", "ABC"],
    ["status\nthanks a lot", ""],
    ["status ABC\n\nis it done?", "ABC"],
  ])("%j is understood", (text, rest) => {
    expect(read(text)).toEqual({ is: "command", verb: "status", rest });
  });

  it.each(["status\ncancel", "status\nconfirm ABC", "plans\n```\nstatus\n```"])(
    "%j holds two commands, and neither is chosen",
    (text) => {
      expect(read(text)).toEqual({ is: "several-commands" });
    },
  );
});

describe("a message that is mere courtesy", () => {
  it.each([
    ["thanks", "thanks"],
    ["Thank you very much!", "thanks"],
    ["ok, thx", "thanks"],
    ["hi", "greeting"],
    ["Good morning", "greeting"],
  ])("%j is %s", (text, courtesy) => {
    expect(read(text)).toEqual({ is: "courtesy", courtesy });
  });

  it.each(["hide", "okra", "tyre", "thankless task"])("%j is none", (text) => {
    expect(read(text).is).toBe("unknown");
  });
});

describe("what orders or decides", () => {
  it.each([
    ["confirm ABC Plan!", "confirm", "ABC Plan"],
    ["`confirm ABC Plan`", "confirm", "ABC Plan"],
    ["start ABC\nbecause of the fire", "start", "ABC because of the fire"],
    ["confirm ABC\nno, wait", "confirm", "ABC no, wait"],
    ["cancel\nABC", "cancel", "ABC"],
  ])("is read as a whole: %j", (text, verb, rest) => {
    expect(read(text)).toEqual({ is: "command", verb, rest });
  });

  it.each([
    "hey confirm ABC",
    "please, start ABC",
    "ok cancel",
    "```\nconfirm ABC\n```",
    "confirm: ABC",
  ])("is not taken where other words stand around it: %j", (text) => {
    expect(read(text).is).toBe("order-among-others");
  });

  it("is never taken from within a longer message, whatever stands before it", () => {
    const verbs = allCommands.filter(({ section }) => section === "order").map(({ name }) => name);
    const word = fc.stringMatching(/^[^\s*_~`./!]\S{0,6}$/);
    fc.assert(
      fc.property(
        word,
        fc.constantFrom(" ", "\n", ", ", ":\n> "),
        fc.constantFrom(...verbs),
        (before, gap, verb) => {
          const heard = read(`${before}${gap}${verb} ABC`);
          expect(heard.is === "command" && heard.verb === verb).toBe(false);
        },
      ),
    );
  });
});

it("a message that is too long is not read at all", () => {
  const length = LONGEST_MESSAGE + 1;
  expect(read("status ".padEnd(length, "x"))).toEqual({ is: "too-long", length });
});
