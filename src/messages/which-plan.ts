/** Answers to somebody whose line names no plan, or several. */
import type { Card, Line } from "../chat/port.ts";
import type { PlansRead } from "../em/plan-list.ts";
import type { FailoverPlan } from "../em/types.ts";
import { unreadPlansLine } from "./unread.ts";
import { quoted, refusalCard, type } from "./words.ts";

const NO_TENANTS =
  "This EM shows no Cloud Connect, as one on Linux has none: there are no plans of tenants, only ordinary ones.";

/** `unread`: kinds among which the plan may be all the same. */
export function unknownPlanCard(
  typed: string,
  nearest: readonly FailoverPlan[],
  { unread, cloud }: Pick<PlansRead, "unread" | "cloud"> = { unread: [], cloud: true },
): Card {
  const title =
    typed === "" ? "Which plan?" : `No failover plan ${quoted(typed)}${amongWords(unread)}`;
  const lines = [...unread.map(unreadPlansLine), ...(cloud ? [] : [NO_TENANTS])];
  if (nearest.length === 0) return refusalCard(title, [...lines, "EM shows no plans."]);
  const names = [...new Set(nearest.map(({ name }) => name))];
  return refusalCard(
    title,
    [
      ...lines,
      ["Nearest: ", ...names.flatMap((name, i) => [i > 0 ? ", " : "", type(quoted(name))])],
    ],
    [type("plans"), " lists them all."],
  );
}

const amongWords = (unread: PlansRead["unread"]) =>
  unread.length === 0 ? "" : " among those that I can read";

/** A number means a place in a list that was shown. `listed`: so many stood in the last. */
export const noSuchNumberCard = (typed: string, listed: number): Card =>
  refusalCard(
    listed === 0
      ? `${typed}: there is no list to count in`
      : `${typed}: the last list ends at ${listed}`,
    ["A number means a plan in the list that you were shown here in the last ten minutes."],
    [type("plans"), " shows one; or type the plan's name."],
  );

/** `words` are what to type for each. */
export function severalPlansCard(
  typed: string,
  plans: readonly { plan: FailoverPlan; words: string }[],
): Card {
  return refusalCard(
    `Several plans fit ${quoted(typed)}`,
    plans
      .slice(0, 10)
      .map(
        ({ plan, words }): Line => [
          type(words),
          plan.tenant ? ` – tenant ${plan.tenant.name}` : "",
        ],
      ),
    "Name one of them. Nothing was done.",
  );
}
