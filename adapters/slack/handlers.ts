/** From what Slack brings to what the core is handed. */

import { failureSentence } from "../../src/chat/failure-sentence.ts";
import type { PlatformTime } from "../../src/chat/platform-time.ts";
import type { Arriving, Audience, Card, Handlers, Person } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Draw } from "./blocks.ts";
import type { SlackCall } from "./call.ts";
import { chosen, mostOptions, options as optionsOf } from "./choices.ts";
import { formIn, modal } from "./form.ts";
import { type createGroups, READING_MS } from "./groups.ts";
import type { FormAsked, Happened, Pressing, TypedText } from "./happened.ts";
import { foreignTeam, type Home, personId } from "./home.ts";
import type { Ears } from "./listener.ts";
import type { SlackPeople } from "./people.ts";
import { createReply, type Reply } from "./reply.ts";
import { type Called, namelessIn } from "./unescape.ts";

export interface EarsOptions {
  readonly call: SlackCall;
  readonly home: Home;
  readonly people: SlackPeople;
  readonly groupsOf: ReturnType<typeof createGroups>;
  readonly clock: Clock;
  readonly time: PlatformTime;
  readonly draw: Draw;
  readonly timeoutMs: number;
  /** How the bot is called. */
  called(): Called;
  /** This is what the slash command is called here. */
  calledBy(command: string): void;
  readonly fetch: typeof fetch;
  /** Does the work of a delivery, unless it has been done. */
  once(happened: Happened, work: () => Promise<void>): void;
}

interface State extends EarsOptions {
  readonly handlers: Handlers;
  readonly reply: Reply;
}

export function createEars(options: EarsOptions, handlers: Handlers): Ears {
  const { once } = options;
  const state: State = {
    ...options,
    handlers,
    reply: createReply(options),
  };
  return {
    called: options.called,
    calledBy: options.calledBy,
    arriving: (said) => handlers.arriving(arrivingAs(said, state.home)),
    moved: ({ from, to }) => handlers.moved(from, to),
    typed: (typed) => once(typed, () => handTyped(state, typed)),
    missed: (typed) => handTyped(state, typed),
    pressed: (pressing) => once(pressing, () => handPressed(state, pressing)),
    asked: (asking) => once(asking, () => openForm(state, asking)),
    nameOf: (value) => chosen(value, handlers.complete),
    suggest: (typed) => optionsOf(handlers.complete(typed, mostOptions)),
  };
}

async function handTyped(state: State, typed: TypedText): Promise<void> {
  const arrived = await arrivedAs(state, typed);
  const edited = typed.edited ? { edited: true as const } : {};
  const missed = typed.missed ? { missed: true as const } : {};
  await state.handlers.incoming({
    kind: "typed",
    ...arrived,
    ...edited,
    ...missed,
    text: await wordsOf(state, typed),
  });
}

/** So many names are asked for in one message. */
const mostNamesAsked = 5;

async function wordsOf({ people }: State, typed: TypedText): Promise<string> {
  const nameless = namelessIn(typed.markup ?? "", mostNamesAsked);
  if (!typed.withNames || nameless.length === 0) return typed.text;
  const known = await Promise.all(nameless.map((id) => people.nameOfAny(id)));
  const found = new Map(nameless.map((id, place) => [id, known[place]]));
  return typed.withNames((id) => found.get(id));
}

async function handPressed(state: State, { token, text, ...happened }: Pressing): Promise<void> {
  const arrived = await arrivedAs(state, happened);
  const answer = text === undefined ? {} : { text };
  await state.handlers.incoming({ kind: "pressed", ...arrived, token, ...answer });
}

/** The name is not asked for: nobody waits for Slack here. */
function arrivingAs(said: TypedText | Pressing, home: Home): Arriving {
  const { delivery, place, userId, userName, ...what } = said;
  const id = personId(userId, foreignTeam(said, home));
  const from: Person = { platform: "slack", id, name: userName ?? userId };
  return "token" in what
    ? {
        kind: "pressed",
        delivery,
        place,
        from,
        token: what.token,
        ...(what.text === undefined ? {} : { text: what.text }),
      }
    : { kind: "typed", delivery, place, from, text: what.text };
}

/** What the handlers need of one delivery: who, where, when, and ways to answer. */
async function arrivedAs(state: State, happened: Happened) {
  const { clock, time, people, groupsOf, reply } = state;
  // First, as Slack may have to be asked who it is, and its answer tells its time.
  const from = await personOf(state, happened);
  return {
    delivery: happened.delivery,
    at: clock.now() - (happened.at === undefined ? 0 : time.ageMs(happened.at)),
    from,
    ...(happened.at === undefined ? {} : { datedAt: happened.at }),
    place: happened.place,
    groups: () => groupsOf(from.id, READING_MS),
    membership: () => people.membership(from.id, READING_MS),
    reply: (card: Card, audience?: Audience) => reply(happened, card, audience),
  };
}

async function personOf({ home, people }: State, happened: Happened): Promise<Person> {
  const { userId, userName } = happened;
  await home.find().catch(() => undefined);
  const id = personId(userId, foreignTeam(happened, home));
  return { platform: "slack", id, name: await people.name(id, userName) };
}

/** Opens a button's form before anything else; where that fails, the person is told why. */
async function openForm(state: State, asking: FormAsked): Promise<void> {
  const form = formIn(asking.value);
  if (!form) return tell(state, asking, "This button is of another version of the bot; ask again");
  try {
    const view = modal(form, asking.place);
    await state.call("views.open", { trigger_id: asking.trigger, view });
  } catch (error) {
    const why = failureSentence(error, "The form could not be opened; press the button again");
    await tell(state, asking, why);
  }
}

const tell = ({ reply }: State, asking: FormAsked, sentence: string): Promise<void> =>
  reply(asking, { tone: "warning", title: sentence, lines: [] }, "sender");
