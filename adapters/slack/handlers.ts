/** From what Slack brings to what the core is handed. */

import {
  type Audience,
  type Card,
  ChatError,
  type Handlers,
  type Person,
} from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Draw } from "./blocks.ts";
import type { SlackCall } from "./call.ts";
import { chosen, mostOptions, options as optionsOf } from "./choices.ts";
import { formIn, modal } from "./form.ts";
import { createGroups } from "./groups.ts";
import type { FormAsked, Happened } from "./incoming.ts";
import type { Ears } from "./listener.ts";
import { createNames } from "./names.ts";
import { createReply } from "./reply.ts";

export interface EarsOptions {
  readonly call: SlackCall;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly timeoutMs: number;
  /** Does the work of a delivery, unless it has been done. */
  once(happened: Happened, work: () => Promise<void>): void;
}

/** What the handlers need of one delivery: who, where, when, and ways to answer. */
function createArrivals({ call, clock, draw, timeoutMs }: EarsOptions) {
  const names = createNames(call, clock);
  const groupsOf = createGroups(call, clock);
  const reply = createReply({ call, draw, timeoutMs });

  async function person({ userId, userName }: Happened): Promise<Person> {
    const name = userName ? names.learn(userId, userName) : await names.of(userId);
    return { platform: "slack", id: userId, name };
  }

  return async (happened: Happened) => ({
    delivery: happened.delivery,
    at: happened.at ?? clock.now(),
    from: await person(happened),
    place: happened.place,
    groups: () => groupsOf(happened.userId),
    reply: (card: Card, audience?: Audience) => reply(happened, card, audience),
  });
}

/** Opens a button's form before anything else; where that fails, the person is told why. */
async function openForm(
  call: SlackCall,
  asking: FormAsked,
  tell: (sentence: string) => Promise<void>,
): Promise<void> {
  const form = formIn(asking.value);
  if (!form) return tell("This button is of another version of the bot; ask again");
  try {
    await call("views.open", { trigger_id: asking.trigger, view: modal(form, asking.place) });
  } catch (error) {
    await tell(
      error instanceof ChatError
        ? error.message
        : "The form could not be opened; press the button again",
    );
  }
}

export function createEars(options: EarsOptions, { incoming, complete }: Handlers): Ears {
  const { call, once } = options;
  const arrived = createArrivals(options);

  const tell = (asking: FormAsked) => async (sentence: string) =>
    (await arrived(asking)).reply({ tone: "warning", title: sentence, lines: [] }, "sender");

  return {
    typed: (typed) =>
      once(typed, async () =>
        incoming({ kind: "typed", ...(await arrived(typed)), text: typed.text }),
      ),
    pressed: (pressing) =>
      once(pressing, async () => {
        const text = pressing.text === undefined ? {} : { text: pressing.text };
        await incoming({
          kind: "pressed",
          ...(await arrived(pressing)),
          token: pressing.token,
          ...text,
        });
      }),
    asked: (asking) => once(asking, () => openForm(call, asking, tell(asking))),
    nameOf: (value) => chosen(value, complete),
    suggest: (typed) => optionsOf(complete(typed, mostOptions)),
  };
}
