import { afterEach, describe, expect, it } from "vitest";
import { listedErrors } from "../../../adapters/slack/errors.ts";
import { ChatError, type ChatFailure } from "../../../src/chat/port.ts";
import { type SlackRig, slackRig } from "./rig.ts";

const rigs: SlackRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const room = { platform: "slack", channel: "C0WAR" } as const;

async function failureAt(error: string): Promise<ChatError> {
  const rig = await slackRig();
  rigs.push(rig);
  rig.slack.faults.next({ error }, "chat.postMessage");
  const card = { tone: "plain", title: "Root", lines: [] } as const;
  const failed: unknown = await rig.port.post(room, card, "key").catch((reason: unknown) => reason);
  return failed instanceof ChatError ? failed : expect.fail(`not a ChatError: ${failed}`);
}

/** Whose trouble it is, as Slack's pages on its methods word the names. */
const known: Record<string, ChatFailure> = {
  invalid_blocks: { kind: "message" },
  invalid_blocks_format: { kind: "message" },
  msg_blocks_too_long: { kind: "message" },
  msg_too_long: { kind: "message" },
  metadata_too_large: { kind: "message" },
  no_text: { kind: "message" },
  message_not_found: { kind: "message", gone: true },
  thread_not_found: { kind: "message", gone: true },
  cant_update_message: { kind: "message", gone: true },
  edit_window_closed: { kind: "message", gone: true },
  channel_not_found: { kind: "place" },
  is_archived: { kind: "place" },
  not_in_channel: { kind: "place" },
  restricted_action: { kind: "place" },
  restricted_action_read_only_channel: { kind: "place" },
  restricted_action_thread_only_channel: { kind: "place" },
  invalid_auth: { kind: "bot" },
  token_revoked: { kind: "bot" },
  token_expired: { kind: "bot" },
  account_inactive: { kind: "bot" },
  missing_scope: { kind: "bot" },
  ekm_access_denied: { kind: "bot" },
  ratelimited: { kind: "moment", afterMs: 30_000 },
  message_limit_exceeded: { kind: "moment", afterMs: 30_000 },
  internal_error: { kind: "moment", perhapsDone: true },
  service_unavailable: { kind: "moment", perhapsDone: true },
  dlp_policy_blocked_this: { kind: "moment" },
  a_name_from_tomorrow: { kind: "moment" },
};

describe("whose trouble an error of Slack's is", () => {
  it.each(Object.entries(known))("%s", async (name, failure) => {
    expect((await failureAt(name)).failure).toEqual(failure);
  });

  it.each(Object.entries(listedErrors))("%s, as it is listed", async (name, failure) => {
    const error = await failureAt(name);
    expect(error.failure).toEqual(failure);
    expect(error.message).toMatch(/^[A-Z]\w+ \w+.*[^.]$/);
  });
});
