/**
 * The one error of the EM client. `failure` is what a caller decides by; `message` is a sentence
 * for people, built from named fields alone, so that neither a password nor a logon's id can stand
 * in it.
 */

/**
 * unreachable: no connection. timed-out: no whole answer in time. certificate: EM's certificate is
 * not trusted. unauthorized: user name or password are wrong. forbidden: the account's role does
 * not allow it. not-found: no such thing (also a task that this logon session does not know).
 * rejected: EM understood and refused. busy: not now (408, 425, 429, 503). server-error: EM failed
 * (other 5xx). unreadable: the answer makes no sense (a proxy's page, a cut body, an entity bomb).
 */
export type EmFailure =
  | "unreachable"
  | "timed-out"
  | "certificate"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "rejected"
  | "busy"
  | "server-error"
  | "unreadable";

export interface EmErrorOptions {
  readonly brief?: string;
  readonly perhapsDone?: boolean;
  readonly fingerprint?: string;
  readonly afterMs?: number;
}

export class EmError extends Error {
  readonly failure: EmFailure;
  /**
   * The message without the advice on settings that may follow in it: for those who can do nothing
   * about them now.
   */
  readonly brief: string;
  /**
   * Whether the request may have reached EM and been carried out. Decides what is done about an
   * order.
   */
  readonly perhapsDone: boolean;
  /** For `certificate`: the SHA-256 fingerprint that EM showed, like `AB:CD:…`. */
  readonly fingerprint?: string;
  /** For `busy`: how long to wait before asking again, in milliseconds. Default 0: nobody said. */
  readonly afterMs: number;

  constructor(failure: EmFailure, message: string, options: EmErrorOptions = {}) {
    super(message);
    this.name = "EmError";
    this.failure = failure;
    this.brief = options.brief ?? message;
    this.perhapsDone = options.perhapsDone ?? false;
    this.afterMs = options.afterMs ?? 0;
    if (options.fingerprint !== undefined) this.fingerprint = options.fingerprint;
  }
}

/**
 * The advice stands at the end of the message alone: somebody who sets the bot up wants it, a war
 * room does not.
 */
export function advised(
  failure: EmFailure,
  brief: string,
  advice = "",
  options: { perhapsDone?: boolean; fingerprint?: string } = {},
): EmError {
  return new EmError(failure, `${brief}${advice}`, { ...options, brief });
}
