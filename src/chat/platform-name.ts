import type { Platform } from "./port.ts";

/** As people write them. */
export const platformName: Readonly<Record<Platform, string>> = {
  slack: "Slack",
  discord: "Discord",
  terminal: "the terminal",
};
