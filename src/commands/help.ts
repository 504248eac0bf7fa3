import type { Card } from "../chat/port.ts";
import { unknownVerbCard } from "../messages/answers.ts";
import { helpCard, verbHelpCard } from "../messages/help.ts";
import { holdersOf } from "../orders/holds.ts";
import type { Order } from "../records/order.ts";
import { botName } from "../version.ts";
import { type AnyCommand, type Context, command } from "./command.ts";

export const help = command({
  name: "help",
  usage: "[verb]",
  summary: "what you can type here",
  options: [{ name: "verb", summary: "the verb to explain", required: false, takes: "text" }],
  details: [],
  section: "keep",
  permission: "anyone",
  parse: (rest) => ({ ok: true, args: rest.toLowerCase() }),
  run: async (verb, context) => {
    const { commands, allows } = context;
    const asked = commands.find(({ name }) => name === verb);
    if (verb !== "" && !asked)
      return { is: "reply", card: unknownVerbCard(verb, undefined), refused: true };
    const card = asked ? verbHelpCard(openTo(allows)(asked)) : await personalHelp(context);
    return { is: "reply", card, audience: "sender" };
  },
});

async function personalHelp(context: Context): Promise<Card> {
  const { commands, allows, store, emKey, sandbox, person } = context;
  const holders = await holdersOf(store, emKey);
  const held = holders.filter(({ order }) => mayAskOf(order, context));
  return helpCard({ all: commands.map(openTo(allows)), held, sandbox, person, bot: botName });
}

/** Nobody learns here of a plan that is none of theirs. */
const mayAskOf = ({ plan, action }: Order, { allows }: Context) =>
  allows({ verb: "watches", group: "read", plan }).ok ||
  allows({ verb: action, group: "order", plan }).ok;

const openTo = (allows: Context["allows"]) => (one: AnyCommand) => ({
  command: one,
  allowed: allows({ verb: one.name, group: one.permission }),
});
