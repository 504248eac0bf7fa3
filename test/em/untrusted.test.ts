/** Each certificate that is not trusted: what is said of it, and that the cure told cures it. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { generate } from "selfsigned";
import { parse } from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import type { EmOptions } from "../../src/em/connect.ts";
import { transportError } from "../../src/em/no-answer.ts";
import { DEMANDED, UntrustedError } from "../../src/em/tls.ts";
import { distrusted } from "../../src/em/untrusted.ts";
import { certificateFingerprints } from "../../src/settings/setting-forms.ts";
import { emAt, failureOf, type ServerTls, said, scriptedEm } from "./scripted-em.ts";

interface Made extends ServerTls {
  readonly fingerprint: string;
}

interface Making {
  readonly by?: Made;
  readonly ip?: string;
  readonly dns?: string;
  readonly isAuthority?: boolean;
  readonly dates?: { notBeforeDate: Date; notAfterDate: Date };
  readonly rsaBits?: number;
}

async function made(name: string, making: Making = {}): Promise<Made> {
  const { by, ip = "127.0.0.1", dns, isAuthority = false, dates = {}, rsaBits } = making;
  const key = rsaBits ? { keySize: rsaBits } : { keyType: "ec" as const };
  const altNames = dns ? [{ type: 2 as const, value: dns }] : [{ type: 7 as const, ip }];
  const { private: own, cert } = await generate([{ name: "commonName", value: name }], {
    ...{ ...key, ...dates, algorithm: "sha256" },
    extensions: [
      { name: "basicConstraints", cA: isAuthority },
      { name: "subjectAltName", altNames },
    ],
    ...(by ? { ca: by } : {}),
  });
  return { key: own, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}

/** Whether EM can be asked so; else what is said. */
async function asked(url: string, options: Partial<EmOptions> = {}): Promise<string> {
  const plans = emAt(url, { limits: { retries: 0 }, ...options }).plans("cloud");
  return plans.then(
    () => "trusted",
    async () => (await failureOf(plans)).message,
  );
}

const script = { "GET /api/cloud": () => said("CloudFailoverPlans", {}) };
const serving = async (tls: ServerTls) => (await scriptedEm(script, tls)).url;

describe("a certificate that is not trusted", () => {
  let root: Made;
  let middle: Made;
  let leaf: Made;

  beforeAll(async () => {
    root = await made("Root of ABC", { isAuthority: true });
    middle = await made("Middle of ABC", { isAuthority: true, by: root });
    leaf = await made("em.example", { by: middle });
  });

  it("because it has expired: is renewed, or pinned in place of the authority", async () => {
    const dates = { notBeforeDate: new Date(2020, 0), notAfterDate: new Date(2021, 0) };
    const old = await made("em.example", { by: root, dates });
    const url = await serving(old);
    const says = await asked(url, { ca: root.cert });
    expect(says).toMatch(/it has expired, .*\(its own ends .* 202[01] GMT\); renew it on the EM/);
    expect(says).toContain("set EM_FINGERPRINT to it in place of EM_CA_FILE");
    expect(await asked(url, { fingerprints: [old.fingerprint] })).toBe("trusted");
    const renewed = await serving(await made("em.example", { by: root }));
    expect(await asked(renewed, { ca: root.cert })).toBe("trusted");
  });

  it("because it is not valid yet: the clocks are set, or it is pinned", async () => {
    const dates = { notBeforeDate: new Date(2090, 0), notAfterDate: new Date(2091, 0) };
    const early = await made("em.example", { by: root, dates });
    const url = await serving(early);
    const says = await asked(url, { ca: root.cert });
    expect(says).toMatch(/it is not valid yet.*begins .* 20(?:89|90) GMT.*set their clocks/);
    expect(says).toContain("EM_FINGERPRINT to it in place of EM_CA_FILE");
    expect(await asked(url, { fingerprints: [early.fingerprint] })).toBe("trusted");
  });

  it("because of its name: EM_URL is written with that name, or it is pinned", async () => {
    const named = await made("em.example", { by: root, dns: "localhost" });
    const url = await serving(named);
    const says = await asked(url, { ca: root.cert });
    expect(says).toContain("another name than the one in EM_URL; write in EM_URL what it was");
    expect(says).toContain("issued for: localhost.");
    const right = url.replace("127.0.0.1", "localhost");
    expect(await asked(right, { ca: root.cert })).toBe("trusted");
    expect(says).toContain("EM_FINGERPRINT to it in place of EM_CA_FILE");
    expect(await asked(url, { fingerprints: [named.fingerprint] })).toBe("trusted");
  });

  it("because it is self-signed: it is pinned, or stands in EM_CA_FILE itself", async () => {
    const own = await made("em.example");
    const url = await serving(own);
    const says = await asked(url);
    expect(says).toContain("it is self-signed");
    expect(says).toContain(
      "set EM_FINGERPRINT to it, or EM_CA_FILE to a file with this certificate",
    );
    expect(await asked(url, { ca: own.cert })).toBe("trusted");
    expect(await asked(url, { ca: root.cert })).toContain("add this certificate to the file of");
    expect(await asked(url, { ca: `${root.cert}\n${own.cert}` })).toBe("trusted");
  });

  it("because EM does not show the one between: that one is added, or stands alone", async () => {
    const url = await serving(leaf);
    const says = await asked(url, { ca: root.cert });
    expect(says).toContain("nothing here knows who issued it, not EM_CA_FILE either");
    expect(says).toContain(
      'or add the certificate of its issuer, "Middle of ABC" to the file of EM_CA_FILE',
    );
    expect(await asked(url, { ca: `${root.cert}\n${middle.cert}` })).toBe("trusted");
    expect(await asked(url)).toContain(
      'EM_CA_FILE to a file with the certificate of its issuer, "Middle of ABC"',
    );
    expect(await asked(url, { ca: middle.cert })).toBe("trusted");
  });

  it("because nobody knows the authority that EM shows with it: any of them is enough", async () => {
    const url = await serving({
      ...leaf,
      cert: [leaf, middle, root].map((one) => one.cert).join("\n"),
    });
    expect(await asked(url)).toContain("nothing here knows who issued it. Its SHA-256");
    for (const { cert: ca } of [root, middle, leaf])
      expect(await asked(url, { ca })).toBe("trusted");
  });

  it("because its key is too short: it gets a longer one, or is pinned", async () => {
    const weak = await made("em.example", { rsaBits: 1024 });
    const url = await serving({ ...weak, ciphers: "DEFAULT@SECLEVEL=0" });
    const says = await asked(url, { ca: weak.cert });
    expect(says).toContain("its RSA key has 1024 bits, and fewer than 2048 are too weak");
    expect(says).toContain("give EM a certificate with a longer key");
    expect(says).toContain("EM_FINGERPRINT to it in place of EM_CA_FILE");
    expect(await asked(url, { fingerprints: [weak.fingerprint] })).toBe("trusted");
    expect(await asked(await serving(leaf), { ca: middle.cert })).toBe("trusted");
  });

  it("because it is none of those pinned: it is added to them", async () => {
    const [today, next] = [leaf, await made("em.example")];
    const urls = await Promise.all([serving(today), serving(next)]);
    const only = { fingerprints: [today.fingerprint] };
    expect(await Promise.all(urls.map((url) => asked(url, only)))).toEqual([
      "trusted",
      expect.stringMatching(
        /it is none of those that EM_FINGERPRINT names\. .*add it to EM_FINGERPRINT, which takes several/,
      ),
    ]);
    for (const between of [",", " ", ", ", "\n", ";"]) {
      const both = `${today.fingerprint}${between}${next.fingerprint}`;
      const fingerprints = parse(certificateFingerprints, both);
      expect(await Promise.all(urls.map((url) => asked(url, { fingerprints })))).toEqual([
        "trusted",
        "trusted",
      ]);
    }
  });

  it("is shown with names on one line, as nobody vouches for them", () => {
    const shown = { fingerprint: "AB", issuer: "A\n\tB", names: [], validFrom: "", validTo: "" };
    const { advice } = distrusted(new UntrustedError("SELF_SIGNED_CERT_IN_CHAIN", shown, false));
    expect(advice).toContain('of its issuer, "A B"');
  });
});

