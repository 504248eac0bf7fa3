/** Card and thread lines of a watch, whatever it watches. */
import type { Card } from "../chat/port.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Event } from "../records/event.ts";
import { type ThreadLine, threadLine } from "./events.ts";
import { headline } from "./headline.ts";
import {
  lastSeenReplicationCard,
  replicationCard,
  replicationHeadline,
  replicationLine,
} from "./replication.ts";
import { lastSeenRunCard, runCard } from "./run.ts";

export const cardOf = (watch: AnyWatch, now: number): Card =>
  watch.of === "failover" ? runCard(watch, now) : replicationCard(watch, now);

/**
 * The card of a run that goes on while nobody looks: nothing on it reads as if it were the present.
 */
export const lastSeenCardOf = (watch: AnyWatch): Card =>
  watch.of === "failover" ? lastSeenRunCard(watch) : lastSeenReplicationCard(watch);

export const lineOf = (watch: AnyWatch, event: Event): ThreadLine =>
  watch.of === "failover" ? threadLine(watch, event) : replicationLine(watch, event);

export const headlineOf = (watch: AnyWatch): string =>
  watch.of === "failover" ? headline(watch) : replicationHeadline(watch);
