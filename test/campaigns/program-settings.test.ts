/** Settings, as somebody who starts the program meets them. */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { generate } from "selfsigned";
import { describe, expect, it, onTestFinished } from "vitest";
import { type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { newFolder, pipe } from "../program/program.ts";

const PASSWORD = "canary-Pa55word";

/** An Enterprise Manager that the program does not know to be simulated. */
async function realEm(options: SandboxOptions = {}) {
  const em = await startSandbox({ password: PASSWORD, ...options });
  onTestFinished(() => em.close());
  return em;
}

async function certified() {
  const made = await generate([{ name: "commonName", value: "em.example" }], { keyType: "ec" });
  const { fingerprint256: fingerprint } = new X509Certificate(made.cert);
  return { tls: { key: made.private, cert: made.cert }, fingerprint };
}

describe("settings that are wrong", () => {
  it("are all told at once, each with what it wants and what it got: 2, and nothing is begun", async () => {
    const { code, output, errors } = await pipe(["status"], {
      flags: ["--speed", "0", "--scenario", "vm-fail"],
      env: { EM_POLL_MS: "5", TIME_ZONE: "Europe/Berlim", EM_FORMAT: "yaml" },
    });
    expect(code).toBe(2);
    expect(output).toBe("");
    const [heading, ...faults] = errors.trim().split("\n  ");
    expect(heading).toContain("5 settings are not as");
    expect(faults.map((fault) => fault.split(" ")[0]).sort()).toEqual([
      "--scenario",
      "--speed",
      "EM_FORMAT",
      "EM_POLL_MS",
      "TIME_ZONE",
    ]);
    expect(errors).toContain(
      'EM_POLL_MS must be a whole number of milliseconds from 100 to 2147483647: it is "5"',
    );
    expect(errors).toContain("did you mean Europe/Berlin?");
  });

  it("include an Enterprise Manager of which only the half is given", async () => {
    const { code, errors } = await pipe([], { env: { EM_URL: "https://em.example:9398" } });
    expect(code).toBe(2);
    expect(errors).toMatch(
      /EM_USERNAME or EM_USERNAME_FILE must be set, as EM_URL is: it is not set/,
    );
    expect(errors).toMatch(/EM_PASSWORD or EM_PASSWORD_FILE must be set/);
  });

  it("are not minded by --help, which shows every one", async () => {
    const { code, output } = await pipe([], { flags: ["--help"], env: { EM_POLL_MS: "5" } });
    expect(code).toBe(0);
    expect(output).toMatch(/--scenario <name>[\s\S]*EM_FINGERPRINT[\s\S]*vm-fails/);
  });
});

describe("an Enterprise Manager in the settings", () => {
  it("is what the terminal then works on; plain http is warned about, and no password is shown", async () => {
    const { url, username } = await realEm();
    const folder = newFolder();
    writeFileSync(join(folder, "password"), `${PASSWORD}\n`);
    const { code, output, errors } = await pipe(["status"], {
      folder,
      env: { EM_URL: url, EM_USERNAME: username, EM_PASSWORD_FILE: join(folder, "password") },
    });
    expect(code).toBe(0);
    expect(output).toContain(`This works on the Enterprise Manager ${url}`);
    expect(output).toContain("answered in");
    expect(errors).toContain("EM_URL begins with http:");
    expect(output + errors).not.toContain(PASSWORD);
  });

  it("whose certificate is not trusted is not spoken to; the answer shows what to set, and that cures it", async () => {
    const { tls, fingerprint } = await certified();
    const { url, username } = await realEm({ tls });
    const env = { EM_URL: url, EM_USERNAME: username, EM_PASSWORD: PASSWORD };
    const refused = await pipe(["status"], { env });
    expect(refused.output).toContain(fingerprint);
    expect(refused.output).toContain("EM_FINGERPRINT");
    const cured = await pipe(["status"], { env: { ...env, EM_FINGERPRINT: fingerprint } });
    expect(cured.output).toContain("answered in");
    expect(cured.code).toBe(0);
  });

  it("is trusted by all that the page's openssl line prints in a terminal, pasted whole", async () => {
    const { tls } = await certified();
    const { url, username } = await realEm({ tls });
    const page = readFileSync(new URL("../../src/em/README.md", import.meta.url), "utf8");
    const line = /`(openssl s_client .*?)`/.exec(page)?.[1] ?? "";
    const here = line.replace("localhost:9398", new URL(url).host);
    const printed = await promisify(execFile)("sh", ["-c", `{ ${here}; } 2>&1`]);
    expect(printed.stdout).toMatch(/verify error[\s\S]*fingerprint=/i);
    const env = { EM_URL: url, EM_USERNAME: username, EM_PASSWORD: PASSWORD };
    const { output, errors } = await pipe(["status"], {
      env: { ...env, EM_FINGERPRINT: printed.stdout },
    });
    expect(errors).not.toContain("EM_FINGERPRINT");
    expect(output).toContain("answered in");
  });
});
