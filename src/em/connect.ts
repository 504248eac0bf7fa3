/** The EM client, put together. */
import type { Clock } from "../clock.ts";
import { apiBase } from "./address.ts";
import { loggedOn } from "./authenticated.ts";
import type { EmClient } from "./client.ts";
import { EmError } from "./errors.ts";
import { estateOver } from "./estate.ts";
import { exchangeOver, type RequestInfo } from "./exchange.ts";
import { failoversOver } from "./failovers.ts";
import { replicationsOver } from "./replications.ts";
import { askingOf } from "./retrying.ts";
import { isFingerprint, type Trust } from "./tls.ts";
import { type EmTransport, httpTo } from "./transport.ts";
import type { Format } from "./wire.ts";

export interface EmOptions extends Trust {
  /** Like `https://em.example.com:9398`, with or without `/api`. */
  readonly url: string;
  /** `DOMAIN\user` or `user@domain`. */
  readonly username: string;
  readonly password: string;
  /** Through which EM is reached, by CONNECT. Default: none, whatever the environment says. */
  readonly proxy?: URL;
  /**
   * Default `xml`, which every EM speaks; an EM that answers `json` with XML is spoken to in XML.
   */
  readonly format?: Format;
  readonly clock: Clock;
  /** Default: HTTP to `url`. */
  readonly transport?: EmTransport;
  readonly limits?: Partial<EmLimits>;
  /** Called after each request to EM, for figures. Must not throw. */
  readonly onRequest?: (info: RequestInfo) => void;
}

interface EmLimits {
  /** For one question with its retries, or one order. */
  readonly totalMs: number;
  /** How often a question is asked again after a failure that may pass. Orders never are. */
  readonly retries: number;
  /** Before the first retry; doubled before each next. */
  readonly retryPauseMs: number;
  /** The largest answer, unpacked. */
  readonly maxBytes: number;
}

const LIMITS: EmLimits = {
  totalMs: 15_000,
  retries: 2,
  retryPauseMs: 250,
  maxBytes: 64 * 1024 * 1024,
};

/**
 * Connects to nothing yet: the first question logs on. Throws `EmError` where a setting cannot
 * work, and names it. Certificates are always checked: against `fingerprints`, else against `ca`,
 * else against those that Node brings.
 */
export function connectEm(options: EmOptions): EmClient {
  const { clock, onRequest, format = "xml" } = options;
  const limits = { ...LIMITS, ...options.limits };
  const base = apiBase(options.url);
  const trust = checkedTrust(options);
  const { totalMs: silenceMs, maxBytes } = limits;
  const http =
    options.transport ?? httpTo({ base, trust, proxy: options.proxy, silenceMs, maxBytes });
  const exchange = exchangeOver({ http, format, clock, totalMs: limits.totalMs, onRequest });
  const logged = loggedOn(exchange, options, base, clock);
  const asking = askingOf({ ...limits, exchange, logged, where: http.where, clock });
  return {
    origin: http.where.origin,
    get clockOffsetMs() {
      return exchange.time.offsetMs;
    },
    ...estateOver(asking),
    ...failoversOver(asking),
    ...replicationsOver(asking, base),
    async close({ keepLogon = false } = {}) {
      await asking.close(keepLogon);
      http.close();
    },
  };
}

function checkedTrust({ ca, fingerprints }: Trust): Trust {
  if (
    fingerprints !== undefined &&
    !(fingerprints.length > 0 && fingerprints.every(isFingerprint))
  ) {
    const must =
      "must be a SHA-256 fingerprint: 64 hexadecimal digits, in pairs with colons or without";
    throw new EmError("certificate", `EM_FINGERPRINT ${must}`);
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(fingerprints === undefined ? {} : { fingerprints }),
  };
}
