/** The estate that a sandbox begins with: a provider with three tenants, and a site of its own. */
import type { Inventory, Plan, PlanVm, ReplicationJob, Tenant, Vm } from "./estate.ts";
import { chance, guid } from "./ids.ts";

const HOUR_MS = 3_600_000;

interface PlanSketch {
  readonly name: string;
  readonly tenant: string;
  readonly description: string;
  readonly vms: readonly string[];
  readonly commandBefore?: string;
  readonly commandAfter?: string;
}

const firstPlans: readonly PlanSketch[] = [
  {
    name: "ABC Company Failover Plan",
    tenant: "ABC Company",
    description: "Cloud failover plan for ABC Company full site failover",
    vms: ["filesrv03", "filesrv04", "srv38", "srv40", "apache05", "sql07"],
  },
  {
    name: "Cloud failover plan 1",
    tenant: "Tech Dynamics",
    description: "Web shop",
    vms: ["web01", "web02", "shopdb01"],
    commandAfter: "C:\\Scripts\\switch-dns.ps1",
  },
  {
    name: "Headquarters Failover",
    tenant: "Nordwind Trading",
    description: "All of the headquarters, domain controllers first",
    vms: [
      "dc01",
      "dc02",
      "sql01",
      "sql02",
      "exch01",
      "exch02",
      "erp01",
      "erp02",
      "print01",
      "file01",
      "vdi01",
      "vdi02",
    ],
    commandBefore: "C:\\Scripts\\announce.cmd",
  },
  {
    name: "Standard Failover Plan",
    tenant: "ABC Company",
    description: "File servers only",
    vms: ["filesrv03", "filesrv04"],
  },
  {
    name: "Standard Failover Plan",
    tenant: "Tech Dynamics",
    description: "Database only",
    vms: ["shopdb01"],
  },
  {
    name: "Branch Failover",
    tenant: "Nordwind Trading",
    description: "The branch in Kiel; branch02 is being failed back",
    vms: ["branch01", "branch02"],
  },
];

const ordinaryPlans: readonly Plan[] = [
  ordinaryPlan("SQL Failover Plan", "The databases of the site", ["sql01", "sql02", "sql03"]),
];

const busyVm = "apache05";

/** Replicated, but in no plan until somebody edits one. */
export const spareVm = { tenant: "ABC Company", name: "srv41" };

export function firstInventory(): Inventory {
  const inventory = inventoryOf(firstPlans, ordinaryPlans);
  const [, spare] = vmOf(spareVm.tenant, spareVm.name);
  return { ...inventory, vms: [...inventory.vms, spare] };
}

/** Enough of everything to show what does not scale. `vms`: of each plan, after its number. */
export function manyInventory(
  plans = 200,
  vms: readonly string[] = ["dc", "db", "web"],
): Inventory {
  const numbers = Array.from({ length: plans }, (_, index) => String(index + 1).padStart(3, "0"));
  const sketches = numbers.map((number) => ({
    name: `Tenant ${number} Failover Plan`,
    tenant: `Tenant ${number}`,
    description: `Plan of tenant ${number}`,
    vms: vms.map((vm) => `t${number}-${vm}`),
  }));
  return inventoryOf(sketches, ordinaryPlans);
}

/** dc01 and sql01 are everywhere, and no name of theirs tells tenants apart. */
export function sharedInventory(): Inventory {
  const sketches = ["North", "South"].map((tenant) => ({
    name: `${tenant} Failover Plan`,
    tenant,
    description: `All of ${tenant}`,
    vms: ["dc01", "sql01"],
  }));
  return inventoryOf(sketches, ordinaryPlans);
}

/** No Cloud Connect: what is left is the site's own. */
export function siteInventory(): Inventory {
  return inventoryOf([], ordinaryPlans);
}

const hostileWords = [
  "<@U0000001> <!channel> @everyone @here",
  "*bold* _slanted_ ~struck~ `code` ```block``` > quote",
  '<script>alert("plan")</script> &amp; <b>& "quotes" \'n\' /slashes/',
  "[click](https://evil.example) <https://evil.example|safe>",
  "plan \u202egnitrats\u202c \u200bzero\u200bwidth \u{1f525}\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  'Name=="x";State==Working,(Result!=Failed)',
  "start; cancel --force | undo && $(reboot)",
  "  blanks   before,  between and after  ",
  "Größe Ñandú Łódź 日本語 계획 план",
  "L".repeat(300),
];

export function hostileInventory(): Inventory {
  const sketches = hostileWords.map((words, index) => ({
    name: words,
    tenant: index < 4 ? `Tenant ${words}` : "Tenant of hostile words",
    description: `${words}\nsecond line\tafter a tab`,
    vms: [`vm ${index} ${words.slice(0, 60)}`, `vm'${index}"/<&>`],
  }));
  return inventoryOf(
    [...firstPlans.slice(0, 1), ...sketches],
    [ordinaryPlan("@everyone </FailoverPlan> ]]>", "*ordinary*", ["sql<01>", "sql&02"])],
  );
}

function inventoryOf(sketches: readonly PlanSketch[], ordinary: readonly Plan[]): Inventory {
  const vms = new Map(
    sketches.flatMap((sketch) => sketch.vms.map((name) => vmOf(sketch.tenant, name))),
  );
  return {
    backupServer: {
      id: guid("backup server"),
      name: "srv13.tech.local",
      description: "Backup server of the service provider",
    },
    plans: [...sketches.map(cloudPlan), ...ordinary],
    vms: [...vms.values()],
    jobs,
  };
}

function cloudPlan(sketch: PlanSketch): Plan {
  const { vms, tenant, ...rest } = sketch;
  const id = guid("plan", tenant, sketch.name);
  return { ...rest, id, kind: "cloud", tenant: tenantOf(tenant), vms: planVms(id, vms, tenant) };
}

function ordinaryPlan(name: string, description: string, vms: readonly string[]): Plan {
  const id = guid("ordinary plan", name);
  return { id, kind: "ordinary", name, description, vms: planVms(id, vms) };
}

/** The VMs of a plan, in their order; of a cloud plan where a tenant is given. */
export function planVms(planId: string, names: readonly string[], tenant?: string): PlanVm[] {
  return names.map((name, order) => ({
    id: guid("plan vm", planId, name),
    name,
    order,
    ...(tenant === undefined ? {} : { vm: vmId(tenant, name) }),
  }));
}

const vmId = (tenant: string, name: string): string => guid("vm", tenant, name);
const tenantOf = (name: string): Tenant => ({ id: guid("tenant", name), name });

function vmOf(tenant: string, name: string): [id: string, vm: Vm] {
  const id = vmId(tenant, name);
  const replicatedEveryMs = name === busyVm ? HOUR_MS : 4 * HOUR_MS;
  const replica = { id: guid("replica", tenant), name: `${tenant} Servers Replication` };
  const offsetMs = chance(0, replicatedEveryMs / 1_000 - 1, "offset", id) * 1_000;
  return [id, { id, name, tenant: tenantOf(tenant), replica, replicatedEveryMs, offsetMs }];
}

const jobs: readonly ReplicationJob[] = [
  {
    id: guid("job", "SQL"),
    kind: "snapshot",
    name: "SQL Server Replication",
    vms: ["sql01", "sql02", "sql03"],
  },
  { id: guid("job", "2"), kind: "snapshot", name: "Replication Job 2", vms: ["apache02"] },
  {
    id: guid("policy", "1"),
    kind: "cdp",
    name: "CDP Policy 1",
    vms: ["virt03-ubuntu01", "virt03-ubuntu02"],
  },
];
