/** What a sandbox can be made to do. `--scenario` and its help are drawn from this table. */

import type { Role } from "./api/rights.ts";
import type { Inventory, Twist } from "./estate/estate.ts";
import {
  firstInventory,
  hostileInventory,
  manyInventory,
  sharedInventory,
  siteInventory,
} from "./estate/seed-estate.ts";
import type { Switches } from "./switches.ts";

export interface Scenario {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly inventory: () => Inventory;
  /** How runs go that are ordered while this scenario plays. */
  readonly twist: Twist;
  /** When EM shows how restore points stand: at once, or after its data collection. */
  readonly pointsShown: "at-once" | "by-collection";
  readonly cloud: boolean;
  readonly role: Role;
  /** How long a logon lives at most, in milliseconds. */
  readonly logonLivesMs: number;
  /** What happens to answers on their way. */
  readonly answers: "arrive" | "orders-lost" | "flaky" | "garbage";
  /**
   * Whether EM restarts, and answers nobody for a minute, a quarter of a minute after each order.
   */
  readonly restarts: boolean;
  /** Whether EM speaks of states that no documentation knows. */
  readonly words: "known" | "unknown";
  /** What happens by itself. */
  readonly schedule: "nothing" | "runs" | "edits" | "long-runs";
  readonly switches: Partial<Switches>;
}

const well: Omit<Scenario, "name" | "summary"> = {
  inventory: firstInventory,
  twist: "none",
  pointsShown: "at-once",
  cloud: true,
  role: "Portal Administrator",
  logonLivesMs: Number.POSITIVE_INFINITY,
  answers: "arrive",
  restarts: false,
  words: "known",
  schedule: "nothing",
  switches: {},
};

const table = {
  "all-well": { summary: "Every run ends well, in one to two minutes" },
  "vm-fails": { summary: "The second VM of each run cannot be powered on", twist: "vm-fails" },
  "vm-warns": { summary: "The second VM of each run starts with a warning", twist: "vm-warns" },
  "vm-stalls": { summary: "The second VM of each run never comes to an end", twist: "vm-stalls" },
  "task-fails": {
    summary: "EM takes each order, then says that its task failed",
    twist: "task-fails",
  },
  "session-fails": {
    summary: "Each session fails at once, without a reason and without VMs",
    twist: "session-fails",
  },
  "answer-lost": {
    summary: "Orders are carried out, but their answers never come",
    answers: "orders-lost",
  },
  "logons-drop": {
    summary: "Each logon ends 40 seconds after it was made, with all its tasks",
    logonLivesMs: 40_000,
  },
  "em-restarts": {
    summary: "15 seconds after each order EM is gone for a minute; the run goes on",
    restarts: true,
  },
  contradicted: {
    summary: "Sessions end well, but one VM goes on being replicated: it was not failed over",
    twist: "contradicted",
  },
  "points-lag": {
    summary: "EM learns of restore points only every 15 minutes, as a real one does",
    pointsShown: "by-collection",
  },
  "started-elsewhere": {
    summary: "Runs start by themselves, the first after 20 seconds",
    schedule: "runs",
  },
  "plan-edited": {
    summary: "Somebody edits plans every 45 seconds, in the console",
    schedule: "edits",
  },
  "slow-and-flaky": {
    summary: "Answers take up to 1.5 seconds; some are 503, some never come",
    answers: "flaky",
  },
  garbage: {
    summary: "Every fourth answer is nonsense, each time of another kind",
    answers: "garbage",
  },
  "hostile-names": {
    summary: "Names that try to mention people, format text or break out of markup",
    inventory: hostileInventory,
    twist: "vm-warns",
  },
  "unknown-words": { summary: "States and results that no documentation knows", words: "unknown" },
  "shared-names": {
    summary: "Two tenants whose VMs have the same names",
    inventory: sharedInventory,
  },
  many: {
    summary: "200 plans, of which 100 are running",
    inventory: () => manyInventory(),
    schedule: "long-runs",
  },
  forbidden: {
    summary: "The account is a Portal User and may do next to nothing",
    role: "Portal User",
  },
  "no-cloud": {
    summary: "No Cloud Connect: only ordinary plans",
    cloud: false,
    inventory: siteInventory,
  },
} as const satisfies Record<string, Partial<Scenario> & { summary: string }>;

export type ScenarioName = keyof typeof table;

export const scenarios: { readonly [Name in ScenarioName]: Scenario } = Object.fromEntries(
  Object.entries(table).map(([name, own]) => [name, { ...well, name, ...own }]),
) as { [Name in ScenarioName]: Scenario };

/** The default first. */
export const scenarioNames = Object.keys(table) as [ScenarioName, ...ScenarioName[]];

export const isScenarioName = (name: string): name is ScenarioName =>
  Object.hasOwn(scenarios, name);
