/** `<plan> [because <reason>]`, as several orders are typed. */
import type { CommandOption } from "../chat/port.ts";
import { splitClauses } from "../typed/line.ts";
import type { Parsed } from "./command.ts";

export interface PlanAndReason {
  readonly plan: string;
  readonly reason: string | undefined;
}

const planOption: CommandOption = {
  name: "plan",
  summary: "the failover plan",
  required: true,
  takes: "plan",
};

const reasonOption: CommandOption = {
  name: "because",
  summary: "the reason, for those who read it later",
  required: false,
  takes: "text",
  word: "because",
};

export const orderOptions = [planOption, reasonOption];

export function planAndReason(rest: string, verb: string): Parsed<PlanAndReason> {
  const { "": plan = "", because } = splitClauses(rest, ["because"]);
  return plan === ""
    ? { ok: false, why: `Name the plan to ${verb}.`, beside: rest }
    : { ok: true, args: { plan, reason: because || undefined } };
}
