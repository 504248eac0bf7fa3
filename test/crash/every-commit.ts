/**
 * kill -9 at every commit of a confirmed order, with an EM that carries the order out, and with
 * some that do not.
 */
import type { Platform } from "../../src/chat/port.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Tally } from "./count.ts";
import { diceFrom } from "./dice.ts";
import { tell } from "./story.ts";

type Request = { readonly method: string; readonly path: string };
const isStart = ({ method, path }: Request) => method === "POST" && path.includes("action=start");

const ems: Readonly<Record<string, (sandbox: Sandbox) => void>> = {
  "carries it out": () => undefined,
  "carries it out, answer lost": ({ control }) => control.loseNextAnswer(),
  "never hears of it": ({ control }) =>
    control.answerNext({ status: 502, headers: {}, body: "" }, isStart),
};

const SPEED = 300;
/** The machine has two cores, and each run waits as much as it works. */
const AT_ONCE = 3;

/** Prints what was counted; gives the exit code. */
export async function killAtEveryCommit(platform: Platform): Promise<number> {
  let faults = 0;
  for (const [em, prepare] of Object.entries(ems)) {
    const tallies = await runsWith(platform, em, prepare);
    const total = (figure: (tally: Tally) => number) =>
      tallies.reduce((sum, tally) => sum + figure(tally), 0);
    faults += total((tally) => tally.faults.length);
    const counted = `${total(({ confirmations }) => confirmations)} confirmed, ${total(({ starts }) => starts)} starts, ${total(({ ends }) => ends)} ends, ${total(({ lines }) => lines)} lines, ${total((tally) => tally.faults.length)} faults`;
    process.stdout.write(
      `${platform}, EM ${em}: ${total(({ kills }) => kills)} kills in ${tallies.length} runs; ${counted}\n`,
    );
  }
  return faults === 0 ? 0 : 1;
}

/**
 * From the first commit on, until a run comes to its end before it reaches the commit that it shall
 * die at.
 */
async function runsWith(
  platform: Platform,
  em: string,
  prepare: (sandbox: Sandbox) => void,
): Promise<Tally[]> {
  const tallies: Tally[] = [];
  let next = 1;
  let isOver = false;
  async function runOneAfterTheOther(): Promise<void> {
    while (!isOver) {
      const commit = next++;
      for (const saved of [true, false]) {
        const death = { commit, saved };
        const tally = await tell({
          platform,
          scenario: "all-well",
          kills: 1,
          speed: SPEED,
          dice: diceFrom(commit),
          death,
          prepare,
        });
        for (const fault of tally.faults)
          process.stdout.write(`${platform}, EM ${em}, commit ${commit}, ${saved}: ${fault}\n`);
        isOver ||= tally.kills === 0;
        tallies.push(tally);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runOneAfterTheOther));
  return tallies;
}
