/**
 * What the adapter uses of Slack, in one place: `manifest.yml` is held against it, and the start-up
 * probe asks for it. Scopes as on each method's page under https://docs.slack.dev/reference/methods
 */

import type { webApi } from "@slack/bolt";

/** As long as the manifest calls it so. */
export const slashCommand = "/failover";

/** Events, with the scope that Slack wants for each. */
export const scopesOfEvents = {
  app_mention: ["app_mentions:read"],
  channel_id_changed: ["channels:read", "groups:read"],
  "message.im": ["im:history"],
} as const;

/** Web API methods, with the scopes that Slack wants for each. */
export const scopesOfMethods = {
  "auth.test": [],
  "chat.postMessage": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.update": ["chat:write"],
  "chat.getPermalink": [],
  "conversations.info": ["channels:read", "groups:read"],
  "conversations.history": ["channels:history", "groups:history"],
  "conversations.replies": ["channels:history", "groups:history"],
  "conversations.open": ["im:write"],
  "files.getUploadURLExternal": ["files:write"],
  "files.completeUploadExternal": ["files:write"],
  "usergroups.list": ["usergroups:read"],
  "users.info": ["users:read"],
  "views.open": [],
} as const satisfies Record<string, readonly string[]>;

export type SlackMethod = keyof typeof scopesOfMethods;

/** What the bot does not do without a scope, in the words of a start-up check. */
export const lossWithout: Record<string, string> = {
  "chat:write": "the bot cannot say anything",
  commands: `${slashCommand} does not exist`,
  "app_mentions:read": "mentions of the bot do not reach it",
  "im:history": "direct messages do not reach it",
  "channels:read": "public channels cannot be checked at start-up",
  "groups:read": "private channels cannot be checked at start-up",
  "channels:history":
    "a message in a public channel whose answer was lost is perhaps posted twice, and what was said there while the bot was away is not read",
  "groups:history":
    "a message in a private channel whose answer was lost is perhaps posted twice, and what was said there while the bot was away is not read",
  "files:write": "reports of runs come in words alone, without their files",
  "im:write": "where no channel can be written, nobody is told the end directly",
  "usergroups:read": "rules that name user groups do not work",
  "users:read":
    "people are shown by their id, and rules for everyone, members or guests let nobody in",
};

export interface Answers {
  "auth.test": webApi.AuthTestResponse;
  "chat.postMessage": webApi.ChatPostMessageResponse;
  "chat.postEphemeral": webApi.ChatPostEphemeralResponse;
  "chat.update": webApi.ChatUpdateResponse;
  "chat.getPermalink": webApi.ChatGetPermalinkResponse;
  "conversations.info": webApi.ConversationsInfoResponse;
  "conversations.history": webApi.ConversationsHistoryResponse;
  "conversations.replies": webApi.ConversationsRepliesResponse;
  "conversations.open": webApi.ConversationsOpenResponse;
  "files.getUploadURLExternal": webApi.FilesGetUploadURLExternalResponse;
  "files.completeUploadExternal": webApi.FilesCompleteUploadExternalResponse;
  "usergroups.list": webApi.UsergroupsListResponse;
  "users.info": webApi.UsersInfoResponse;
  "views.open": webApi.ViewsOpenResponse;
}
