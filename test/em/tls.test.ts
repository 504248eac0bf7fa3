import { X509Certificate } from "node:crypto";
import { createServer } from "node:tls";
import { generate } from "selfsigned";
import { beforeAll, describe, expect, it } from "vitest";
import { emAt, failureOf, listening, said, scriptedEm } from "./scripted-em.ts";

interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly fingerprint: string;
}

async function certificate(
  more: { notAfterDate?: Date; notBeforeDate?: Date; ip?: string } = {},
): Promise<Certificate> {
  const { ip = "127.0.0.1", ...dates } = more;
  const made = await generate([{ name: "commonName", value: "Veeam Backup Enterprise Manager" }], {
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip }] },
    ],
    ...dates,
  });
  return {
    key: made.private,
    cert: made.cert,
    fingerprint: new X509Certificate(made.cert).fingerprint256,
  };
}

const script = { "GET /api/cloud": () => said("CloudFailoverPlans", {}) };

describe("EM's certificate", () => {
  let own: Certificate;
  let other: Certificate;
  let expired: Certificate;
  let elsewhere: Certificate;

  beforeAll(async () => {
    const past = { notBeforeDate: new Date(2020, 0), notAfterDate: new Date(2021, 0) };
    [own, other, expired, elsewhere] = await Promise.all([
      certificate(),
      certificate(),
      certificate(past),
      certificate({ ip: "192.0.2.1" }),
    ]);
  });

  it("that is self-signed is not trusted; the failure shows its fingerprint and names the settings that cure it", async () => {
    const server = await scriptedEm(script, own);
    const error = await failureOf(emAt(server.url).plans("cloud"));
    expect(error.failure).toBe("certificate");
    expect(error.fingerprint).toBe(own.fingerprint);
    expect(error.message).toContain(own.fingerprint);
    expect(error.message).toMatch(/EM_FINGERPRINT.*EM_CA_FILE/);
    expect(error.perhapsDone).toBe(false);
    expect(server.asked).toEqual([]);
  });

  it("is trusted by its fingerprint alone, however that is written", async () => {
    const server = await scriptedEm(script, own);
    for (const fingerprint of [
      own.fingerprint,
      own.fingerprint.replaceAll(":", "").toLowerCase(),
    ]) {
      expect(await emAt(server.url, { fingerprints: [fingerprint] }).plans("cloud")).toEqual([]);
    }
  });

  it("is trusted by its fingerprint even if it has expired or bears another name: it is that very certificate", async () => {
    for (const odd of [expired, elsewhere]) {
      const server = await scriptedEm(script, odd);
      expect(await emAt(server.url, { fingerprints: [odd.fingerprint] }).plans("cloud")).toEqual(
        [],
      );
    }
  });

  it("with another fingerprint than the one set is not trusted, and nothing is sent", async () => {
    const server = await scriptedEm(script, own);
    const error = await failureOf(
      emAt(server.url, { fingerprints: [other.fingerprint], ca: own.cert }).plans("cloud"),
    );
    expect(error.failure).toBe("certificate");
    expect(error.message).toContain("EM_FINGERPRINT");
    expect(server.asked).toEqual([]);
  });

  it("is trusted by its CA", async () => {
    const server = await scriptedEm(script, own);
    expect(await emAt(server.url, { ca: own.cert }).plans("cloud")).toEqual([]);
  });

  it.each([
    ["of another CA", () => other, "self-signed"],
    ["for another name", () => elsewhere, "another name"],
    ["that has expired", () => expired, "expired"],
  ])("%s is not trusted by a CA, and nothing is sent", async (_which, shown, reason) => {
    const server = await scriptedEm(script, shown());
    const ca = reason === "self-signed" ? own.cert : shown().cert;
    const error = await failureOf(emAt(server.url, { ca }).plans("cloud"));
    expect(error.failure).toBe("certificate");
    expect(error.message).toContain(reason);
    expect(server.asked).toEqual([]);
  });

  it("is checked on every connection: when it changes, the next one is refused", async () => {
    const server = createServer(own, (socket) => {
      socket.on("error", () => {});
      socket.once("data", () =>
        socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
      );
    });
    const em = emAt(await listening(server, "https"), { fingerprints: [own.fingerprint] });
    expect((await failureOf(em.plans("cloud"))).failure).toBe("not-found");
    server.setSecureContext(other);
    expect((await failureOf(em.plans("cloud"))).failure).toBe("certificate");
  });

  it("must be pinned by a SHA-256 fingerprint", async () => {
    for (const fingerprint of ["", "AB:CD", "AB".repeat(20), "sha256/abc"]) {
      expect(() => emAt("https://em.example:9398", { fingerprints: [fingerprint] })).toThrow(
        "EM_FINGERPRINT must be a SHA-256 fingerprint",
      );
    }
  });
});
