/**
 * Which workspace the bot is at home in. In channels that are shared with other workspaces, their
 * people call the bot as well; ids of people are told apart by workspaces alone.
 */

import type { webApi } from "@slack/bolt";
import { ChatError } from "../../src/chat/port.ts";
import type { SlackCall } from "./call.ts";

export interface Home {
  /** Asks Slack where that is not known yet. Rejects with `ChatError`. */
  find(): Promise<void>;
  /** Slack has told by the way. */
  learn(own: readonly string[]): void;
  /** False also as long as Slack has not told. */
  isHome(team: string): boolean;
}

/** Of the Events API; an event comes by way of each workspace where the app is installed. */
export interface Origin {
  /** The workspaces of whoever did it, as far as Slack says. */
  readonly teams: readonly string[];
  /** The workspaces by whose installation it comes; empty where Slack does not say. */
  readonly installed: readonly string[];
}

export function createHome(call: SlackCall): Home {
  let own: readonly string[] | undefined;
  return {
    find: async () => {
      own ??= await readOwn(call);
    },
    learn: (ids) => {
      if (ids.length > 0) own = ids;
    },
    isHome: (team) => own?.includes(team) ?? false,
  };
}

/** The workspace, and the organisation where it belongs to one. */
async function readOwn(call: SlackCall): Promise<string[]> {
  const own = ownIn(await call("auth.test", {}));
  if (own.length === 0)
    throw new ChatError({ kind: "moment" }, "Slack does not say which workspace the bot is in");
  return own;
}

export const ownIn = ({ team_id, enterprise_id }: webApi.AuthTestResponse): string[] =>
  [team_id ?? "", enterprise_id ?? ""].filter((id) => id !== "");

/** The workspace of a stranger; nothing for people of the bot's own. */
export const foreignTeam = (
  { teams, installed }: Origin,
  { isHome }: Pick<Home, "isHome">,
): string | undefined =>
  teams.find((team) => !isHome(team)) ?? (installed.some(isHome) ? undefined : installed[0]);

/**
 * How a person is called from here on. The id of a stranger bears the workspace, so that it is
 * never that of one's own people.
 */
export const personId = (user: string, team: string | undefined) =>
  team === undefined ? user : `${team}/${user}`;

/** The workspace of a stranger, by his or her id. */
export const teamIn = (id: string): string | undefined =>
  id.includes("/") ? id.slice(0, id.indexOf("/")) : undefined;

/** As Slack itself calls somebody. */
export const slackId = (id: string) => id.slice(id.indexOf("/") + 1);
