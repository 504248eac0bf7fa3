/** Policies for conversations. */
import { permissionsBy } from "../../src/core/permissions.ts";
import { defaultPolicy } from "../../src/policy/decide.ts";

/** Everybody may do everything, everywhere. */
export const everybodyMayOrder = permissionsBy({
  people: {},
  rules: [{ allow: ["all"], who: ["everyone"] }],
});

/** What holds without a policy file, where the settings name these channels. */
export const readingIn = (...channels: string[]) => permissionsBy(defaultPolicy(channels));
