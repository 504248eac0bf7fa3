/** What is in the workspace of the fake: channels, people, messages, forms. Time is the clock's. */

import type { types } from "@slack/bolt";
import type { Clock } from "../../../src/clock.ts";
import { createSpokenRecord, type SpokenRecord } from "../spoken.ts";

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "direct";
  isArchived: boolean;
  /** Other workspaces that share it. */
  sharedWith?: readonly string[];
  hasBot: boolean;
}

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Record<string, unknown>;
}

export interface Message {
  channel: string;
  readonly ts: string;
  readonly thread?: string | undefined;
  /** A thread line that the channel shows too. */
  readonly isBroadcast: boolean;
  readonly by: string;
  /** The one person who sees it. */
  readonly onlyFor?: string | undefined;
  text: string;
  blocks: types.KnownBlock[];
  readonly metadata?: Metadata | undefined;
  readonly file?: UploadedFile;
  edits: number;
  /** `parse` and `link_names`, which make mentions of mere words. */
  makesMentions: boolean;
}

export interface Said {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly user: string;
  readonly subtype?: string;
  text: string;
  edited?: { readonly user: string; readonly ts: string };
}

export interface UploadedFile {
  readonly id: string;
  /** What it is called for those who download it. */
  readonly name: string;
  /** What it is called in the channel. */
  title: string;
  /** As it was announced, in bytes. */
  readonly size: number;
  bytes?: Buffer;
  isShared: boolean;
}

export interface OpenForm {
  readonly id: string;
  readonly user: string;
  readonly view: types.ModalView;
}

/** As users.info has it. */
export interface Account {
  readonly team_id?: string;
  readonly profile?: { readonly display_name: string };
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_bot?: boolean;
  readonly deleted?: boolean;
}

export interface World {
  readonly clock: Clock;
  readonly botUser: string;
  readonly channels: Map<string, Channel>;
  /** Names by id. */
  readonly people: Map<string, string>;
  /** What else Slack says of people, by id. Default: full members of T0ABC. */
  readonly accounts: Map<string, Account>;
  /** Members by group. */
  readonly groups: Map<string, string[]>;
  /** Whose accounts were switched off. */
  readonly withoutDirect: Set<string>;
  readonly messages: Message[];
  /** What people have said in channels, and how it stands now. */
  readonly said: Said[];
  /** What the bot has said, with every edit. */
  readonly spoken: SpokenRecord<Message>;
  readonly forms: OpenForm[];
  /** Also those that were never shared. */
  readonly files: Map<string, UploadedFile>;
  /** In bytes; administrators may set less than Slack's own limit. */
  largestFile: number;
  readonly scopes: Set<string>;
  isFreePlan: boolean;
  /** No message with blocks is taken. */
  refusesBlocks: boolean;
  isTokenRevoked: boolean;
  isAppTokenRevoked: boolean;
  /** A new id or timestamp, never given twice. */
  nextTs(): string;
  nextId(prefix: string): string;
}

const botUser = "U0FAILOVER";

export function createWorld(clock: Clock, scopes: readonly string[]): World {
  let count = 0;
  const channel = (
    id: string,
    name: string,
    kind: Channel["kind"],
    hasBot = true,
  ): [string, Channel] => [id, { id, name, kind, hasBot, isArchived: false }];
  return {
    clock,
    botUser,
    channels: new Map([
      channel("C0WAR", "war-room", "public"),
      channel("C0OPS", "ops", "public"),
      channel("G0SECRET", "secret", "private"),
      channel("C0OTHER", "other", "public", false),
      channel("D0ALICE", "alice", "direct"),
    ]),
    people: new Map([
      ["U0ALICE", "alice"],
      ["U0BOB", "bob"],
      [botUser, "failover"],
    ]),
    accounts: new Map(),
    groups: new Map([
      ["S0ONCALL", ["U0ALICE"]],
      ["S0OTHERS", ["U0BOB"]],
    ]),
    withoutDirect: new Set(),
    messages: [],
    said: [],
    spoken: createSpokenRecord(clock.now),
    forms: [],
    files: new Map(),
    largestFile: 1024 ** 3,
    scopes: new Set(scopes),
    isFreePlan: false,
    refusesBlocks: false,
    isTokenRevoked: false,
    isAppTokenRevoked: false,
    nextTs: () => `${Math.floor(clock.now() / 1000)}.${String(++count).padStart(6, "0")}`,
    nextId: (prefix) => `${prefix}${String(++count).padStart(6, "0")}`,
  };
}

/** Messages go along with their channel. */
export function renameChannel({ channels, messages }: World, old: string, now: string): void {
  const channel = channels.get(old);
  if (!channel) throw new Error(`There is no channel ${old}`);
  channels.delete(old);
  channels.set(now, { ...channel, id: now });
  for (const message of messages) if (message.channel === old) message.channel = now;
}
