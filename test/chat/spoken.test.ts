import { describe, expect, it } from "vitest";
import type { Card } from "../../src/chat/port.ts";
import { spokenCard } from "../../src/chat/spoken.ts";
import { hostileName, manyRows, sampleCards } from "../fixtures/cards.ts";

const said = (card: Card | undefined) => spokenCard(card ?? expect.fail(), { timeZone: "UTC" });

describe("a card that is read aloud", () => {
  it("says its tone, its numbers and its rows in words", () => {
    const { failed, running } = sampleCards("slack");
    expect(said(failed)).toMatchInlineSnapshot(`
      "Problem: Failover of ABC Company Failover Plan failed
      1 of 3 VMs is not running at the other site
      100 %
      srv03: failed, Not enough memory on host <esx-04> & no other host is free
      srv02: warning, Started, but its network was not mapped
      srv01: done
      Look in the console, then undo ABC Company Failover Plan or start srv03 by hand
      For the attention of alice, bob, on-call"
    `);
    expect(said(running)).toMatchInlineSnapshot(`
      "Failover of ABC Company Failover Plan
      Started 2026-11-21 05:56 UTC by alice
      41 %
      srv01: running since 2026-11-21 05:58 UTC
      srv02: running, 41 %
      srv03: stalled, last change 2026-11-21 05:49 UTC
      srv04: waiting
      Nothing to do; the end is said in the channel
      Checked 2026-11-21 06:00 UTC"
    `);
  });

  it("names what is wrong among two hundred VMs, and counts the rest", () => {
    const text = said({ tone: "running", title: "Failover", lines: [], rows: manyRows(200) });
    expect(text.split("\n")).toEqual([
      "Failover",
      "vm-067.abc.example: failed, Not enough memory on the target host",
      "vm-134.abc.example: failed, Not enough memory on the target host",
      "vm-050.abc.example: warning",
      "vm-100.abc.example: warning",
      "vm-150.abc.example: warning",
      "vm-200.abc.example: warning",
      "97 waiting, 97 done",
    ]);
  });

  it("says how many rows it leaves out where it may say only some", () => {
    const card: Card = { tone: "bad", title: "Failover", lines: [], rows: manyRows(200) };
    expect(spokenCard(card, { timeZone: "UTC", mostRows: 1 })).toBe(
      "Problem: Failover\nvm-067.abc.example: failed, Not enough memory on the target host\nand 5 more\n97 waiting, 97 done",
    );
  });

  it("says addresses, ticks and control codes of no card", () => {
    const text = said({
      tone: "plain",
      title: hostileName,
      lines: [
        ["Open ", { link: "https://em.example/a", text: "the card" }, ", or ", { type: "status" }],
      ],
    });
    expect(text).toContain("\nOpen the card, or status");
    expect(text).not.toContain("\u202e");
    expect(text).not.toContain("\u0007");
  });
});
