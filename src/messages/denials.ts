/** Why somebody may not do something, in a sentence without its full stop. */
import { platformName } from "../chat/platform-name.ts";
import type { Person } from "../chat/port.ts";
import type { Denial, GroupsUnreadable } from "../records/asker.ts";
import type { NotAnother } from "../records/order.ts";
import { count, list } from "./words.ts";

/**
 * Said where something is closed, so that nobody looks for another place: what opens it is a
 * policy.
 */
const WITHOUT_POLICY =
  "There is no policy file (POLICY_FILE), so chats may only read, in the channels that the settings name";

export function denialWords(why: Denial): string {
  switch (why.is) {
    case "forbidden":
      return "A rule of the policy forbids it to you here";
    case "forbidden-to-group":
      return `A rule forbids it to a group, and your groups cannot be read: ${unreadableWords(why)}`;
    case "forbidden-to-class":
      return `A rule forbids it to some, and whether you are a member here cannot be read: ${unreadableWords(why)}`;
    case "membership-unreadable":
      return `Whether you are a member here cannot be read: ${unreadableWords(why)}`;
    case "no-member":
      return `Full members may do it, and you are ${classWords[why.as]}`;
    case "elsewhere":
      return `You may do it only ${placesWords(why.places)}, not in this channel`;
    case "groups-unreadable":
      return `Your groups cannot be read: ${unreadableWords(why)}`;
    case "not-in-group":
      return "You are not in a group that may do it";
    case "not-named":
      return "You are not among those who may do it";
    case "not-yours":
      return "Somebody else asked for it: only whoever did, and whoever may order or confirm it, can do that";
    case "neither-you-nor-here":
      return "It is open neither to you nor in this channel";
    case "closed-to-all":
      return "No rule opens it to anybody for this plan";
    case "without-policy":
      return `${denialWords(why.why)}. ${WITHOUT_POLICY}${unlistedWords(why.unlisted)}`;
    default:
      return why satisfies never;
  }
}

/** What opens reading there, for whoever runs the bot. */
const unlistedWords = (channel: string | undefined) =>
  channel === undefined ? "" : `. SLACK_CHANNELS does not name this one: its id is ${channel}`;

/** Whom to ask instead, where the denial tells. */
export function othersMay(why: Denial): string[] {
  if (why.is === "without-policy") return othersMay(why.why);
  const may = "may" in why ? (why.may ?? []) : [];
  return may.length === 0 ? [] : [`Those who may: ${whoWords(may)}.`];
}

/** `who` as a policy writes it: names are said, ids are counted. */
export function whoWords(who: readonly string[]): string {
  const names = who.filter((one) => !one.includes(":"));
  const groups = who.filter((one) => /^(slack-group|discord-role):/.test(one)).length;
  const accounts = who.length - names.length - groups;
  return list([
    ...names,
    ...(groups > 0 ? [`the members of ${count(groups, "group")}`] : []),
    ...(accounts > 0 ? [`${count(accounts, "account")} that the policy names by id`] : []),
  ]);
}

const classWords = {
  guest: "a guest here",
  external: "of another workspace or server",
  bot: "a bot",
  nobody: "no longer here",
} as const;

/** Of somebody else than the reader. */
export const unreadableOfWords = ({ name }: Person, why: string) =>
  `The groups of ${name} cannot be read: ${unreadableWords({ unreadable: why })}`;

export const unreadableWords = ({ unreadable }: GroupsUnreadable) =>
  unreadable || "the platform gives no reason";

/** So many places are named. */
const MOST_PLACES = 4;

function placesWords(places: readonly string[]): string {
  const words = places.map(ruledPlaceWords);
  const named = words.length > MOST_PLACES ? [...words.slice(0, MOST_PLACES), "elsewhere"] : words;
  return named.join(" or ");
}

/** `place` as a policy writes it. */
function ruledPlaceWords(place: string): string {
  const [platform, channel] = place.split(":");
  if (platform === "terminal") return "at the terminal";
  return `in ${platformName[platform === "slack" ? "slack" : "discord"]}'s channel ${channel}`;
}

export function notAnotherWords(why: NotAnother): string {
  switch (why.is) {
    case "own":
      return `You asked for it, and ${count(why.needed, "other person", "other people")} must approve it`;
    case "approved-already":
      return "You have approved it already";
    case "perhaps-one":
      return `The bot cannot tell whether you and ${why.other.name} are two people: the policy must name, under people, the accounts that one of you has on ${why.other.platform} and ${why.me.platform}`;
    default:
      return why satisfies never;
  }
}