describe("a server that demands a certificate of its client", () => {
  it.each([
    [400, "<center>No required SSL certificate was sent</center>"],
    [403, "<h3>HTTP Error 403.7 - Forbidden: SSL client certificate is required.</h3>"],
    [403, "<h2>403 - Forbidden: Access is denied.</h2> Client certificate required"],
  ])("by a page of %i, as nginx and IIS have, is told as such", async (status, body) => {
    const page = () => ({ status, headers: { "Content-Type": "text/html" }, body });
    const server = await scriptedEm({ "POST /api/sessionMngr/": page });
    expect(await asked(server.url)).toMatch(
      /demands a certificate of its client, and the bot has none; have whatever answers at EM_URL demand none/,
    );
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "by %s is told as such; without, EM can be asked",
    async (maxVersion) => {
      const own = await made("em.example");
      const demands = { requestCert: true, rejectUnauthorized: true, ca: own.cert };
      const url = await serving({ ...own, ...demands, maxVersion });
      expect(await asked(url, { ca: own.cert })).toMatch(
        /Cannot reach .*: it demands a certificate of its client, and the bot has none; have whatever answers at EM_URL demand none/,
      );
      expect(await asked(await serving({ ...own, maxVersion }), { ca: own.cert })).toBe("trusted");
    },
  );
});

it("the page says the same of each, in the words of the answer", () => {
  const page = readFileSync(new URL("../../src/em/README.md", import.meta.url), "utf8");
  const phrases = [...page.matchAll(/^\| ([^|`]+?) \|/gm)].map(([, phrase = ""]) => phrase);
  const shown = { fingerprint: "AB", issuer: "A", names: ["b"], validFrom: "", validTo: "" };
  const told = [
    "pin",
    "weak-key",
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  ].map((reason) => distrusted(new UntrustedError(reason, shown, true)).why);
  const where = { origin: "https://em.example:9398", secure: true };
  const demanded = transportError(Object.assign(new Error(), { code: DEMANDED }), where, false);
  const all = [...told, demanded.message].join("\n");
  expect(phrases.slice(2)).toHaveLength(8);
  expect(phrases.slice(2).filter((phrase) => !all.includes(phrase))).toEqual([]);
});
