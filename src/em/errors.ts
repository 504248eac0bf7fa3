/**
 * The one error of the EM client. `failure` is what a caller decides by; `message` is a sentence
 * for people, built from named fields alone, so that neither a password nor a logon's id can stand
 * in it.
 */

/**
 * unreachable: no connection. timed-out: no whole answer in time. certificate: EM's certificate is
 * not trusted. unauthorized: user name or password are wrong. forbidden: the account's role does
 * not allow it. not-found: no such thing (also a task that this logon session does not know).
 * rejected: EM understood and refused. server-error: EM failed (5xx). unreadable: the answer makes
 * no sense (a proxy's page, a cut body, an entity bomb).
 */
export type EmFailure =
  | "unreachable"
  | "timed-out"
  | "certificate"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "rejected"
  | "server-error"
  | "unreadable";

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

  constructor(
    failure: EmFailure,
    message: string,
    options: { brief?: string; perhapsDone?: boolean; fingerprint?: string } = {},
  ) {
    super(message);
    this.name = "EmError";
    this.failure = failure;
    this.brief = options.brief ?? message;
    this.perhapsDone = options.perhapsDone ?? false;
    if (options.fingerprint !== undefined) this.fingerprint = options.fingerprint;
  }
}
