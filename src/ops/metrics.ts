/**
 * The figures that Prometheus collects. Labels are words from short lists of ours: never a name, an
 * id, an address or anything that EM or a person wrote.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Platform } from "../chat/port.ts";
import type { RequestInfo } from "../em/exchange.ts";
import { botVersion } from "../version.ts";

/** What is counted while the bot works. */
export interface Figures {
  request(info: RequestInfo): void;
  polled(): void;
  chatFailed(platform: Platform, failure: string): void;
  /** Something became of an order: `sent`, `expired`, `confirmed`, `failed` and the like. */
  ordered(action: string, outcome: string): void;
  /** Gives how many commands were refused or failed. */
  refusals(read: () => number): void;
  /** A figure that is read when somebody asks, by label; what cannot be read then is left out. */
  gauge(name: GaugeName, read: () => Promise<Readonly<Record<string, number>>>): void;
  /** In Prometheus's text format. */
  text(): Promise<string>;
}

const GAUGES = {
  watches_open: { help: "Runs being followed now", label: "of" },
  outbox_depth: { help: "Messages that wait to be said", label: "platform" },
  outbox_oldest_seconds: { help: "How long the oldest of them has waited", label: "platform" },
  ends_without_place: {
    help: "Failures and ends that no place takes now; their people were told directly",
    label: "platform",
  },
  platform_up: { help: "1 where a chat platform is connected", label: "platform" },
  store_up: { help: "1 where the bot's state can be read", label: "store" },
} as const;

export type GaugeName = keyof typeof GAUGES;

const PREFIX = "failover_bot_";
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];

/**
 * `ofProcess`: with CPU, memory and event loop of this process, which are observed from then on.
 */
export function createFigures({ ofProcess = false } = {}): Figures {
  const register = new Registry();
  if (ofProcess) collectDefaultMetrics({ register });
  buildInfoIn(register);
  const registers = [register];
  const requests = new Histogram({
    name: `${PREFIX}em_request_seconds`,
    help: "Requests to Enterprise Manager, by what was asked and how it ended",
    labelNames: ["route", "outcome"],
    buckets: SECONDS,
    registers,
  });
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ) => new Counter({ name: `${PREFIX}${name}_total`, help, labelNames, registers });
  const polls = counter("polls", "Looks at Enterprise Manager");
  const failures = counter("chat_failures", "What a chat platform did not take", [
    "platform",
    "kind",
  ]);
  const orders = counter("orders", "What became of orders", ["action", "outcome"]);
  return {
    request: ({ route, outcome, ms }) => requests.observe({ route, outcome }, ms / 1000),
    polled: () => polls.inc(),
    chatFailed: (platform, kind) => failures.inc({ platform, kind }),
    ordered: (action, outcome) => orders.inc({ action, outcome }),
    refusals: (read) => void refusalsIn(register, read),
    gauge: (name, read) => void gaugeIn(register, name, read),
    text: () => register.metrics(),
  };
}

/** Always 1: what it tells is its label. */
function buildInfoIn(register: Registry) {
  new Gauge({
    name: `${PREFIX}build_info`,
    help: "Which version of the bot this is",
    labelNames: ["version"],
    registers: [register],
  }).set({ version: botVersion }, 1);
}

function refusalsIn(register: Registry, read: () => number) {
  return new Counter({
    name: `${PREFIX}refusals_total`,
    help: "Commands that were refused or failed",
    registers: [register],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function gaugeIn(register: Registry, name: GaugeName, read: Parameters<Figures["gauge"]>[1]) {
  const { help, label } = GAUGES[name];
  return new Gauge({
    name: `${PREFIX}${name}`,
    help,
    labelNames: [label],
    registers: [register],
    async collect() {
      const values = await read().catch(() => ({}));
      this.reset();
      for (const [value, figure] of Object.entries(values)) this.set({ [label]: value }, figure);
    },
  });
}
