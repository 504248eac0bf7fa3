/** The card that asks whether an order shall go out, and what becomes of it once that is decided. */
import type { Card, Line, Row } from "../chat/port.ts";
import type { ChosenPoint, Closed, Order } from "../core/orders.ts";
import { age, ago, at, count, list, people, quoted, sentence, type, who } from "./words.ts";

export function questionCard(order: Order, now: number): Card {
  const { plan } = order;
  return {
    tone: "question",
    title: `Start failover plan ${quoted(plan.name)}?`,
    lines: [asked(order), what(order), ...consequences, choice(order), ...loss(order, now), ...order.notes],
    rows: order.points.map((point, i) => pointRow(point, i, now)),
    next: [
      "To go on, type ",
      type(confirmLine(order)),
      "; to drop it, ",
      type("cancel"),
      ". Nothing has been sent. The question closes ",
      ago(order.expiresAt),
      ".",
    ],
    footer: [
      "Read from EM ",
      at(order.askedAt),
      "; EM copies its data from the backup servers, by default every 15 min",
    ],
    buttons: [
      {
        label: "Confirm …",
        token: `confirm:${order.id}`,
        style: "danger",
        asks: {
          title: "Start this failover?",
          label:
            order.confirmation.by === "code"
              ? `Type the code ${order.confirmation.code}`
              : "Type the plan's name",
          hint: order.confirmation.by === "code" ? order.confirmation.code : plan.name,
          submit: "Start failover",
        },
      },
      { label: "Cancel", token: `cancel:${order.id}`, style: "plain" },
    ],
  };
}

/** Exactly what is typed to confirm. */
export const confirmLine = ({ confirmation, plan }: Pick<Order, "confirmation" | "plan">) =>
  `confirm ${confirmation.by === "code" ? confirmation.code : plan.name}`;

function asked({ by, reason }: Order): Line {
  return ["Asked by ", who(by), reason ? ` because: ${sentence(reason)}` : "."];
}

function what({ plan, shared }: Order): Line {
  const tenant = plan.tenant ? `Tenant ${plan.tenant.name}. ` : "";
  const twin = shared ? "Another plan has the same name; this is the one of this tenant. " : "";
  const commands = [
    plan.commandBefore ? "a command runs before" : "",
    plan.commandAfter ? "a command runs after" : "",
  ].filter(Boolean);
  const script = commands.length > 0 ? ` On the provider's server ${commands.join(" and ")}.` : "";
  return `${tenant}${twin}${count(plan.vms.length, "VM")}, started in the order below, at most 10 at once.${script}`;
}

const consequences: readonly Line[] = [
  "The replicas are powered on. Production is not powered off: where it still runs, names and addresses will exist twice.",
  "Replication of these VMs stops until the failover is undone or made permanent.",
];

function choice({ from }: Order): Line {
  if (from.points === "latest") return "Each VM goes to its latest restore point.";
  return ["Each VM goes to its newest restore point before ", at(from.at), "."];
}

/** What would be lost: all that was written after the oldest of the points. */
function loss({ points }: Order, now: number): Line[] {
  const [oldest] = points
    .filter(({ createdAt }) => createdAt !== undefined)
    .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
  if (oldest?.createdAt === undefined) return [];
  return [
    [
      `The oldest restore point is that of ${oldest.vm}, ${age(oldest.createdAt, now)} old: what was written since then is not in it.`,
    ],
  ];
}

function pointRow({ vm, createdAt, state, ambiguous }: ChosenPoint, i: number, now: number): Row {
  const number = `${i + 1}. `;
  const name = `${number}${vm}`;
  if (ambiguous)
    return {
      mark: "warning",
      name,
      detail: "several replicas have this name; EM does not show which is the tenant's",
    };
  if (createdAt === undefined) return { mark: "warning", name, detail: "no restore point shown by EM" };
  const already = state === "Ready" || state === "not shown" ? "" : `; already in state ${state}`;
  return {
    mark: already === "" ? "waiting" : "warning",
    name,
    detail: ["restore point of ", at(createdAt), `, ${age(createdAt, now)} old${already}`],
  };
}

/** The same card once nothing can be decided on it any more, and EM has not taken the order (yet). */
export function decidedCard(order: Order): Card {
  const { plan, phase } = order;
  const name = quoted(plan.name);
  const story: readonly Line[] = [asked(order)];
  switch (phase.is) {
    case "approved":
    case "sending":
    case "sent":
      return {
        tone: "running",
        title: `Failover plan ${name}: confirmed, being sent to EM`,
        lines: [...story, ["Confirmed by ", ...people(phase.by), "."]],
        next: "The bot sends the order once and follows it here.",
      };
    case "closed":
      return closedCard(order, phase.how, phase.at, story);
    case "asked":
      return { tone: "question", title: `Start failover plan ${name}?`, lines: story };
    default:
      return phase satisfies never;
  }
}

function closedCard({ plan }: Order, how: Closed, when: number, story: readonly Line[]): Card {
  const name = quoted(plan.name);
  const again: Line = ["To ask again, type ", type(`start ${quoted(plan.name)}`), "."];
  const base = { lines: story, next: again, footer: [at(when)] as Line };
  if (how.is === "cancelled")
    return {
      ...base,
      tone: "plain",
      title: `Failover plan ${name}: not started`,
      lines: [...story, ["Cancelled by ", who(how.by), ". Nothing was sent."]],
    };
  if (how.is === "expired")
    return {
      ...base,
      tone: "plain",
      title: `Failover plan ${name}: not started`,
      lines: [...story, "Nobody confirmed in time. Nothing was sent."],
    };
  return {
    ...base,
    tone: "bad",
    title: `Failover plan ${name}: not started`,
    lines: [...story, sentence(how.why)],
  };
}

/** Which VMs of a plan are failed over already, in words; undefined where none is. */
export function alreadyThere(points: readonly ChosenPoint[], state: string): string | undefined {
  const vms = points.filter((point) => point.state === state && !point.ambiguous).map(({ vm }) => vm);
  return vms.length > 0 ? list(vms) : undefined;
}
