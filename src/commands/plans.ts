import { fold } from "../chat/same-name.ts";
import { whatStands } from "../estate/facts.ts";
import { plansCard } from "../messages/lists.ts";
import { command } from "./command.ts";

export const plans = command({
  name: "plans",
  usage: "[text]",
  summary: "the failover plans, or those with a text in their name",
  options: [{ name: "text", summary: "a part of the name", required: false, takes: "text" }],
  details: ["Each has a number; for ten minutes you can type it here in place of the name."],
  section: "look",
  permission: "read",
  parse: (rest) => ({ ok: true, args: rest }),
  run: async (text, context) => {
    const wanted = fold(text);
    const { plans: all, standing } = await whatStands(context);
    if (all.is === "unread") throw all.why;
    const found = all.value.plans.filter(({ name, tenant }) =>
      fold(`${name} ${tenant?.name ?? ""}`).includes(wanted),
    );
    const card = plansCard(found, text, { unread: all.value.unread, standing });
    return { is: "reply", card, listed: found.map(({ id }) => id) };
  },
});
