/** Policies for conversations. */

import { defaultPolicy } from "../../src/policy/decide.ts";
import { permissionsBy } from "../../src/policy/permissions.ts";

/** Everybody is a full member, and in no group. */
export const allMembers = {
  belongs: () => ({ groups: async () => [], membership: async () => ({ is: "member" }) as const }),
};

/** Everybody may do everything, everywhere. */
export const everybodyMayOrder = permissionsBy(
  { people: {}, rules: [{ allow: ["all"], who: ["everyone"] }] },
  allMembers,
);

/** What holds without a policy file, where the settings name these channels. */
export const readingIn = (...channels: string[]) => permissionsBy(defaultPolicy(channels));
