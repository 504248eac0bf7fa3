import type { Health } from "../../src/chat/port.ts";
import type { SlackMethod } from "./methods.ts";

/** What is known of the way to Slack and of the channels; every fault is a sentence. */
export interface Condition {
  /**
   * Slack takes the token; and where the bot has posted, nothing is wrong with the channel any
   * more.
   */
  wentWell(method: SlackMethod, channel: string | undefined): void;
  tokenRefused(): void;
  /** Slack lets the bot say nothing anywhere, until it has said something again. */
  silenced(sentence: string): void;
  /** A fault that does not keep the bot from working elsewhere, by what it concerns. */
  fault(about: string, sentence: string): void;
  health(): Health;
}

interface State {
  connection(): string | undefined;
  beside(): string | undefined;
  readonly faults: Map<string, string>;
  isTokenTaken: boolean;
  silence: string | undefined;
}

/**
 * `connection` says how the bot listens, in a sentence, or nothing while it does not; `beside`, how
 * another process shows.
 */
export function createCondition(
  connection: () => string | undefined,
  beside: () => string | undefined = () => undefined,
): Condition {
  const state: State = {
    ...{ connection, beside },
    faults: new Map(),
    isTokenTaken: true,
    silence: undefined,
  };
  return {
    wentWell: (method, channel) => wentWell(state, method, channel),
    tokenRefused: () => {
      state.isTokenTaken = false;
    },
    silenced: (sentence) => {
      state.silence = sentence;
    },
    fault: (about, sentence) => state.faults.set(about, sentence),
    health: () => withBeside(healthOf(state), state.beside()),
  };
}

export const isSpeech = (method: SlackMethod): boolean =>
  method === "chat.postMessage" || method === "chat.update";

function wentWell(state: State, method: SlackMethod, channel: string | undefined): void {
  state.isTokenTaken = true;
  if (isSpeech(method)) state.silence = undefined;
  if (method === "chat.postMessage" && channel !== undefined) state.faults.delete(channel);
}

const withBeside = (health: Health, beside: string | undefined): Health =>
  beside === undefined ? health : { ...health, beside };

const tokenRefused = "Slack refuses the bot token; install the app again";

/** Hearing and speaking: it is well where both go. */
function healthOf({ connection, faults, isTokenTaken, silence }: State): Health {
  const listening = connection();
  const muted = isTokenTaken ? silence : tokenRefused;
  if (muted !== undefined)
    return { ok: false, state: muted, ...(listening === undefined ? {} : { silent: true }) };
  if (listening === undefined) return { ok: false, state: "Slack is not connected" };
  return { ok: true, state: [listening, ...faults.values()].join(". ") };
}
