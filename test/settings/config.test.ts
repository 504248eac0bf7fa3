import fc from "fast-check";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../src/settings/config.ts";
import { flags } from "../../src/settings/flags.ts";
import { helpText } from "../../src/settings/help.ts";
import type { Environment } from "../../src/settings/settings.ts";
import { settingNames, settingRows } from "../../src/settings/settings.ts";
import { botName } from "../../src/version.ts";

const sandbox = { scenarios: ["all-well", "vm-fails"], dialects: ["9.5", "13"] } as const;
const canary = "canary-Passw0rd!";
const real: Environment = {
  EM_URL: "https://em.example.com",
  EM_USERNAME: "CORP\\bot",
  EM_PASSWORD: canary,
};
const pair = "AB";
const fingerprint = Array(32).fill(pair).join(":");

const files = new Map<string, string>([
  ["/run/user", "CORP\\bot\n"],
  ["/run/password", `${canary}\r\n`],
  ["/run/padded", `${canary} \n\n`],
  ["/run/policy", "version: 1\nrules: []\n"],
  ["/run/ca.pem", (await generate([{ name: "commonName", value: "test" }])).cert],
]);

function readFile(path: string): string {
  const text = files.get(path);
  if (text === undefined)
    throw Object.assign(new Error(`no such file ${path}`), { code: "ENOENT" });
  return text;
}

const read = (env: Environment = {}, ...argv: string[]) => readConfig(env, argv, readFile, sandbox);

