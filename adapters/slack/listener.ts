/** Bolt with the acknowledgement moved before everything else, and what the adapter listens to. */

import type { App as BoltApp, Receiver, types } from "@slack/bolt";
import type { PlatformLog } from "../../src/log.ts";
import { App } from "./bolt.ts";
import { fromEvent, isDirectMessage } from "./events.ts";
import type { FormAsked, Pressing, TypedText } from "./happened.ts";
import {
  fromAsk,
  fromCommand,
  fromForm,
  fromPick,
  fromPress,
  type Move,
  moveIn,
  saidIn,
  typedIn,
} from "./incoming.ts";
import { boltLogger } from "./log.ts";
import type { Identity } from "./probe.ts";
import type { Called } from "./unescape.ts";

export interface Ears {
  /** Before the acknowledgement; never rejects. */
  arriving(said: TypedText | Pressing): Promise<void>;
  /** Before the acknowledgement; rejects where Slack shall tell it again. */
  moved(move: Move): Promise<void>;
  typed(typed: TypedText): void;
  /** Resolves when it has been dealt with. */
  missed(typed: TypedText): Promise<void>;
  pressed(pressing: Pressing): void;
  asked(asking: FormAsked): void;
  /** How the bot is called. */
  called(): Called;
  /** This is what the slash command is called here. */
  calledBy(command: string): void;
  /** The name that an option of a picker stands for. */
  nameOf(value: string): string;
  suggest(typed: string): types.PlainTextOption[];
}

export interface ListenerOptions {
  readonly receiver: Receiver;
  readonly botToken: string;
  readonly identity: Identity;
  readonly ears: Ears;
  /**
   * False once the adapter stops: what comes then is not acknowledged, so that Slack sends it again
   * or says so.
   */
  readonly isListening: () => boolean;
  readonly log: PlatformLog;
}

/** The one kind of payload whose acknowledgement is its answer. */
const isQuestion = (body: { type?: unknown }) => body.type === "block_suggestion";

/**
 * Saves what orders or decides, then acknowledges, before Bolt looks at what it is. An acknowledgement that fails is no reason not to
 * do it: whatever is sent again because of that has the same delivery id.
 */
function acknowledgeFirst(
  app: BoltApp,
  ears: Ears,
  { isListening, log }: Pick<ListenerOptions, "isListening" | "log">,
): void {
  const handle = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    if (!isListening()) return;
    if (isQuestion(event.body)) return handle(event);
    if (!(await isKept(event.body, ears, log))) return;
    await event
      .ack()
      .catch(() => log.warn("Slack could not be told that something of it has arrived"));
    await handle({ ...event, ack: async () => {} });
  };
}

/** Whether it may be acknowledged. */
async function isKept(body: unknown, ears: Ears, log: PlatformLog): Promise<boolean> {
  const said = saidIn(body, ears.called(), ears.nameOf);
  if (said && !("edited" in said)) await ears.arriving(said);
  const move = moveIn(body);
  if (!move) return true;
  const [from, to] = [move.from.channel, move.to.channel];
  try {
    await ears.moved(move);
    log.info(`Slack channel ${from} is called ${to} from now on; the bot goes on there`);
    return true;
  } catch {
    log.error(`That Slack channel ${from} is called ${to} from now on could not be saved`);
    return false;
  }
}

function listen(app: BoltApp, ears: Ears): void {
  app.command(/^\//, async ({ body }) => {
    ears.calledBy(body.command);
    ears.typed(fromCommand(body));
  });
  app.event("app_mention", async ({ body }) => {
    const typed = fromEvent(body, ears.called());
    if (typed) ears.typed(typed);
  });
  app.event("message", async ({ body }) => {
    const typed = isDirectMessage(body) ? fromEvent(body, ears.called()) : undefined;
    if (typed) ears.typed(typed);
  });
  app.action(/^press-/, async ({ body }) => ears.pressed(fromPress(body)));
  app.action(/^ask-/, async ({ body }) => ears.asked(fromAsk(body)));
  app.action("pick", async ({ body }) => {
    const pressing = fromPick(body, ears.nameOf);
    if (pressing) ears.pressed(pressing);
  });
  app.view("form", async ({ body }) => ears.pressed(fromForm(body)));
  app.options("pick", async ({ body, ack }) => ack({ options: ears.suggest(typedIn(body)) }));
}

export function createListener({
  receiver,
  botToken,
  identity,
  ears,
  isListening,
  log,
}: ListenerOptions): BoltApp {
  const app = new App({
    receiver,
    authorize: async () => ({ botToken, ...identity }),
    convoStore: false,
    logger: boltLogger(log),
  });
  acknowledgeFirst(app, ears, { isListening, log });
  listen(app, ears);
  app.error(async () =>
    log.error("Something that Slack sent could not be understood; it was left alone"),
  );
  return app;
}
