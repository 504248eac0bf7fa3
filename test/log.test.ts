import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EmError } from "../src/em/errors.ts";
import { createLog, levelFor, redactor } from "../src/log.ts";

const password = 'Kanarienvogel "7/+ü';
const secrets = [password, `admin:${password}`];

function written(more: Partial<Parameters<typeof createLog>[0]> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ secrets, level: "info", destination, ...more });
  const last = () => JSON.parse(lines.at(-1) ?? "{}");
  return { log, lines, last };
}

const basic = Buffer.from(`admin:${password}`).toString("base64");
const atDepth = (value: unknown) => ({ one: { two: [{ three: value }] } });
const withCause = (cause: unknown) => new Error("Cannot ask EM", { cause });

describe("the log never shows a secret", () => {
  it.each<[string, (log: ReturnType<typeof written>["log"]) => void]>([
    ["in the message", (log) => log.info(`tried ${password} in vain`)],
    ["in a field", (log) => log.info({ text: password }, "text")],
    ["deep in an object", (log) => log.info(atDepth(`x${password}y`), "deep")],
    ["in a field's name", (log) => log.info({ [password]: 1 }, "key")],
    ["in an error", (log) => log.error(new Error(`refused ${password}`))],
    [
      "in the cause of a cause",
      (log) => log.error({ err: withCause(withCause(new Error(password))) }),
    ],
    [
      "in one of several errors",
      (log) => log.error(new AggregateError([new Error(password)], "all failed")),
    ],
    ["in an error that is deep in an object", (log) => log.warn(atDepth(new Error(password)))],
    ["in a bound field", (log) => log.child({ bound: password }).info("bound")],
    [
      "in JSON within JSON",
      (log) => log.info({ body: JSON.stringify({ body: JSON.stringify({ password }) }) }),
    ],
    ["in an address", (log) => log.info(`https://em.example/?p=${encodeURIComponent(password)}`)],
    ["in a form", (log) => log.info(`${new URLSearchParams({ p: password })}`)],
    ["in base64", (log) => log.info(Buffer.from(password).toString("base64"))],
    ["in a header of basic authentication", (log) => log.info({ sent: `Basic ${basic}` })],
  ])("%s", (_, say) => {
    const { log, lines } = written();
    say(log);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("[secret]");
    expect(lines[0]).not.toMatch(/Kanarienvogel/i);
    expect(lines[0]).not.toContain(basic);
    expect(lines[0]).not.toContain(Buffer.from(password).toString("base64").slice(0, 12));
    expect(() => JSON.parse(lines[0] ?? "")).not.toThrow();
  });

  it("in any place of any text, whatever the secret is", () => {
    const text = fc.string({ unit: "grapheme" });
    const secret = fc.string({ unit: "grapheme", minLength: 10, maxLength: 30 });
    fc.assert(
      fc.property(text, secret, text, (before, hidden, after) => {
        const line = JSON.stringify({ value: before + hidden + after });
        const read: unknown = JSON.parse(redactor([hidden])(line));
        expect(JSON.stringify(read)).not.toContain(JSON.stringify(hidden).slice(1, -1));
      }),
    );
  });

  it.each(["ble", "blé", "reach", "reachable", "12", "123456789", "a%1"])(
    "nor gives a short or common one away by what is left of a word: %s",
    (hidden) => {
      const redact = redactor([hidden]);
      const words = `un${hidden}able x_${hidden} ${hidden}9 9${hidden}`;
      expect(redact(words)).toBe(words);
      for (const alone of [
        hidden,
        `"${hidden}"`,
        `“${hidden}”`,
        `a ${hidden}, b`,
        `:${hidden}@em`,
        `p=${hidden}&`,
      ])
        expect(redact(alone)).toBe(alone.replace(hidden, "[secret]"));
      const coded = JSON.stringify(`a\n${hidden}\tb`);
      expect(redact(coded)).toBe(coded.replace(hidden, "[secret]"));
      expect(redact(`%20${hidden}%3A`)).toBe("%20[secret]%3A");
    },
  );

  it("leaves texts alone where there is no secret to hide, or an empty one", () => {
    expect(redactor([])("as it is")).toBe("as it is");
    expect(redactor([""])("as it is")).toBe("as it is");
  });

  it("leaves out fields that bear the name of a credential, such as a logon's id", () => {
    const { log, lines } = written();
    const headers = {
      Authorization: "Basic abc",
      "X-RestSvcSessionId": "logon-canary",
      Cookie: "c=canary",
    };
    log.info({ request: { headers, emPassword: "canary" } }, "asked");
    expect(lines[0]).not.toMatch(/canary|abc/);
  });
});

describe("the log tells of errors", () => {
  it("by name, message, failure and code, with where it happened", () => {
    const { log, last } = written();
    log.error(new EmError("unreachable", "Cannot reach EM"));
    expect(last()).toMatchObject({
      level: "error",
      msg: "Cannot reach EM",
      err: { name: "EmError", failure: "unreachable" },
    });
    expect(last().err.stack[0]).toMatch(/^at /);
  });

  it("without a stack where it was to be expected, nor of what has caused it", () => {
    const { log, lines, last } = written({ isExpected: (error) => error instanceof EmError });
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const error = new EmError("unreachable", "Cannot reach EM");
    error.cause = new AggregateError([refused], "all failed");
    log.warn({ err: error }, "EM could not be asked");
    expect(lines[0]).not.toContain("stack");
    expect(last().err.cause.errors).toEqual([
      { name: "Error", message: "connect ECONNREFUSED", code: "ECONNREFUSED" },
    ]);
    log.error(withCause(error));
    expect(last().err).toMatchObject({ stack: expect.anything(), cause: { name: "EmError" } });
    expect(last().err.cause).not.toHaveProperty("stack");
  });

  it("without the request that a library hung on it", () => {
    const error = Object.assign(new Error("Request failed"), {
      code: "ECONNRESET",
      config: { headers: { "X-RestSvcSessionId": "logon-canary" } },
      toJSON: () => ({ config: "logon-canary" }),
    });
    const { log, lines, last } = written();
    log.error({ err: error, nested: { error } });
    expect(lines[0]).not.toContain("logon-canary");
    expect(last().nested.error).toMatchObject({ message: "Request failed", code: "ECONNRESET" });
  });

  it("even if an error is its own cause", () => {
    const error = new Error("round and round");
    error.cause = error;
    const { log, last } = written();
    log.error(error);
    expect(last().err.message).toBe("round and round");
  });

  it("with the cause, and things that are no errors", () => {
    const { log, last } = written();
    log.error({ err: withCause("a bare word"), count: 3n });
    expect(last()).toMatchObject({ err: { cause: "a bare word" }, count: "3" });
  });
});

describe("the level of the log", () => {
  it("is what the settings say", () => {
    const { log, lines } = written({ level: "error" });
    log.warn("not said");
    log.error("said");
    expect(lines).toHaveLength(1);
    expect(levelFor("debug", true)).toBe("debug");
  });

  it("is quieter by default where a chat goes on in the same terminal", () => {
    expect(levelFor(undefined, true)).toBe("warn");
    expect(levelFor(undefined, false)).toBe("info");
  });
});
