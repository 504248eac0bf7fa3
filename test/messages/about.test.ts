import { describe, expect, it } from "vitest";
import type { Result } from "../../src/em/types.ts";
import { aboutReplication } from "../../src/messages/about.ts";
import type { ReplicationEnd, ReplicationWatch } from "../../src/records/replication-watch.ts";

const watched = (phase: ReplicationWatch["phase"]): ReplicationWatch => ({
  ...{ version: 2, of: "replication", id: "watch-1", em: "em", kind: "snapshot" },
  subject: { name: "SQL Server Replication", session: "session-1" },
  ...{ notify: [], topics: [], since: 0, seenAt: 0, vms: [] },
  phase,
});

const endedSo = (how: ReplicationEnd) => aboutReplication(watched({ is: "ended", at: 0, how }));
const reported = (result: Result): ReplicationEnd => ({ is: "stopped", result, reasons: [] });

describe("the card of a replication says as data", () => {
  const job = { run: "watch-1", job: "SQL Server Replication" };

  it("that it runs", () => {
    expect(aboutReplication(watched({ is: "following" }))).toEqual({ ...job, stands: "running" });
  });

  it.each<[string, ReplicationEnd]>([
    ["success", reported("Success")],
    ["warning", reported("Warning")],
    ["failed", reported("Failed")],
    ["unclear", reported("None")],
    ["unclear", reported("unknown:Merged")],
    ["lost", { is: "lost", why: { is: "session-gone" } }],
  ])("how it has ended: %s", (outcome, how) => {
    expect(endedSo(how)).toEqual({ ...job, stands: "ended", outcome });
  });
});
