import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { FaceName } from "../../../adapters/terminal/face.ts";
import { createTerminal, type TerminalOptions } from "../../../adapters/terminal/terminal.ts";
import type { CommandHint, Handlers, Incoming, Place } from "../../../src/chat/port.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { hearsAll } from "../../fakes/hears-all.ts";
import { createScreen } from "../../fakes/screen.ts";

export const channel: Place = { platform: "terminal", channel: "terminal" };

const commands: readonly CommandHint[] = [
  { name: "status", usage: "[plan]", summary: "What EM is doing", options: [] },
  { name: "start", usage: "<plan>", summary: "Starts a plan", options: [] },
  { name: "confirm", usage: "<plan name>", summary: "Confirms an order", options: [] },
  { name: "cancel", usage: "", summary: "Withdraws an order", options: [] },
];

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
}

interface RigOptions extends Partial<Omit<TerminalOptions, "face">> {
  readonly columns?: number;
  readonly rows?: number;
}

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "failover-bot-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** A terminal of this face over streams, and what a person sees and types there. */
export function terminalRig(
  face: FaceName,
  { columns = 80, rows = 24, files = folder(), ...options }: RigOptions = {},
) {
  const input = new PassThrough();
  const screen = createScreen(columns, rows);
  const clock = fakeClock();
  const terminal = createTerminal({
    input,
    output: screen,
    face,
    person: { id: "ada", name: "Ada" },
    clock,
    timeZone: "UTC",
    colour: false,
    files,
    ...options,
  });
  const heard: Incoming[] = [];
  const handlers = (answer: (incoming: Incoming) => Promise<void>): Handlers => ({
    commands,
    arriving: async () => undefined,
    moved: async () => undefined,
    ...hearsAll,
    incoming: async (incoming) => {
      heard.push(incoming);
      await answer(incoming);
    },
    complete: (typed, most) =>
      ["ABC Company Failover Plan", "Mail", "Mailboxes of ABC"]
        .filter((name) => name.toLowerCase().includes(typed.toLowerCase()))
        .slice(0, most),
  });
  async function keys(text: string): Promise<void> {
    input.write(text);
    await settled();
  }
  async function advance(ms: number): Promise<void> {
    clock.advance(ms);
    await settled();
  }
  const start = (answer: (incoming: Incoming) => Promise<void> = async () => {}) =>
    terminal.start(handlers(answer));
  return { terminal, input, screen, clock, heard, files, advance, keys, start };
}
