/** Whether those whom ON_CALL names in Slack can be called. */
import type { DoctorCheck } from "../../src/chat/check.ts";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import type { SlackCall } from "./call.ts";
import { slackId } from "./home.ts";
import { userOf } from "./people.ts";

export async function slackOnCallChecks(
  call: SlackCall,
  onCall: readonly string[],
): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const id of onCall) checks.push(...(await examineCalled(call, id)));
  return checks;
}

async function examineCalled(call: SlackCall, id: string): Promise<DoctorCheck[]> {
  const about = `Slack on call ${id}`;
  try {
    const says = id.startsWith("S") ? await groupFault(call, id) : await personFault(call, id);
    return says === undefined ? [] : [{ about, verdict: "warning", ...says }];
  } catch (error) {
    const says = `Whether it can be called could not be asked: ${failureSentence(error, "Slack gave no answer")}`;
    return [{ about, verdict: "warning", says }];
  }
}

type Fault = Pick<DoctorCheck, "says" | "cure">;

const correct = "correct the id in ON_CALL";

const personFault = async (call: SlackCall, id: string): Promise<Fault | undefined> =>
  (await isPerson(call, id))
    ? undefined
    : { says: "ON_CALL names somebody who is not there, or has left", cure: correct };

/** Slack lists no group that is switched off. */
async function groupFault(call: SlackCall, id: string): Promise<Fault | undefined> {
  const { usergroups = [] } = await call("usergroups.list", { include_users: true });
  const group = usergroups.find((one) => one.id === id);
  if (!group)
    return { says: "ON_CALL names a group that is not there, or is switched off", cure: correct };
  const { users, handle } = group;
  if (users === undefined || users.length > 0) return undefined;
  return {
    says: `Nobody is called: nobody is in the group ${handle}`,
    cure: "add people to it",
  };
}

/** Who has left is none. */
export const isPerson = async (call: SlackCall, id: string): Promise<boolean> => {
  const user = await userOf(call, slackId(id));
  return user !== undefined && user.deleted !== true;
};
