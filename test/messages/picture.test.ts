/** The text beside a picture. */
import { describe, expect, it } from "vitest";
import { MOST_TEXT, pictureText } from "../../src/messages/picture-text.ts";
import {
  allWell,
  oneFailed,
  runOf,
  silenceAndTakeOver,
  twoHundred,
  vmOf,
  ZONE,
} from "../pictures/run-facts.ts";

describe("a picture in words", () => {
  it("tells of a run that went well all that the picture shows", () => {
    expect(pictureText(allWell(), ZONE)).toBe(
      [
        "Failed over, confirmed.",
        "Failover of ABC Company Failover Plan · tenant ABC Company.",
        "12 of 12 up; the last one 16 min 54 s after the question.",
        "People took 1 min 58 s, EM took 14 min 54 s.",
        "Within the target of 30 min, 13 min 6 s to spare.",
        "Data lost: 14 min at most (dc01, promised 12 min); within the target of 1 h, 46 min to spare.",
        "Asked by Anna Berg in Slack: power failure in Berlin, no end in sight, 2026-11-21 20:31:05 Europe/Berlin.",
        "Approved by Ben Okafor in Discord, 20:31:53 (+48 s).",
        "Approved by Anna Berg in Slack, 20:33:03 (+1 min 58 s).",
        "Sent to EM, 20:33:05 (+2 min).",
        "EM's session began, 20:33:07 (+2 min 2 s).",
        "EM's session ended, 20:48:19 (+17 min 14 s).",
        "Watched until then, 20:48:25 (+17 min 20 s).",
        "Slowest: filesrv01 2 min 48 s, web01 2 min 46 s, dc02 2 min 37 s.",
      ].join(" "),
    );
  });

  it("names who failed, with EM's reason, before who decided", () => {
    const text = pictureText(oneFailed(), ZONE);
    expect(text).toMatch(/^filesrv01 failed\. /);
    expect(text).toMatch(/filesrv01 failed after 10 min 10 s: Failed to power on .*Asked by/);
    expect(text).toContain("print01 EM has said nothing of it.");
  });

  it("of an undo that the replica points alone show says neither that it failed nor nothing", () => {
    const vms = ["a", "b"].map((name) => vmOf({ name, mark: "waiting", evidence: "seen" }));
    const { scorecard } = allWell();
    const undone = { action: "undo", scorecard: { ...scorecard, up: 2, of: 2 } } as const;
    const text = pictureText(
      runOf(vms, { is: "confirmed", warnings: [], other: [] }, undone),
      ZONE,
    );
    expect(text).toContain("Undone, confirmed.");
    expect(text).toContain("2 of 2 undone");
    expect(text).not.toMatch(/said nothing|to look at/);
  });

  it("of an old order, of which nobody knows who asked, does not say that it began elsewhere", () => {
    const { asked: _, ...old } = allWell();
    expect(pictureText(old, ZONE)).not.toContain("outside this bot");
  });

  it("of a run that goes on names no VM as trouble that is on its way", () => {
    const going = allWell();
    const vms = going.vms.map((vm, i) =>
      i < 10 ? vm : { ...vm, mark: "running" as const, ended: undefined, evidence: undefined },
    );
    const { ended: _, ...open } = { ...going, vms };
    expect(pictureText(open, ZONE)).not.toContain("to look at");
    expect(pictureText(open, ZONE)).toContain("People took 1 min 58 s. ");
  });

  it("tells when EM did not answer, who took over, notes and an undo", () => {
    const text = pictureText(silenceAndTakeOver(), ZONE);
    expect(text).toContain("EM did not answer 20:36:25 to 20:39:25 (3 min).");
    expect(text).toContain("taken over from bot-a.example.com.");
    expect(text).toContain("Note by Ben Okafor: Called the data centre");
    expect(text).toContain("Undone since, by a later run of Anna Berg.");
  });

  it("of two hundred VMs is no longer than platforms take", () => {
    const text = pictureText(twoHundred(), ZONE);
    expect(text).toContain("web-042 failed after 2 min 9 s: Insufficient memory");
    expect(text.length).toBeLessThanOrEqual(MOST_TEXT);
  });

  it("of names without end is no longer either, and holds nothing but text", () => {
    const vms = Array.from({ length: 30 }, (_, i) =>
      vmOf({
        name: `\u001b[31m\u202e${"x".repeat(500)}${i}\n`,
        mark: "failed",
        message: "y".repeat(900),
      }),
    );
    const text = pictureText(runOf(vms, { is: "taken" }), ZONE);
    expect(text.length).toBeLessThanOrEqual(MOST_TEXT);
    expect(text).not.toMatch(/\p{Cc}|\u202e/u);
    expect(text).toContain("30 VMs to look at, the first of them.");
  });
});
