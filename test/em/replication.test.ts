/** Sessions of replication jobs and CDP policies, and the VMs in them, as every EM writes them. */
import { describe, expect, it } from "vitest";
import { type Decoder, replicationReading } from "../../src/em/decode.ts";
import { replicationQuery } from "../../src/em/query.ts";
import type { ReplicationKind } from "../../src/em/types.ts";
import { parseBody } from "../../src/em/wire.ts";
import { linkOf, linksOf, pageThing } from "./em-things.ts";
import { DIALECTS, type Thing, write } from "./em-writer.ts";

const [SESSION, JOB, TASK, SERVER] = ["1", "2", "3", "4"].map(
  (digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`,
);
const BEGAN = new Date(Date.UTC(2026, 2, 4, 5, 6, 7, 890));
const ENDED = new Date(Date.UTC(2026, 2, 4, 6));

const server = linkOf("Up", `/backupServers/${SERVER}`, "BackupServerReference", "srv13");
const understood = <T>(
  reading: Decoder<T>,
  root: string,
  thing: Thing,
  dialect: (typeof DIALECTS)[number],
) => reading.read(parseBody(write(root, thing, dialect)));

const jobSession = (own: Thing = {}): Thing => ({
  Links: linksOf(
    server,
    linkOf(
      "Down",
      `/replicaSessions/${SESSION}/repicaTaskSessions`,
      "ReplicaTaskSessionReferenceList",
    ),
  ),
  JobUid: `urn:veeam:Job:${JOB}`,
  JobName: "Nightly",
  JobType: "Replica",
  CreationTimeUTC: BEGAN,
  EndTimeUTC: ENDED,
  State: "Stopped",
  Result: "Warning",
  Progress: 100,
  IsRetry: true,
  "@Name": "Nightly@2026-03-04 05:06:07",
  "@UID": `urn:veeam:ReplicaJobSession:${SESSION}`,
  "@Type": "ReplicaJobSession",
  ...own,
});

const policySession = (own: Thing = {}): Thing => ({
  Links: linksOf(
    server,
    linkOf(
      "Down",
      `/cdpReplicaSessions/${SESSION}/cdpReplicaTaskSessions`,
      "CdpReplicaTaskSessionReferenceList",
    ),
  ),
  PolicyUid: `urn:veeam:CdpPolicy:${JOB}`,
  PolicyName: "Gold",
  PolicyType: "CdpReplica",
  CreationTimeUTC: BEGAN,
  EndTimeUTC: null,
  State: "Working",
  Result: "None",
  Progress: 0,
  FailureMessage: "",
  IsRetry: false,
  "@Name": "Gold@2026-03-04 05:06:07.890123",
  "@UID": `urn:veeam:CdpReplicaSession:${SESSION}`,
  "@Type": "CdpReplicaSession",
  ...own,
});

const taskSession = (own: Thing = {}): Thing => ({
  PolicySessionUid: `urn:veeam:CdpReplicaSession:${SESSION}`,
  CreationTimeUTC: BEGAN,
  State: "InProgress",
  Result: "Success",
  Reason: "",
  TotalSize: 2 ** 53 - 1,
  "@VmDisplayName": "db",
  "@Name": "db@2026-03-04 05:06:07",
  "@UID": `urn:veeam:CdpReplicaTaskSession:${TASK}`,
  "@Type": "CdpReplicaTaskSession",
  ...own,
});

describe.each(DIALECTS)("in %s", (dialect) => {
  it("a session of a job tells its job, how it ended, and whether it was a retry", () => {
    expect(
      understood(replicationReading.snapshot.session, "ReplicaJobSession", jobSession(), dialect),
    ).toEqual({
      id: SESSION,
      name: "Nightly@2026-03-04 05:06:07",
      kind: "snapshot",
      job: { id: JOB, name: "Nightly" },
      backupServer: { id: SERVER, name: "srv13" },
      createdAt: BEGAN.getTime(),
      endedAt: ENDED.getTime(),
      state: "Stopped",
      result: "Warning",
      progress: 100,
      retry: true,
    });
  });

  it.each(["CdpReplicaSession", "CdpPolicySession"])(
    "a session of a policy is one, whether called %s",
    (name) => {
      const alone = understood(replicationReading.cdp.session, name, policySession(), dialect);
      expect(alone).toMatchObject({
        kind: "cdp",
        job: { id: JOB, name: "Gold" },
        state: "Working",
        result: "None",
      });
      expect(alone).not.toHaveProperty("endedAt");
      expect(alone).not.toHaveProperty("failureMessage");
      const page = pageThing(["CdpReplicaSessions", name], [policySession()], 1, 1);
      expect(
        understood(replicationReading.cdp.sessions, "QueryResult", page, dialect).things,
      ).toEqual([alone]);
    },
  );

  it("the VM of a policy is in progress with success, and as large as EM says to the byte", () => {
    expect(
      understood(replicationReading.cdp.task, "CdpReplicaTaskSession", taskSession(), dialect),
    ).toEqual({
      id: TASK,
      name: "db@2026-03-04 05:06:07",
      kind: "cdp",
      vm: "db",
      sessionId: SESSION,
      createdAt: BEGAN.getTime(),
      state: "InProgress",
      result: "Success",
      totalBytes: 2 ** 53 - 1,
    });
  });

  it("what EM gives as a reason is kept, and a VM without a display name has the one before its @", () => {
    const own = {
      State: "Completed",
      Result: "Failed",
      Reason: "No space",
      "@VmDisplayName": null,
    };
    expect(
      understood(replicationReading.cdp.task, "CdpReplicaTaskSession", taskSession(own), dialect),
    ).toMatchObject({ vm: "db", state: "Completed", result: "Failed", reason: "No space" });
  });
});

describe("what is odd about them", () => {
  const xml = "xml";

  it.each(["Starting", "Stopping", "Working", "Pausing", "Resuming", "Stopped"])(
    "%s is a state of a session",
    (state) => {
      const reading = replicationReading.snapshot.session;
      expect(
        understood(reading, "ReplicaJobSession", jobSession({ State: state }), xml).state,
      ).toBe(state);
      const odd = understood(reading, "ReplicaJobSession", jobSession({ State: "Dozing" }), xml);
      expect(odd.state).toBe("unknown:Dozing");
    },
  );

  it.each(["InProgress", "Pending", "Completed"])("%s is a state of a VM", (state) => {
    const reading = replicationReading.cdp.task;
    expect(
      understood(reading, "CdpReplicaTaskSession", taskSession({ State: state }), xml).state,
    ).toBe(state);
  });

  it("a job without an id is none, and the session's name is all there is", () => {
    const nameless = understood(
      replicationReading.snapshot.session,
      "ReplicaJobSession",
      jobSession({ JobUid: "urn:veeam:Job" }),
      xml,
    );
    expect(nameless).not.toHaveProperty("job");
    expect(nameless.name).toBe("Nightly@2026-03-04 05:06:07");
  });

  it("the VM of a policy calls itself by the address of a job's VM: its UID counts", () => {
    const wrong =
      "https://em.inside.example:9398/api/replicaTaskSessions/99999999-0000-4000-8000-000000000000";
    const reading = replicationReading.cdp.task;
    expect(
      understood(reading, "CdpReplicaTaskSession", taskSession({ "@Href": wrong }), xml).id,
    ).toBe(TASK);
  });
});

describe("the question for sessions", () => {
  const all = {
    open: true,
    jobName: 'A "b"',
    createdFrom: Date.UTC(2026, 0, 2),
    result: "Failed",
  } as const;

  it.each([
    ["snapshot", "ReplicaJobSession", "JobName", "CreationTime"],
    ["cdp", "CdpReplicaSession", "PolicyName", "CreationTimeUTC"],
  ] as [ReplicationKind, string, string, string][])(
    "of %s uses the names that EM filters %s by",
    (kind, type, job, created) => {
      expect(replicationQuery(kind, all)).toEqual({
        type,
        pageSize: 300,
        filter: `State!=Stopped;${job}=="A ""b""";${created}>="2026-01-02T00:00:00Z";Result==Failed`,
        sortDesc: created,
      });
      expect(replicationQuery(kind, {}).filter).toBe("");
    },
  );
});
