/** Card and thread lines of a watch, whatever it watches. */
import type { Card } from "../chat/port.ts";
import type { AnyWatch } from "../watch/any.ts";
import type { Event } from "../watch/events.ts";
import { type ThreadLine, threadLine } from "./events.ts";
import { replicationCard, replicationHeadline, replicationLine } from "./replication.ts";
import { headline, runCard } from "./run.ts";

export const cardOf = (watch: AnyWatch, now: number): Card =>
  watch.of === "failover" ? runCard(watch, now) : replicationCard(watch, now);

export const lineOf = (watch: AnyWatch, event: Event): ThreadLine =>
  watch.of === "failover" ? threadLine(watch, event) : replicationLine(watch, event);

export const headlineOf = (watch: AnyWatch): string =>
  watch.of === "failover" ? headline(watch) : replicationHeadline(watch);
