/**
 * What nobody knows of EM: whatever it does there, a run and its undo are told to their ends, once,
 * and truthfully.
 */
import { describe, expect, it } from "vitest";
import type { SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { type Switches, type SwitchName, switches } from "../../src/sandbox/switches.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const RIVAL = { name: "Standard Failover Plan", tenant: "ABC Company" };

/** What makes a switch matter. Without any: JSON, EM 12, and nothing befalls the run. */
interface Circumstance {
  readonly options?: SandboxOptions & { readonly format?: "xml" };
  /** After the first questions, before the order. */
  readonly before?: (bot: TestBot) => Promise<unknown> | unknown;
  /** After the confirmation, instead of a look. */
  readonly sending?: (bot: TestBot) => Promise<unknown>;
  /** While the run goes on. */
  readonly meanwhile?: (bot: TestBot) => Promise<unknown> | unknown;
  /** Between the plan and its reason. */
  readonly clause?: string;
  /** How the start and its undo end, where not confirmed both. */
  readonly ends?: { readonly [position: string]: readonly [start: RegExp, undo: RegExp] };
}

const xml = { options: { format: "xml" } } as const;
const thirteen = { options: { dialect: "13" } } as const;
const before = { clause: " before 2026-11-21 05:00" };
const failed = /Failed: /;
const nothingToUndo = failed;

const circumstances: { readonly [Name in SwitchName]?: Circumstance } = {
  hrefEscapes: xml,
  planVmElement: xml,
  xmlNamespace: xml,
  v13Input: thirteen,
  v13Keys: thirteen,
  startSpec: before,
  xmlOrder: { ...xml, ...before },
  secondStart: {
    sending: startInTheConsoleAtTheLastMoment,
    ends: {
      "task-fails": [failed, nothingToUndo],
      "confirmation-needed": [failed, nothingToUndo],
      409: [/Not started: .*$/, nothingToUndo],
      400: [/Not started: .*$/, nothingToUndo],
    },
  },
  deleteTask: {
    meanwhile: stop,
    ends: {
      forgets: [/Failed over, confirmed, in spite of the stop order: /, /Undone, confirmed: /],
      stops: [/Failed after the stop order: /, nothingToUndo],
    },
  },
  failedTaskBody: {
    options: { scenario: "task-fails" },
    ends: { message: [failed, failed], bare: [failed, failed] },
  },
  finishedTasks: { meanwhile: (bot) => bot.clock.advance(40_000) },
  taskNumbers: { meanwhile: anotherLogonWithTasks },
  refusalBody: { meanwhile: (bot) => bot.sandbox.control.dropLogons() },
  logonLifetime: { before: (bot) => bot.clock.advance(14 * 60_000 + 40_000) },
  logonLimit: { before: fourOthersLogOn },
};

/** Somebody starts another plan of the tenant between our last look and our order. */
async function startInTheConsoleAtTheLastMoment(bot: TestBot): Promise<void> {
  const { control, estate } = bot.sandbox;
  const rival = estate
    .plans()
    .find(({ name, tenant }) => name === RIVAL.name && tenant?.name === RIVAL.tenant);
  const held = control.holdNextAnswer(({ path }) => path.includes("State%3D%3DWorking"));
  const look = bot.look();
  await held.arrived;
  control.order(rival?.id ?? "", "start");
  bot.clock.advance(3000);
  held.release();
  await look;
}

async function stop(bot: TestBot): Promise<void> {
  await bot.say(`stop "${PLAN}"`);
  await bot.confirm();
  await bot.look();
}

/** Its first task may have the id of the one that is watched. */
async function anotherLogonWithTasks(bot: TestBot): Promise<void> {
  bot.sandbox.control.dropLogons();
  await bot.say("collect");
}

async function fourOthersLogOn({ sandbox }: TestBot): Promise<void> {
  const basic = Buffer.from(`${sandbox.username}:${sandbox.password}`).toString("base64");
  for (let i = 0; i < 4; i++)
    await fetch(`${sandbox.url}/api/sessionMngr/?v=latest`, {
      method: "POST",
      headers: { Authorization: `Basic ${basic}` },
    });
}

async function order(
  bot: TestBot,
  verb: string,
  { sending, meanwhile, clause = "" }: Circumstance,
) {
  await bot.say(`${verb} "${PLAN}"${clause} because of a switch`);
  await bot.confirm();
  await (sending ? sending(bot) : bot.look());
  await meanwhile?.(bot);
  await bot.untilQuiet();
}

/** The lines that tell how a run ended, by their first words. */
const ends = ({ chat }: TestBot) =>
  chat.messages
    .filter(({ place, versions }) => place.thread !== undefined && versions[0]?.alsoInChannel)
    .map((message) => chat.text(message).split("\n")[0] ?? "")
    .filter((line) => line.includes(PLAN));

const ordersOf = ({ sandbox }: TestBot, action: string) => {
  const id = sandbox.estate.plans().find(({ name }) => name === PLAN)?.id;
  return sandbox.requests.filter(({ path }) => path.includes(`${id}?action=${action}`)).length;
};

const failedOver = ({ sandbox }: TestBot) => {
  const vms = sandbox.estate.plans().find(({ name }) => name === PLAN)?.vms ?? [];
  const over = sandbox.estate.points().filter(({ state }) => state === "Failover");
  return vms.filter(({ vm }) => over.some((point) => point.vm.id === vm)).length;
};

const cases = Object.entries(switches).flatMap(([name, { positions }]) =>
  positions.map((position) => ({ name: name as SwitchName, position })),
);

describe("whatever EM does where nobody knows it", () => {
  it.each(cases)("$name: $position", { timeout: 20_000 }, async ({ name, position }) => {
    const circumstance = circumstances[name] ?? {};
    const { options, before, ends: unusual } = circumstance;
    const [startEnds, undoEnds] = unusual?.[position] ?? [
      /Failed over, confirmed: /,
      /Undone, confirmed: /,
    ];
    const bot = await startBot({
      ...options,
      switches: { [name]: position } as Partial<Switches>,
    });
    await before?.(bot);
    await bot.say("status");
    await bot.say("plans");

    await order(bot, "start", circumstance);
    const [started, ...again] = ends(bot);
    expect(started).toMatch(startEnds);
    expect(again).toEqual([]);
    if (started?.includes("confirmed")) expect(failedOver(bot)).toBe(6);

    await order(bot, "undo", {});
    const [, undone, ...oftener] = ends(bot);
    expect(undone).toMatch(undoEnds);
    expect(oftener).toEqual([]);
    if (undone?.includes("confirmed")) expect(failedOver(bot)).toBe(0);

    expect([ordersOf(bot, "start"), ordersOf(bot, "undo")]).toEqual([1, 1]);
    expect(bot.chat.transcript()).not.toContain("Could not");
    expect(
      bot.sandbox.requests.filter(({ path }) => path.includes("sessionMngr")).length,
    ).toBeLessThan(10);
  });
});
