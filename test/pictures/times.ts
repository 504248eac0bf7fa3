/** Times as the platforms' clients show them to a reader of English in UTC. */

const shown = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options });
  return (seconds: number) => format.format(seconds * 1000).replaceAll("\u202f", " ");
};

/** "6:00 AM" */
export const clockTime = shown({ hour: "numeric", minute: "2-digit" });
/** "November 21, 2026 at 6:00 AM" */
export const longTime = shown({ dateStyle: "long", timeStyle: "short" });

export const ago = (seconds: number): string =>
  seconds === 1 ? "1 second ago" : `${seconds} seconds ago`;

/** How long after the bot looked at EM the picture is taken. */
export const TAKEN_AFTER_S = 3;