function faultsOf(env: Environment, ...argv: string[]): string[] {
  try {
    read(env, ...argv);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

describe("settings: nothing set", () => {
  it("is the sandbox with the defaults", () => {
    expect(read()).toEqual({
      em: { kind: "sandbox", scenario: "all-well", speed: 1, dialect: "13", format: "xml" },
      pollMs: 5000,
      collects: true,
      timeZone: "UTC",
      stallMs: 600_000,
      evidenceWaitMs: 1_200_000,
      confirmMs: 300_000,
      statePath: "data/failover-bot.db",
      watchLimitMs: 604_800_000,
      announceIn: [],
      onCall: [],
      digest: { at: "0 8 * * *", untestedDays: 90 },
      reportDays: 400,
      json: false,
      colour: true,
      dumb: false,
      secrets: [],
      warnings: [],
      help: false,
      version: false,
      exportAudit: false,
    });
  });

  it("is also what empty variables mean", () => {
    expect(read({ EM_URL: "", EM_PASSWORD: "", EM_POLL_MS: "", NO_COLOR: "" })).toEqual(read());
  });

  it("takes what the sandbox shall play from the command line", () => {
    const { em } = read(
      { EM_FORMAT: "json" },
      "--scenario",
      "vm-fails",
      "--speed=20",
      "--dialect",
      "9.5",
    );
    expect(em).toEqual({
      kind: "sandbox",
      scenario: "vm-fails",
      speed: 20,
      dialect: "9.5",
      format: "json",
    });
  });
});

describe("settings: a real Enterprise Manager", () => {
  it("is connected to where address, user and password are set", () => {
    const url = "https://em.example.com:9398";
    expect(read(real).em).toEqual({
      kind: "real",
      url,
      username: "CORP\\bot",
      password: canary,
      format: "xml",
    });
  });

  it.each([
    ["https://em.example.com", "https://em.example.com:9398"],
    ["http://em.example.com/", "http://em.example.com:9399"],
    ["https://em.example.com:443", "https://em.example.com"],
    ["https://em.example.com:9000/api", "https://em.example.com:9000"],
    ["HTTPS://EM.example.com/API/", "https://em.example.com:9398"],
    [" https://[fd00::1] ", "https://[fd00::1]:9398"],
    ["https://[fd00::1]:9000", "https://[fd00::1]:9000"],
  ])("is found at %s as %s", (EM_URL, url) => {
    expect(read({ ...real, EM_URL }).em).toMatchObject({ url });
  });

  it.each([
    ["em.example.com:9398", "must be an address like https://em.example.com:9398: it is"],
    ["ftp://em.example.com", "must be an address like"],
    ["https://", "must be an address like"],
    ["https://em.example.com:9419", "must lead to Enterprise Manager; port 9419 is another API"],
    ["https://em.example.com/login", "must end after the port, or with /api"],
    ["https://em.example.com/?a=b", "must end after the port, or with /api"],
  ])("is not found at %s", (EM_URL, wants) => {
    expect(faultsOf({ ...real, EM_URL })).toEqual([expect.stringContaining(`EM_URL ${wants}`)]);
  });

  it("is not told a password in its address, and does not repeat one", () => {
    const [fault] = faultsOf({ ...real, EM_URL: `https://bot:${canary}@em.example.com` });
    expect(fault).toContain("EM_URL must not hold a user name or password");
    expect(fault).not.toContain("canary");
  });

  it("takes user and password from files, without the final line break alone", () => {
    const fromFiles = {
      EM_URL: "https://em",
      EM_USERNAME_FILE: "/run/user",
      EM_PASSWORD_FILE: "/run/password",
    };
    expect(read(fromFiles).em).toMatchObject({ username: "CORP\\bot", password: canary });
  });

  it("keeps blanks in a password", () => {
    expect(read({ ...real, EM_PASSWORD: ` ${canary} ` }).em).toMatchObject({
      password: ` ${canary} `,
    });
  });

  it("refuses a password both in a variable and in a file, and a file that is not there", () => {
    expect(faultsOf({ ...real, EM_PASSWORD_FILE: "/run/password" })).toEqual([
      "EM_PASSWORD must not be set beside EM_PASSWORD_FILE: it is set as well",
    ]);
    expect(faultsOf({ ...real, EM_PASSWORD: "", EM_PASSWORD_FILE: "/run/none" })).toEqual([
      'EM_PASSWORD_FILE must name a file that can be read: it is "/run/none" (ENOENT)',
    ]);
  });

  it("refuses a file with nothing in it: a secret that nobody has put there", () => {
    const readEmpty = () => "\n";
    const env = { ...real, EM_PASSWORD: "", EM_PASSWORD_FILE: "/run/password" };
    expect(() => readConfig(env, [], readEmpty, sandbox)).toThrow(
      'EM_PASSWORD_FILE must name a file that is not empty: it is "/run/password"',
    );
  });

  it("never shows a secret that is wrong, only how long it is", () => {
    const [fault] = faultsOf({ ...real, EM_PASSWORD: "", EM_PASSWORD_FILE: "/run/padded" });
    const wants = "EM_PASSWORD_FILE must be one line without control characters";
    expect(fault).toBe(
      `${wants}: it is something of ${canary.length + 2} characters in "/run/padded", with a blank at its end`,
    );
  });

  it("is checked by a certificate authority's file or by a fingerprint", () => {
    expect(read({ ...real, EM_CA_FILE: "/run/ca.pem" }).em).toMatchObject({
      ca: files.get("/run/ca.pem")?.trimEnd(),
    });
    for (const text of [
      fingerprint,
      fingerprint.toLowerCase(),
      fingerprint.replaceAll(":", ""),
      `SHA256:${fingerprint}`,
    ])
      expect(read({ ...real, EM_FINGERPRINT: text }).em).toMatchObject({
        fingerprints: [fingerprint],
      });
  });

  it("takes a file of several certificates, also where one line holds an end and a beginning", () => {
    const one = files.get("/run/ca.pem")?.trim() ?? "";
    files.set("/run/glued.pem", `${one}${one}\n`);
    files.set("/run/half.pem", `${one}\n${one.slice(0, 200)}\n${one.slice(300)}\n`);
    const bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    files.set("/run/bad.pem", `${one}\n${bad}\n`);
    expect(read({ ...real, EM_CA_FILE: "/run/glued.pem" }).em).toMatchObject({
      ca: `${one}\n${one}`,
    });
    for (const file of ["/run/half.pem", "/run/bad.pem"])
      expect(faultsOf({ ...real, EM_CA_FILE: file })).toEqual([
        expect.stringMatching(/^EM_CA_FILE must name a file .*; of 2 in it, 1 can be read/),
      ]);
  });

  it("takes fingerprints as openssl, certutil and browsers print them, one or several", () => {
    const other = fingerprint.replaceAll(pair, "CD");
    const talk = "depth=0 CN = em\nverify error:num=18:self-signed certificate\nDONE\n";
    for (const [text, ...fingerprints] of [
      [`sha256 Fingerprint=${fingerprint}`, fingerprint],
      [`SHA256 Fingerprint=${fingerprint}\n`, fingerprint],
      [`${talk}verify return:1\nsha256 Fingerprint=${fingerprint}`, fingerprint],
      [`SHA-256 Fingerprint: ${fingerprint.replaceAll(":", " ")}`, fingerprint],
      [`Cert Hash(sha256): ${fingerprint.replaceAll(":", " ").toLowerCase()}`, fingerprint],
      [`${fingerprint} ${other}`, fingerprint, other],
      [`${fingerprint},sha256 Fingerprint=${other},`, fingerprint, other],
      [`sha256 Fingerprint=${fingerprint}\nsha256 Fingerprint=${other}`, fingerprint, other],
      [`${fingerprint} ${fingerprint}`, fingerprint],
    ])
      expect(read({ ...real, EM_FINGERPRINT: text }).em).toMatchObject({ fingerprints });
  });

  it("refuses what is another fingerprint, or has more around it than belongs there", () => {
    for (const text of [
      `${fingerprint},AB:CD`,
      `${fingerprint.slice(3)},${fingerprint}:AB`,
      `the new one is ${fingerprint}`,
      "sha256//AAAA",
      ",",
    ])
      expect(faultsOf({ ...real, EM_FINGERPRINT: text })).toEqual([
        expect.stringMatching(/^EM_FINGERPRINT must be a SHA-256 fingerprint, .*or several/),
      ]);
    const sha1 = Array(20).fill(pair).join(":");
    for (const text of [sha1, `SHA1 Fingerprint=${sha1}`])
      expect(faultsOf({ ...real, EM_FINGERPRINT: text })).toEqual([
        expect.stringContaining("; this is one of SHA-1: openssl wants -sha256"),
      ]);
  });

  it("refuses both at once, a file without a certificate, and half a fingerprint", () => {
    expect(faultsOf({ ...real, EM_CA_FILE: "/run/ca.pem", EM_FINGERPRINT: fingerprint })).toEqual([
      "EM_FINGERPRINT must not be set beside EM_CA_FILE, as one of them says what is trusted: it is set as well",
    ]);
    expect(faultsOf({ ...real, EM_CA_FILE: "/run/password" })).toEqual([
      expect.stringMatching(/^EM_CA_FILE must name a file with certificates.*\/run\/password/),
    ]);
    expect(faultsOf({ ...real, EM_FINGERPRINT: "AB:CD" })).toEqual([
      expect.stringContaining(
        "EM_FINGERPRINT must be a SHA-256 fingerprint, 64 hexadecimal digits",
      ),
    ]);
  });

  it("is not half set", () => {
    expect(faultsOf({ EM_URL: "https://em" })).toEqual([
      "EM_USERNAME or EM_USERNAME_FILE must be set, as EM_URL is: it is not set",
      "EM_PASSWORD or EM_PASSWORD_FILE must be set, as EM_URL is: it is not set",
    ]);
    expect(faultsOf({ EM_PASSWORD: canary, EM_USERNAME: "bot" })).toEqual([
      "EM_URL must be set, as EM_USERNAME is: it is not set",
    ]);
  });

  it("does not play scenarios", () => {
    expect(faultsOf(real, "--scenario", "vm-fails")).toEqual([
      expect.stringContaining(
        "--scenario must not be given beside EM_URL, as it is for the sandbox",
      ),
    ]);
  });

  it("is warned about where its address is not encrypted", () => {
    const { warnings } = read({ ...real, EM_URL: "http://em", EM_FINGERPRINT: fingerprint });
    expect(warnings).toEqual([
      expect.stringContaining("EM_URL begins with http:"),
      expect.stringContaining("No certificate is checked"),
    ]);
    expect(read(real).warnings).toEqual([]);
  });

  it("has its password and its login kept out of the log", () => {
    expect(read(real).secrets).toEqual([canary, `CORP\\bot:${canary}`]);
  });
});

describe("settings: everything else", () => {
  it("is read from its variable", () => {
    const env = {
      EM_POLL_MS: "100",
      EM_COLLECT: "off",
      STALL_MS: "60000",
      EVIDENCE_WAIT_MS: "0",
      CONFIRM_MS: "120000",
      TIME_ZONE: "europe/berlin",
      STATE_URL: "sqlite:///var/lib/bot.db",
      LOG_LEVEL: "debug",
      NO_COLOR: "1",
      TERM: "dumb",
    };
    expect(read(env, "--json")).toMatchObject({
      pollMs: 100,
      collects: false,
      stallMs: 60_000,
      evidenceWaitMs: 0,
      confirmMs: 120_000,
      timeZone: "Europe/Berlin",
      statePath: "/var/lib/bot.db",
      logLevel: "debug",
      colour: false,
      dumb: true,
      json: true,
    });
  });

  it.each([
    [
      "EM_POLL_MS",
      "99",
      'must be a whole number of milliseconds from 100 to 2147483647: it is "99"',
    ],
    [
      "EM_POLL_MS",
      "5s",
      'must be a whole number of milliseconds from 100 to 2147483647, 5000 for 5s: it is "5s"',
    ],
    [
      "STALL_MS",
      "1e9",
      'must be a whole number of milliseconds from 1000 to 2147483647: it is "1e9"',
    ],
    [
      "CONFIRM_MS",
      "9999999999",
      'must be a whole number of milliseconds from 1000 to 2147483647: it is "9999999999"',
    ],
    [
      "TIME_ZONE",
      "Europe/Berln",
      "must be the name of a time zone like UTC or Europe/Berlin, did you mean Europe/Berlin?: it is",
    ],
    ["EM_COLLECT", "no", 'must be on or off: it is "no"'],
    ["EM_FORMAT", "yaml", 'must be xml or json: it is "yaml"'],
    ["LOG_LEVEL", "loud", "must be one of fatal, error, warn, info, debug, trace, silent: it is"],
    ["STATE_URL", "redis://localhost", "must begin with sqlite: or postgres:"],
    ["STATE_URL", "postgres:///failover", "must name a host and a database"],
    ["STATE_URL", "postgres://db.example.com", "must name a host and a database"],
    ["STATE_URL", "postgres://db:port/bot", "must name a host and a database"],
    ["STATE_URL", "postgres://a,,b/bot", "must name a host at each side of a comma"],
    ["STATE_URL", "postgres://a:5432,/bot", "must name a host at each side of a comma"],
    ["STATE_URL", "postgres://a:5432,b:70000/bot", "must name a host at each side of a comma"],
    ["STATE_URL", "postgres://a,b", "must name a host at each side of a comma"],
    ["STATE_URL", "postgres://a,a:5432/bot", "must name each host once"],
    ["STATE_URL", "postgres://a/bot?host=b,c", "must name its hosts before the database"],
    [
      "STATE_URL",
      "postgres://a,b/bot?target_session_attrs=standby",
      "must have no target_session_attrs but read-write or primary, as the bot writes",
    ],
    ["STATE_URL", "sqlite:", "must name a file after sqlite:"],
    ["STATE_URL", "sqlite:data/", "must name a file after sqlite:"],
    ["STATE_URL", "sqlite:///", "must name a file after sqlite:"],
    ["STATE_URL", "sqlite:data/..", "must name a file after sqlite:"],
    ["STATE_URL", "sqlite://host/x.db", "must name a file of this machine, without a host"],
    ["STATE_URL", "sqlite::memory:", "must name a file that stays"],
    ["STATE_URL", "sqlite:file:x.db?mode=memory", "must name a file that stays"],
    ["HTTPS_PROXY", "socks5://proxy:1080", "must be the address of an HTTP proxy"],
    ["HTTP_PROXY", "http://proxy:3128/path", "must be the address of an HTTP proxy"],
    ["EM_PROXY", "http://", "must be the address of an HTTP proxy"],
  ])("refuses %s as %s", (name, text, wants) => {
    expect(faultsOf({ [name]: text })).toEqual([expect.stringContaining(`${name} ${wants}`)]);
  });

  it("takes the address of a Postgres, its password from its own setting, and shows neither", () => {
    const STATE_URL = "postgres://bot@db:5433/state?sslmode=verify-full";
    const { postgres, secrets } = read({ STATE_URL, STATE_PASSWORD: `${canary}/@` });
    expect(postgres?.name).toBe("postgres://db:5433/state");
    expect(new URL(postgres?.url ?? "").password).toBe(encodeURIComponent(`${canary}/@`));
    expect(secrets).toContain(`${canary}/@`);
    const within = read({ STATE_URL: `postgres://bot:${canary}@db/bot` });
    expect(within.secrets).toContain(canary);
    expect(within.postgres?.name).toBe("postgres://db/bot");
  });

  it("takes an address of several hosts, with one password for all", () => {
    const STATE_URL = "postgres://bot@a:5433,b.example.com,[::1]:5432/state";
    const asked = "?target_session_attrs=read-write";
    const { postgres, secrets } = read({ STATE_URL: STATE_URL + asked, STATE_PASSWORD: canary });
    expect(postgres?.name).toBe(STATE_URL.replace("bot@", ""));
    expect(postgres?.url).toBe(STATE_URL.replace("bot@", `bot:${canary}@`) + asked);
    expect(secrets).toContain(canary);
    expect(read({ STATE_URL: `postgres://bot:${canary}@a,b/bot` }).secrets).toContain(canary);
  });

  it("refuses a second password, and one of a file", () => {
    expect(faultsOf({ STATE_PASSWORD: canary })).toEqual([
      "STATE_PASSWORD must not be set where STATE_URL is a file: it is set as well",
    ]);
    expect(faultsOf({ STATE_URL: `postgres://bot:${canary}@db/bot`, STATE_PASSWORD: "x" })).toEqual(
      ["STATE_PASSWORD must not be set beside a password in STATE_URL: it is set as well"],
    );
  });

  it("gives the password to whichever Postgres the state is moved from or to", () => {
    const argv = ["--move-state", "sqlite:a.db", "postgres://bot@db/bot"];
    const move = (more: Record<string, string>) =>
      read({ EM_URL: "nothing", ...more }, ...argv).move;
    expect(move({})?.from).toEqual({ statePath: "a.db" });
    expect(move({ STATE_PASSWORD: canary })?.to.postgres?.url).toContain(`bot:${canary}@db`);
    expect(faultsOf({ STATE_PASSWORD: canary }, "--move-state", "sqlite:a", "sqlite:b")).toEqual([
      "STATE_PASSWORD must not be set where STATE_URL is a file: it is set as well",
    ]);
  });

  it("does not repeat the password of another store's address", () => {
    expect(faultsOf({ STATE_URL: `mysql://bot:${canary}@db/bot` })[0]).not.toContain("canary");
  });

  it("tells of all faults at once", () => {
    const faults = faultsOf(
      { STALL_MS: "x", EM_POLL_MS: "1", TIME_ZONE: "Mars" },
      "--sped",
      "20",
      "--speed",
      "0",
    );
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual([
      "EM_POLL_MS",
      "TIME_ZONE",
      "STALL_MS",
      "--sped",
      "--speed",
    ]);
  });

  it("warns of what is named on a platform that is not served", () => {
    const named = { ANNOUNCE_IN: "slack:C0123ABCD", ON_CALL: "slack:U1,discord:2" };
    const discord = { DISCORD_TOKEN: "discord.token.1", DISCORD_CHANNELS: "123456789012345678" };
    const warned = read({ ...named, ...discord }).warnings.filter((one) => / names /.test(one));
    expect(warned).toEqual([
      "ANNOUNCE_IN names slack:C0123ABCD, which is left out, as SLACK_BOT_TOKEN is not set",
      "ON_CALL names slack:U1, which is left out, as SLACK_BOT_TOKEN is not set",
    ]);
    expect(read(named).warnings).toEqual([]);
  });

  it("says of a token whose it is, and shows none of it", () => {
    const swapped = { SLACK_BOT_TOKEN: "xapp-1-canary", SLACK_APP_TOKEN: "xoxb-1-canary" };
    expect(faultsOf({ ...swapped, DISCORD_TOKEN: "Bot discord.token.1" })).toEqual([
      "SLACK_BOT_TOKEN must be a token that begins with xoxb-; one with xapp- is for SLACK_APP_TOKEN: it is something of 13 characters",
      "SLACK_APP_TOKEN must be a token that begins with xapp-; one with xoxb- is for SLACK_BOT_TOKEN: it is something of 13 characters",
      "DISCORD_TOKEN must be the bot's token from the application's page; without Bot before it: it is something of 19 characters",
    ]);
  });

  it("says which zone is that of a city", () => {
    expect(faultsOf({ TIME_ZONE: "Berlin" })).toEqual([
      expect.stringContaining("did you mean Europe/Berlin?"),
    ]);
  });

  it("warns of a room that has no other place to speak", () => {
    const chat = {
      SLACK_BOT_TOKEN: "xoxb-1",
      SLACK_APP_TOKEN: "xapp-1",
      SLACK_CHANNELS: "C0WAR,C0OPS",
    };
    const lonely = (announceIn: string) =>
      read({ ...chat, ANNOUNCE_IN: announceIn })
        .warnings.filter((one) => one.includes("has no other place"))
        .map((one) => /slack:\w+/.exec(one)?.[0]);
    expect(lonely("")).toEqual(["slack:C0WAR", "slack:C0OPS"]);
    expect(lonely("slack:C0OPS")).toEqual(["slack:C0OPS"]);
    expect(lonely("slack:C0OPS,slack:C0ALERTS")).toEqual([]);
    expect(lonely("discord:123456789012345678")).toEqual(["slack:C0WAR", "slack:C0OPS"]);
  });

  it("warns of tokens without channels, where nobody could be heard without them", () => {
    const tokens = {
      SLACK_BOT_TOKEN: "xoxb-1",
      SLACK_APP_TOKEN: "xapp-1",
      DISCORD_TOKEN: "discord.token.1",
    };
    const forgotten = (env: Environment) =>
      read({ ...tokens, ...env }).warnings.flatMap(
        (one) => /^\w+_CHANNELS(?= is not)/.exec(one) ?? [],
      );
    expect(forgotten({})).toEqual(["SLACK_CHANNELS", "DISCORD_CHANNELS"]);
    expect(forgotten({ SLACK_CHANNELS: "C0WAR" })).toEqual(["DISCORD_CHANNELS"]);
    expect(forgotten({ DISCORD_CHANNELS: "123456789012345678" })).toEqual(["SLACK_CHANNELS"]);
    expect(forgotten({ POLICY_FILE: "/run/policy" })).toEqual(["DISCORD_CHANNELS"]);
  });

  it("says of a value that is refused what stands around it unseen", () => {
    expect(faultsOf({ ...real, EM_URL: '"https://em"' })).toEqual([
      'EM_URL must be an address like https://em.example.com:9398: it is ""https://em"", with quotes at both ends',
    ]);
    const slack = { SLACK_BOT_TOKEN: " 'xoxb-1'", SLACK_APP_TOKEN: "xapp-1\u00a0" };
    expect(faultsOf(slack)).toEqual([
      "SLACK_BOT_TOKEN must be a token that begins with xoxb-: it is something of 9 characters, with quotes at both ends and a blank at its beginning",
      "SLACK_APP_TOKEN must be a token that begins with xapp-: it is something of 7 characters, with a blank at its end",
    ]);
    expect(faultsOf({ POLICY_FILE: "“/run/policy" })).toEqual([
      'POLICY_FILE must name a file that can be read: it is "“/run/policy" (ENOENT), with a quote at its beginning',
    ]);
  });

  it("warns of a value that is taken with a blank or with quotes around it", () => {
    const stands = (env: Environment) =>
      read({ ...real, ...env }).warnings.map((one) => one.split(":")[0]);
    expect(stands({ EM_PASSWORD: `'${canary}'`, EM_USERNAME: '"bot"' })).toEqual([
      "EM_USERNAME is read as it stands, with quotes at both ends",
      "EM_PASSWORD is read as it stands, with quotes at both ends",
    ]);
    expect(stands({ EM_PASSWORD: ` ${canary}` })).toEqual([
      "EM_PASSWORD is read as it stands, with a blank at its beginning",
    ]);
    expect(stands({ EM_PASSWORD: `${canary}"`, EM_USERNAME: " bot " })).toEqual([]);
  });

  it("warns of a password that is so short that the log could give it away, without showing it", () => {
    const short = (env: Environment) => read({ ...real, ...env }).warnings;
    expect(short({ EM_PASSWORD: "8letters" })).toEqual([]);
    const all = short({ EM_PASSWORD: "7#geheim".slice(1), EM_PROXY: "http://bot:kurz@proxy" });
    expect(all).toEqual([
      expect.stringMatching(/^EM_PASSWORD has fewer than 8 characters/),
      expect.stringMatching(/^The password in EM_PROXY has fewer than 8 characters/),
    ]);
    expect(all.join()).not.toMatch(/geheim|kurz/);
  });

  it("warns of a variable that is close to a setting, and passes over others", () => {
    const { warnings } = read({
      EM_USER: "bot",
      EM_PASSWORD_FIL: "x",
      EM_ORBIT: "1",
      PATH: "/bin",
    });
    expect(warnings).toEqual([
      "EM_USER is not a setting and has no effect; EM_USERNAME is one",
      "EM_PASSWORD_FIL is not a setting and has no effect; EM_PASSWORD_FILE is one",
    ]);
  });

  it("is either read or refused with sentences that hold no password, whatever is set", () => {
    const text = fc.string({ unit: "binary", maxLength: 30 });
    const env = fc.dictionary(
      fc.constantFrom(...settingNames.filter((name) => name !== "EM_PASSWORD")),
      text,
    );
    fc.assert(
      fc.property(env, fc.array(text, { maxLength: 4 }), (given, argv) => {
        const faults = faultsOf({ ...given, EM_PASSWORD: canary }, ...argv);
        expect(faults.join("\n")).not.toContain(canary);
      }),
    );
  });
});

describe("the command line", () => {
  it.each([
    [
      ["--scenari", "vm-fails"],
      "--scenari must be one of --scenario, --speed, --dialect, --export-audit, --report, --backup, --move-state, --doctor, --wait, --json, --version, --help: it is not known, did you mean --scenario?",
    ],
    [["--scenario"], "--scenario must be followed by a value: it is followed by none"],
    [["--speed", "--json"], "--speed must be followed by a value: it is followed by none"],
    [["--json=yes"], '--json must stand alone: it is followed by "yes"'],
    [
      ["status"],
      '"status" must be a flag, like --help; what the bot shall do is typed once it runs, or piped into it: it is a bare word',
    ],
    [["-x"], "-x must be one of"],
    [
      ["--scenario", "vm-fail"],
      '--scenario must be one of all-well, vm-fails: it is "vm-fail", did you mean vm-fails?',
    ],
    [["--dialect", "14"], '--dialect must be one of 9.5, 13: it is "14"'],
    [["--wait", "30"], '--wait must be a time of up to 596 h, like 90s, 30m or 2h: it is "30"'],
    [["--wait", "0m"], '--wait must be a time of up to 596 h, like 90s, 30m or 2h: it is "0m"'],
    [["--wait"], "--wait must be followed by a value: it is followed by none"],
    [["--speed", "fast"], '--speed must be a number from 0.1 to 1000: it is "fast"'],
    [["--speed", "0"], '--speed must be a number from 0.1 to 1000: it is "0"'],
    [
      ["--move-state", "sqlite:a.db"],
      "--move-state must be followed by two addresses: it is followed by one alone",
    ],
    [["--move-state", "sqlite:a.db", "b.db"], "--move-state must begin with sqlite: or postgres:"],
    [["--move-state", "sqlite:a.db", "sqlite:b.db", "c"], '"c" must be a flag, like --help'],
  ])("refuses %j", (argv, fault) => {
    expect(faultsOf({}, ...argv)[0]).toContain(fault);
  });

  it("gives help even where the settings are at fault", () => {
    expect(read({ EM_URL: "nowhere" }, "--help")).toMatchObject({ help: true });
  });

  it.each([
    ["-h", { help: true, version: false }],
    ["-help", { help: true, version: false }],
    ["-v", { help: false, version: true }],
    ["--version", { help: false, version: true }],
  ])("takes %s, whatever the settings are", (flag, asked) => {
    expect(read({ EM_URL: "nowhere" }, flag)).toMatchObject(asked);
  });

  it("refuses a letter that is no flag", () => {
    expect(faultsOf({}, "-x")[0]).toMatch(/^-x must be one of .*--help: it is not known$/);
  });

  it("names every flag and setting in its help", () => {
    const help = helpText(sandbox, Number.POSITIVE_INFINITY);
    for (const flag of Object.keys(flags)) expect(help).toContain(`--${flag}`);
    for (const { name, summary } of settingRows)
      expect(help).toMatch(new RegExp(`${name} +${summary.slice(0, 10)}`));
    expect(help).toContain("-h, --help");
    expect(help.startsWith(`${botName}: `)).toBe(true);
    expect(help).toContain("(default 5000)");
    expect(help).toContain("all-well, vm-fails");
  });

  it.each([72, 80, 110, 200])("breaks no word of its help in a window of %i columns", (width) => {
    const help = helpText(sandbox, width);
    const words = (text: string) => text.split(/\s+/);
    expect(words(help)).toEqual(words(helpText(sandbox, Number.POSITIVE_INFINITY)));
    expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(width);
  });
});

describe("the routine and the health port", () => {
  it("are read: when the digest is due, or off, and where machines may ask", () => {
    expect(read({ DIGEST_AT: "30 7 * * 1-5", UNTESTED_DAYS: "30" }).digest).toEqual({
      at: "30 7 * * 1-5",
      untestedDays: 30,
    });
    expect(read({ DIGEST_AT: "off" }).digest).toBeUndefined();
    expect(read({ REPORT_DAYS: "30" }).reportDays).toBe(30);
    expect(read().health).toBeUndefined();
    expect(read({ HEALTH_PORT: "9090" }).health).toEqual({ host: "127.0.0.1", port: 9090 });
  });

  it.each([
    ["0 8 * *", "must be off, or a cron expression"],
    ["0 0 8 * * *", "must be off, or a cron expression"],
    ["61 8 * * *", "must be off, or a cron expression"],
    ["daily", "must be off, or a cron expression"],
    ["0 8 1 * 1", "must not name both a day of the month and a day of the week"],
  ])("refuse %s as the time of the digest", (DIGEST_AT, wants) => {
    expect(faultsOf({ DIGEST_AT })).toEqual([expect.stringContaining(`DIGEST_AT ${wants}`)]);
  });

  it.each(["0", "-1", "1.5", "many"])("refuse %s as a number of days", (days) => {
    for (const name of ["UNTESTED_DAYS", "REPORT_DAYS"])
      expect(faultsOf({ [name]: days })).toEqual([
        expect.stringContaining(`${name} must be a whole number from 1 to 3650`),
      ]);
  });
});

describe("settings: proxies", () => {
  const chat = {
    SLACK_BOT_TOKEN: "xoxb-1",
    SLACK_APP_TOKEN: "xapp-1",
    DISCORD_TOKEN: "0123456789",
  };

  it("lead to Slack and Discord, and never to EM", () => {
    const { slack, discord, em } = read({
      ...real,
      ...chat,
      HTTPS_PROXY: "http://proxy.example:3128",
      NO_PROXY: "localhost, .corp.example",
    });
    const proxies = {
      https: new URL("http://proxy.example:3128"),
      except: ["localhost", ".corp.example"],
    };
    expect(slack).toMatchObject({ proxies });
    expect(discord).toMatchObject({ proxies });
    expect(em).not.toHaveProperty("proxy");
  });

  it("lead to EM where EM_PROXY says so, and then to nothing else", () => {
    const { slack, em } = read({ ...real, ...chat, EM_PROXY: "proxy.example:8080" });
    expect(em).toMatchObject({ proxy: new URL("http://proxy.example:8080") });
    expect(slack).not.toHaveProperty("proxies");
  });

  it("may be written in small letters; the large ones decide", () => {
    const proxyOf = (env: Environment) => read({ ...chat, ...env }).slack?.proxies?.https?.host;
    expect(proxyOf({ https_proxy: "http://small:1" })).toBe("small:1");
    expect(proxyOf({ https_proxy: "http://small:1", HTTPS_PROXY: "" })).toBe("small:1");
    expect(proxyOf({ https_proxy: "http://small:1", HTTPS_PROXY: "http://large:1" })).toBe(
      "large:1",
    );
  });

  it("show no password, and it is kept out of the log", () => {
    const { secrets } = read({ ...chat, HTTPS_PROXY: "http://bot:p%40ss-word@proxy:3128" });
    expect(secrets).toEqual(expect.arrayContaining(["p%40ss-word", "p@ss-word"]));
    expect(faultsOf({ HTTPS_PROXY: `socks5://bot:${canary}@proxy:1080` })[0]).not.toContain(
      "canary",
    );
  });
});
