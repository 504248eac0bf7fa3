/** What one `status` asks of EM: counts, which no slow machine changes. */
import { describe, expect, it } from "vitest";
import { readOf } from "../../src/em/optional.ts";
import { estateFacts } from "../../src/estate/facts.ts";
import { statusCard } from "../../src/messages/status.ts";
import { read } from "../messages/read.ts";
import { largeEm } from "./large-em.ts";

/** What EM is, what there is, what stands, runs and replicates. */
const ALWAYS = [
  "/api/backupServers",
  "/api/cloud/cloudFailoverPlans",
  "/api/failoverPlans",
  "CdpReplicaSession by CreationTimeUTC, page 1 of 300",
  "CloudFailoverSession by State, page 1 of 500",
  "CloudFailoverSession, page 1 of 100",
  "CloudVmReplicaPoint by State, page 1 of 1500",
  "ReplicaJobSession by CreationTime, page 1 of 300",
];

describe("one status asks of EM", () => {
  it.each([10, 200])("ten questions, of %i plans of which some are old", async (plans) => {
    const em = await largeEm(plans);
    const facts = await estateFacts(em.from);
    const asked = em.asked();
    expect(asked.filter((one) => ALWAYS.includes(one)).sort()).toEqual(ALWAYS);
    expect(asked.filter((one) => !ALWAYS.includes(one))).toEqual([
      "CloudVmReplicaPoint, page 1 of 1500",
      "CloudVmReplicaPoint by VmDisplayName, page 1 of 1500",
    ]);
    const ages = readOf(facts.ages) ?? [];
    expect(ages).toHaveLength(plans);
    expect(ages.flatMap(({ bare, unknown }) => [...bare, ...unknown])).toEqual([]);
  });

  it("a few more where EM refuses large pages, and that only once", async () => {
    const em = await largeEm(10, { maxPageSize: "refused" });
    await estateFacts(em.from);
    expect(em.asked().filter((one) => one.endsWith("of 1500"))).not.toEqual([]);
    await estateFacts(em.from);
    expect(em.asked().filter((one) => !one.startsWith("/api") && !one.endsWith("of 100"))).toEqual(
      [],
    );
  });
});

describe("what takes EM long", () => {
  it("is not waited for: what stands is told, and that the ages are missing", async () => {
    const em = await largeEm(10);
    const isAsked = em.keepsBack("CloudVmReplicaPoint, page 1");
    const asking = estateFacts(em.from);
    await isAsked;
    em.hurry();
    const text = read(
      statusCard(
        {
          ...(await asking),
          origin: "https://em.example",
          sandbox: false,
          bot: "failover-bot 1.2.3",
        },
        0,
      ),
    );
    expect(text).toContain("Failed over now: Tenant 0001 Failover Plan (6 VMs)");
    expect(text).toContain("Not read: replica points. Enterprise Manager takes long to tell it");
  });
});
