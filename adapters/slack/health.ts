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
  /** A fault that does not keep the bot from working elsewhere, by what it concerns. */
  fault(about: string, sentence: string): void;
  health(): Health;
}

/** `connection` says how the bot listens, in a sentence, or nothing while it does not. */
export function createCondition(connection: () => string | undefined): Condition {
  const faults = new Map<string, string>();
  let isTokenTaken = true;

  function health(): Health {
    const listening = connection();
    if (!isTokenTaken)
      return { ok: false, state: "Slack refuses the bot token; install the app again" };
    if (listening === undefined) return { ok: false, state: "Slack is not connected" };
    return { ok: true, state: [listening, ...faults.values()].join(". ") };
  }

  return {
    wentWell: (method, channel) => {
      isTokenTaken = true;
      if (method === "chat.postMessage" && channel !== undefined) faults.delete(channel);
    },
    tokenRefused: () => {
      isTokenTaken = false;
    },
    fault: (about, sentence) => faults.set(about, sentence),
    health,
  };
}
