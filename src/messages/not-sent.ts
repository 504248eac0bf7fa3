/** Why an order was not sent, in sentences; the last without its full stop. */
import type { Person } from "../chat/port.ts";
import type { NotSent, PlanChange } from "../records/order.ts";
import { blockerWords } from "./blockers.ts";
import { unreadableOfWords } from "./denials.ts";
import { sentence } from "./words.ts";

export function notSentWords(why: NotSent): string {
  switch (why.is) {
    case "plan-gone":
      return "EM no longer has this plan. Nothing was sent";
    case "more-approvals":
      return "The policy asks for more approvals now than when this was asked. Nothing was sent";
    case "no-longer-allowed":
      return why.change
        ? `${sentence(changeWords(why.change))} ${noLonger(why.who)}`
        : noLonger(why.who);
    case "task-ended":
      return "EM's task has ended meanwhile, so there is nothing to stop. Nothing was sent";
    case "task-not-known":
      return "EM does not show me the order's task (its answer was lost, or the logon that ordered it has ended), so I cannot remove it. What was begun goes on, and is watched. Nothing was sent";
    case "never-sent":
      return "The order was not sent, so there is nothing to stop";
    case "blocked":
      return `${why.by.map(blockerWords).map(sentence).join(" ")} Nothing was sent`;
    case "too-late":
      return `It could not be sent within two minutes of being approved. ${waitedWords(why)}Nothing was sent`;
    case "changed":
      return `${changeWords(why.change)}. Nothing was sent`;
    case "refused":
      return why.says;
    case "told":
      return why.text;
    default:
      return why satisfies never;
  }
}

function waitedWords({ waited, of }: Extract<NotSent, { is: "too-late" }>): string {
  if (waited === undefined) return "";
  return `${sentence(of ? unreadableOfWords(of, waited) : waited)} `;
}

const noLonger = ({ name }: Person) => `${name} is no longer allowed to do this. Nothing was sent`;

export function changeWords(change: PlanChange): string {
  switch (change.is) {
    case "plan-edited":
      return "The plan was changed in EM after it was shown";
    case "points-changed":
      return `The restore points or states of these VMs have changed since they were shown: ${change.vms.join(", ")}`;
    case "notes-changed":
      return "What the question said about the plan has changed since it was shown";
    default:
      return change satisfies never;
  }
}

/** Of a stop whose answer was lost. */
export const STOP_NOT_KNOWN = "EM's answer was lost, so the task may or may not be gone";
