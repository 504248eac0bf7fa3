/** Promise 1: what EM is sent was confirmed, once, as it was shown, by those who may. */
import type { Person } from "../../src/chat/port.ts";
import type { Chronicle, Delivery } from "./chronicle.ts";
import type { EmPost } from "./enterprise-manager.ts";
import type { Fault } from "./invariants.ts";
import { humanOf, nameOf } from "./people.ts";
import { confirms, isFor, isSamePerson, type Question, questionsIn } from "./questions.ts";

/** An order that EM was sent, and the question that it was sent for. */
export interface Sent {
  readonly post: EmPost;
  readonly question: Question;
}

export function sentIn(chronicle: Chronicle): { sent: Sent[]; without: EmPost[] } {
  const left = new Set(questionsIn(chronicle));
  const sent: Sent[] = [];
  const without: EmPost[] = [];
  for (const post of chronicle.em.posts) {
    const question = [...left].findLast((one) => isConfirmed(one, post, chronicle));
    if (question) sent.push({ post, question });
    else without.push(post);
    if (question) left.delete(question);
  }
  return { sent, without };
}

function isConfirmed(question: Question, post: EmPost, chronicle: Chronicle): boolean {
  const first = question.shown[0]?.at ?? Number.POSITIVE_INFINITY;
  if (!isFor(post, question) || first > post.at) return false;
  const by = confirmersOf(question, post.at, chronicle);
  return new Set(by.map(({ from }) => humanOf(from))).size >= Math.max(1, chronicle.approvals);
}

/** Who has confirmed it by then, and counts. */
function confirmersOf(
  question: Question,
  until: number,
  { deliveries, approvals }: Chronicle,
): Delivery[] {
  return deliveries.filter(
    (delivery) =>
      confirms(delivery, question) &&
      delivery.reached.some(
        (one) => one.at <= Math.min(until, question.until) && counts(one, delivery),
      ) &&
      (approvals === 0 || !isSamePerson(question.by, delivery.from)),
  );
}

/** What was held up for a minute on its way may no longer be meant. */
const OLDEST_MS = 61_000;

const counts = ({ at, mayOrder }: Delivery["reached"][number], { doneAt }: Delivery) =>
  mayOrder && at - doneAt <= OLDEST_MS;

export function starts(chronicle: Chronicle): Fault[] {
  const { sent, without } = sentIn(chronicle);
  return [
    ...without.map((post) => ({
      promise: ONE,
      what: `EM was sent ${wordsOf(post)}, and no question that was shown and confirmed was for it`,
    })),
    ...sent.flatMap((one) => [...unread(one, chronicle), ...otherwise(one, chronicle)]),
    ...sent.flatMap((one) => askedByStrangers(one, chronicle)),
    ...sent.flatMap((one) => noLongerAllowed(one, chronicle)),
    ...late(sent, chronicle),
  ];
}

const wordsOf = ({ action, plan, at }: EmPost) =>
  `${action} "${plan.name}" at ${Math.round(at / 1000)} s`;

const ONE = "one order for one confirmation";

/** Whoever confirmed had seen the question when he or she did. */
function unread({ post, question }: Sent, chronicle: Chronicle): Fault[] {
  const first = question.shown[0]?.at ?? 0;
  const blind = confirmersOf(question, post.at, chronicle).every(({ doneAt }) => doneAt < first);
  return blind
    ? [
        {
          promise: "read before it is approved",
          what: `${wordsOf(post)} was confirmed before its question was shown`,
        },
      ]
    : [];
}

/** EM takes an order for a plan as it stands then, and what is edited in so short a time nobody sees. */
const UNSEEN_MS = 2_000;

/** EM did to the VMs that were shown, and to no others. */
function otherwise({ post, question }: Sent, chronicle: Chronicle): Fault[] {
  const { run } = post;
  const justEdited = chronicle.em.edits.some(
    ({ at, planId }) => planId === post.plan.id && at <= post.at && at > post.at - UNSEEN_MS,
  );
  if (justEdited) return [];
  const doneAt = Math.max(...confirmersOf(question, post.at, chronicle).map((one) => one.doneAt));
  const card = question.shown.findLast(({ at }) => at <= doneAt)?.card;
  if (!run || !card?.rows || post.action === "undo") return [];
  const shown = card.rows.map(({ name }) => name.replace(/^\d+\. /, "")).sort();
  const done = run.vms.map(({ name }) => name).sort();
  return shown.join() === done.join()
    ? []
    : [
        {
          promise: "only what was shown",
          what: `${wordsOf(post)} shown with ${shown}, done to ${done}`,
        },
      ];
}

/** Whoever asked could order when that was heard. */
function askedByStrangers({ post, question }: Sent, { deliveries }: Chronicle): Fault[] {
  const { by, action, plan } = question;
  const asks = new RegExp(`^${action} "${plan}`);
  const heard = deliveries
    .filter(({ from, act }) => isSamePerson(by, from) && act.is === "typed" && asks.test(act.text))
    .flatMap(({ reached }) => reached);
  return heard.some(({ mayOrder, at }) => mayOrder && at <= post.at)
    ? []
    : [{ promise: ONE, what: `${wordsOf(post)} was asked by ${by?.name}, who could not` }];
}

/** Whoever asked, and so many others as it needs, may still order when it goes out. */
function noLongerAllowed({ post, question }: Sent, chronicle: Chronicle): Fault[] {
  const goneAt = (person: Person | undefined) =>
    chronicle.removed.find((one) => isSameAccount(one.person, person) && one.at < post.at);
  const asked = goneAt(question.by);
  const confirmers = confirmersOf(question, post.at, chronicle);
  const left = new Set(
    confirmers.filter(({ from }) => !goneAt(from)).map(({ from }) => humanOf(from)),
  );
  const promise = "allowed when it counts";
  if (asked)
    return [
      { promise, what: `${wordsOf(post)} was asked by ${asked.person.name}, removed before` },
    ];
  return left.size < Math.max(1, chronicle.approvals)
    ? [
        {
          promise,
          what: `${wordsOf(post)} was confirmed by people of whom some were removed before`,
        },
      ]
    : [];
}

/** People are removed account by account. */
const isSameAccount = (one: Person, other: Person | undefined) =>
  other !== undefined && nameOf(one) === nameOf(other);

/** Two minutes, and what a look at EM takes. */
const VALID_MS = 120_000 + 50_000;

/** A confirmation that is long ago is no longer meant. Frost and lives do not make it so. */
function late(sent: readonly Sent[], chronicle: Chronicle): Fault[] {
  return sent.flatMap(({ post, question }) => {
    const last = Math.max(
      ...confirmersOf(question, post.at, chronicle).flatMap(({ reached }) =>
        reached.filter(({ at }) => at <= post.at).map(({ at }) => at),
      ),
    );
    const frozenMs = chronicle.frozen
      .filter(({ from }) => from >= last && from <= post.at)
      .reduce((sum, { from, to = from }) => sum + to - from, 0);
    return post.at - last > VALID_MS + frozenMs
      ? [
          {
            promise: "no stale confirmation",
            what: `${wordsOf(post)} was confirmed ${Math.round((post.at - last) / 1000)} s before`,
          },
        ]
      : [];
  });
}
