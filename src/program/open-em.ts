/**
 * The Enterprise Manager that the bot works with: the one in the settings, or the sandbox, which is
 * loaded only where the settings ask for it.
 */
import { dirname, join } from "node:path";
import type { SteadyClock } from "../clock.ts";
import { connectEm, type EmOptions } from "../em/connect.ts";
import type { Sandbox, SandboxOptions } from "../sandbox/sandbox.ts";
import type { Services } from "../services.ts";
import type { Config } from "../settings/config.ts";
import { type SandboxChoice, type SandboxEm, wantsSandbox } from "../settings/em-settings.ts";
import type { Environment } from "../settings/settings.ts";

/** In the sandbox, the clock runs as fast as the sandbox's. */
export interface OpenEm extends Pick<Services, "em" | "emKey" | "sandbox" | "clock"> {
  close(): Promise<void>;
}

type OnRequest = NonNullable<EmOptions["onRequest"]>;

/** What may be chosen of the sandbox; nothing where it is not asked for. */
export async function sandboxChoice(
  environment: Environment,
  argv: readonly string[],
): Promise<SandboxChoice> {
  if (!wantsSandbox(environment, argv)) return { scenarios: [], dialects: [] };
  const { scenarioNames } = await import("../sandbox/scenarios.ts");
  const { dialects } = await import("../sandbox/dialects.ts");
  return { scenarios: scenarioNames, dialects };
}

/** `onRequest` is called after each request to EM, for figures. */
export async function openEm(
  config: Config,
  clock: SteadyClock,
  onRequest?: OnRequest,
): Promise<OpenEm> {
  if (config.em.kind === "sandbox") return openSandbox(config, config.em, clock, onRequest);
  const em = connectEm({ ...config.em, clock, ...(onRequest ? { onRequest } : {}) });
  return { em, emKey: em.origin, sandbox: false, clock, close: async () => undefined };
}

/** The sandbox cannot be opened with what was left of it. The message is a sentence. */
export class SandboxFileError extends Error {
  readonly mayPass: boolean;

  constructor(message: string, options: { cause: unknown; mayPass: boolean }) {
    super(message, { cause: options.cause });
    this.name = "SandboxFileError";
    this.mayPass = options.mayPass;
  }
}

function cannotGoOn(file: string, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  const mayPass = /^(?:ENOSPC|EDQUOT)/.test(why);
  const cure = mayPass ? "make room" : "remove the file to begin anew";
  const sentence = `Cannot go on with the sandbox in "${file}" (${why}): ${cure}`;
  throw new SandboxFileError(why.startsWith("Cannot go on") ? why : sentence, { cause, mayPass });
}

async function openSandbox(
  config: Config,
  { scenario, speed, dialect, format }: SandboxEm,
  steady: SteadyClock,
  onRequest?: OnRequest,
): Promise<OpenEm> {
  const { startSandbox } = await import("../sandbox/sandbox.ts");
  const file = join(dirname(config.statePath), "sandbox.json");
  const sandbox = await startSandbox({
    ...{ scenario, speed, dialect, file },
    now: steady.now,
  } as SandboxOptions).catch((error: unknown) => cannotGoOn(file, error));
  const clock = compressed(sandbox, speed, steady);
  const { url, username, password } = sandbox;
  const em = connectEm({
    url,
    username,
    password,
    format,
    clock,
    ...(onRequest ? { onRequest } : {}),
  });
  return { em, emKey: "sandbox", sandbox: true, clock, close: () => sandbox.close() };
}

/** The sandbox's own time, so that all of the bot's times and waits fit what its EM says. */
function compressed({ estate }: Sandbox, speed: number, steady: SteadyClock): SteadyClock {
  return {
    ...steady,
    now: estate.now,
    elapsed: () => steady.elapsed() * speed,
    sleep: (ms, signal) => steady.sleep(ms / speed, signal),
  };
}
