/** What a look at EM before an order has found, in sentences. */
import type { Blocker, OrderNote, UnfitState } from "../records/blocker.ts";
import { count, list, quoted } from "./words.ts";

const ONE_AT_A_TIME = "and EM does one failover at a time for a tenant.";

export function blockerWords(blocker: Blocker): string {
  switch (blocker.is) {
    case "no-vms":
      return `Plan ${quoted(blocker.plan)} has no VMs.`;
    case "not-testable":
      return "EM's API cannot test ordinary failover plans, only cloud ones.";
    case "session-runs": {
      const doubt = blocker.shared
        ? " (several plans have this name; it may be another tenant's)"
        : "";
      return `A failover session of plan ${quoted(blocker.plan)} runs${doubt}, ${ONE_AT_A_TIME}`;
    }
    case "order-with-em":
      return `An order to plan ${quoted(blocker.plan)} is with EM, its session is not known yet, ${ONE_AT_A_TIME}`;
    case "states-not-readable":
      return "A test needs every replica in state Ready, and the states cannot be read.";
    case "vms-in-state":
      return `In state ${blocker.state}: ${list(blocker.vms)}. ${cureFor(blocker.state)}`;
    case "states-not-shown":
      return `A test needs every replica in state Ready, and EM does not show that of: ${list(blocker.vms)}.`;
    default:
      return blocker satisfies never;
  }
}

const cureFor = (state: UnfitState) =>
  state === "Failover" ? "Undo that failover first." : "Finish that in the Veeam console first.";

export function orderNoteWords(told: OrderNote): string {
  switch (told.is) {
    case "sessions-not-readable":
      return "Whether a failover runs already could not be checked: the EM account may not read sessions.";
    case "points-not-readable":
      return "The replica points could not be read: the EM account may not read them.";
    case "ordinary-plan":
      return "This is an ordinary plan: EM's API shows neither whether it runs nor its progress. The bot can only say whether EM took the order; all else is in the Veeam console.";
    case "failed-over":
      return `${told.vms} of ${count(told.of, "VM")} in state Failover.`;
    case "none-failed-over":
      return "EM shows no VM of this plan in state Failover; its data may be up to 15 minutes old.";
    case "failed-over-already":
      return `Already failed over: ${list(told.vms, 6)}. EM will process them again.`;
    case "no-point": {
      const when = told.before ? " before that time" : "";
      return `No restore point${when} is shown for: ${list(told.vms, 6)}. EM decides what it does with them.`;
    }
    case "told":
      return told.text;
    default:
      return told satisfies never;
  }
}
