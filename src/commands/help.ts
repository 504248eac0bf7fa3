import { type AnyCommand, type Context, command } from "../core/commands.ts";
import { helpCard, unknownVerbCard, verbHelpCard } from "../messages/answers.ts";

export const help = command({
  name: "help",
  usage: "[verb]",
  summary: "what you can type here",
  options: [{ name: "verb", summary: "the verb to explain", required: false, takes: "text" }],
  details: [],
  permission: "anyone",
  parse: (rest) => ({ ok: true, args: rest.toLowerCase() }),
  run: async (verb, { commands, sandbox, allows, human }) => {
    const asked = commands.find(({ name }) => name === verb);
    if (verb !== "" && !asked) return { is: "reply", card: unknownVerbCard(verb, undefined), refused: true };
    return {
      is: "reply",
      card: asked ? verbHelpCard(asked) : helpCard(commands.map(openTo(allows)), sandbox, human),
      audience: "sender",
    };
  },
});

const openTo = (allows: Context["allows"]) => (one: AnyCommand) => ({
  command: one,
  allowed: allows({ verb: one.name, group: one.permission }),
});
