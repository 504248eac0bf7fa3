/**
 * Requests within our logon: made when first needed, renewed once and unseen where EM no longer
 * knows it, ended at the end.
 */
import type { Clock } from "../clock.ts";
import { pathBelowApi } from "./address.ts";
import { logonReading } from "./decode.ts";
import { EmError } from "./errors.ts";
import type { Exchange, Request } from "./exchange.ts";
import { lostTaskError } from "./failures.ts";
import { type LogonSession, type Logons, type NewLogon, sharedLogon } from "./logon.ts";
import { BodyError, parseBody } from "./wire.ts";

export interface Account {
  readonly username: string;
  readonly password: string;
}

interface Done<Thing> {
  readonly thing: Thing;
  /** The logon in which it was done. */
  readonly logon: LogonSession;
}

export interface LoggedOn {
  present(signal: AbortSignal): Promise<LogonSession>;
  /**
   * A question that meets a 401 is asked again, once, in a fresh logon. An order is never sent
   * again: what answers 401 may have passed it on.
   */
  perform<Thing>(request: Request<Thing>, signal: AbortSignal): Promise<Done<Thing>>;
  /** Sees to it that EM knows our logon now: one that has idled out is renewed before an order. */
  prove(signal: AbortSignal): Promise<void>;
  /** In the logon of this local id or not at all: EM knows tasks in their own logon alone. */
  performIn<Thing>(local: string, request: Request<Thing>, signal: AbortSignal): Promise<Thing>;
  /** Ends our logon by its own id. Fails like any request. */
  end(signal: AbortSignal): Promise<void>;
}

const TOKEN = "X-RestSvcSessionId";
const proof = (logon: LogonSession) => ({ [TOKEN]: logon.token });

interface State {
  readonly exchange: Exchange;
  readonly logons: Logons;
}

export function loggedOn(exchange: Exchange, account: Account, base: URL, clock: Clock): LoggedOn {
  const basic = Buffer.from(`${account.username}:${account.password}`).toString("base64");
  exchange.keepSecret("basic", basic);
  exchange.keepSecret("password", account.password);
  const request = logonRequest(exchange, base);
  const logOn = () => exchange.perform(request, { Authorization: `Basic ${basic}` });
  const state: State = { exchange, logons: sharedLogon(logOn, clock) };
  return {
    present: state.logons.present,
    perform: (request, signal) => perform(state, request, signal),
    prove: (signal) => prove(state, signal),
    performIn: (local, request, signal) => performIn(state, local, request, signal),
    end: (signal) => end(state, signal),
  };
}

async function perform<Thing>(
  { exchange, logons }: State,
  request: Request<Thing>,
  signal: AbortSignal,
): Promise<Done<Thing>> {
  const logon = await logons.present(signal);
  try {
    return { thing: await exchange.perform(request, proof(logon), signal), logon };
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
    if (request.order) {
      logons.drop(logon);
      throw error;
    }
  }
  const fresh = await logons.renewed(logon, signal);
  return { thing: await exchange.perform(request, proof(fresh), signal), logon: fresh };
}

async function prove({ exchange, logons }: State, signal: AbortSignal): Promise<void> {
  const logon = await logons.present(signal);
  try {
    await exchange.perform(proofRequest(logon), proof(logon), signal);
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
    await logons.renewed(logon, signal);
  }
}

async function performIn<Thing>(
  { exchange, logons }: State,
  local: string,
  request: Request<Thing>,
  signal: AbortSignal,
): Promise<Thing> {
  const logon = logons.now();
  if (logon?.local !== local) throw lostTaskError();
  try {
    return await exchange.perform(request, proof(logon), signal);
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
    logons.drop(logon);
    throw request.order ? error : lostTaskError();
  }
}

async function end({ exchange, logons }: State, signal: AbortSignal): Promise<void> {
  const logon = await logons.last();
  if (logon) await exchange.perform(logoffRequest(logon), proof(logon), signal);
}

const proofRequest = ({ endPath }: LogonSession): Request<void> => ({
  route: "logon",
  method: "GET",
  path: endPath,
  expects: "nothing",
  understand: () => undefined,
});

const isUnauthorized = (error: unknown) =>
  error instanceof EmError && error.failure === "unauthorized";

function logonRequest(exchange: Exchange, base: URL): Request<NewLogon> {
  return {
    route: "logon",
    method: "POST",
    path: "/sessionMngr/?v=latest",
    expects: logonReading.expects,
    understand(answer) {
      const token = answer.header(TOKEN.toLowerCase());
      if (!token)
        throw new BodyError(`no header ${TOKEN}; whatever stands between must let it through`);
      exchange.keepSecret("token", token);
      exchange.keepSecret("decoded token", Buffer.from(token, "base64").toString());
      const document = parseBody(answer.text);
      const { end, cloud } = logonReading.read(document);
      exchange.answerAs(document);
      return { token, cloud, endPath: pathBelowApi(end, base) };
    },
  };
}

const logoffRequest = (logon: LogonSession): Request<void> => ({
  route: "logoff",
  method: "DELETE",
  path: logon.endPath,
  expects: "nothing",
  understand: () => undefined,
});
