import { describe, expect, it } from "vitest";
import { postgresTrouble } from "../../src/store/postgres-trouble.ts";

const URL = "postgres://failover:canary@db.example.com/state?sslmode=verify-full";

const error = (code: string, message = "something of the driver's") =>
  Object.assign(new Error(message), code === "" ? {} : { code });

describe("what is wrong with Postgres", () => {
  it.each([
    [
      "ECONNREFUSED",
      "",
      "nothing listens at db.example.com:5432 (ECONNREFUSED): see that Postgres runs there",
    ],
    [
      "ENOTFOUND",
      "",
      "the name of the host db.example.com cannot be looked up (ENOTFOUND): see that STATE_URL",
    ],
    [
      "EAI_AGAIN",
      "",
      "the name of the host db.example.com cannot be looked up (EAI_AGAIN): see that",
    ],
    [
      "EHOSTUNREACH",
      "",
      "there is no way to db.example.com:5432, or nothing answers there in time (EHOSTUNREACH): have",
    ],
    [
      "",
      "timeout expired",
      "there is no way to db.example.com:5432, or nothing answers there in time: have the firewall",
    ],
    ["", "timeout exceeded when trying to connect", "there is no way to db.example.com:5432"],
    [
      "",
      "Connection terminated due to connection timeout",
      "there is no way to db.example.com:5432",
    ],
    [
      "",
      "Query read timeout",
      "db.example.com:5432 does not answer in time: see how much it has to do",
    ],
    [
      "57P03",
      "",
      "Postgres at db.example.com:5432 is starting or stopping (57P03): the bot goes on by itself",
    ],
    [
      "57P01",
      "",
      "the connection to db.example.com:5432 was cut (57P01): the bot goes on by itself",
    ],
    ["ECONNRESET", "", "the connection to db.example.com:5432 was cut (ECONNRESET): the bot"],
    [
      "",
      "Connection terminated unexpectedly",
      "the connection to db.example.com:5432 was cut: the bot",
    ],
    [
      "28P01",
      "",
      'db.example.com:5432 does not take the password of the user "failover" (28P01): set STATE_PASSWORD',
    ],
    [
      "28000",
      "",
      'db.example.com:5432 does not let the user "failover" in from this machine (28000): see that',
    ],
    [
      "3D000",
      "",
      'db.example.com:5432 has no database "state" (3D000): make it, or name another in STATE_URL',
    ],
    [
      "42501",
      "",
      'the user "failover" may not make tables in its schema of "state", or has none (42501): give it',
    ],
    [
      "3F000",
      "",
      'the user "failover" may not make tables in its schema of "state", or has none (3F000): give it',
    ],
    [
      "25006",
      "",
      "Postgres at db.example.com:5432 takes no writes, as a replica does (25006): name the one that",
    ],
    [
      "53300",
      "",
      "all connections to db.example.com:5432 are taken (53300): raise its max_connections",
    ],
    ["53100", "", "the disk of db.example.com:5432 is full (53100): make room"],
    [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "",
      "nobody here knows who issued the certificate of db.example.com:5432 (DEPTH_ZERO",
    ],
    [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "",
      "nobody here knows who issued the certificate of db.example.com",
    ],
    [
      "CERT_HAS_EXPIRED",
      "",
      "the certificate of db.example.com:5432 has expired, or is not valid yet (CERT_HAS_EXPIRED): renew",
    ],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "",
      "the certificate of db.example.com:5432 is not for the name db.example.com (ERR",
    ],
    [
      "",
      "The server does not support SSL connections",
      "db.example.com:5432 takes no connections with TLS: turn ssl on",
    ],
  ])("is told with its cure, and never with the password: %s %s", (code, message, told) => {
    const words = postgresTrouble(error(code, message), URL);
    expect(words.startsWith(told)).toBe(true);
    expect(words).toMatch(/: \S/);
    expect(words).not.toContain("canary");
  });

  it("is told of the first of several addresses that were tried", () => {
    const refused = error("ECONNREFUSED", "connect ECONNREFUSED ::1:5432");
    const tried = Object.assign(new AggregateError([refused]), { code: "ECONNREFUSED" });
    expect(postgresTrouble(tried, "postgres://localhost/state")).toMatch(
      /^nothing listens at localhost:5432 \(ECONNREFUSED\): /,
    );
  });

  it("is what was said, where that is nothing known", () => {
    expect(postgresTrouble(error("XX000", "cache lookup failed"), URL)).toBe("cache lookup failed");
    expect(postgresTrouble("odd", URL)).toBe("odd");
  });
});
