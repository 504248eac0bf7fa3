/** Policies for conversations. */

import { defaultPolicy } from "../../src/policy/decide.ts";
import { permissionsBy } from "../../src/policy/permissions.ts";

/** Everybody may do everything, everywhere. */
export const everybodyMayOrder = permissionsBy({
  people: {},
  rules: [{ allow: ["all"], who: ["everyone"] }],
});

/** What holds without a policy file, where the settings name these channels. */
export const readingIn = (...channels: string[]) => permissionsBy(defaultPolicy(channels));
