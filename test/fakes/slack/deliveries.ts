/** What Slack sends to the bot, and what comes of it. */

export interface Envelope {
  readonly id: string;
  readonly type: "slash_commands" | "events_api" | "interactive";
  readonly payload: Record<string, unknown>;
  /** How often it was sent before. Slack sends events again, commands and presses never. */
  readonly retry: number;
}

/** `afterMs` is real time; `answer` is what the acknowledgement brought along. */
export type Outcome =
  | {
      readonly acknowledged: true;
      readonly afterMs: number;
      readonly answer?: Record<string, unknown>;
    }
  | { readonly acknowledged: false };

export interface Delivery {
  readonly envelope: Envelope;
  readonly outcome: Outcome;
}

/** One way to the bot: its sockets, or its address. */
export interface Way {
  deliver(envelope: Envelope): Promise<Outcome>;
}

export const acknowledgementWithinMs = 3000;
