/**
 * When plans were last tested, as far as this bot knows: EM's API shows tests and failovers alike,
 * so only tests that were ordered here count. The records of runs go after 90 days; what they tell
 * of tests is kept for longer.
 */
import { type AnyWatch, endedWell } from "../records/any-watch.ts";
import type { Tested } from "../records/routine.ts";
import type { Conditional, Store } from "../store/store.ts";

const KEPT_MS = 3 * 365 * 86_400_000;

/** By plan id, those of this EM that ended well. */
export async function lastTests(store: Store, emKey: string): Promise<Map<string, number>> {
  const kept = (await store.all("tested"))
    .filter(({ key }) => key === testedKey(emKey, planIn(key)))
    .map(({ value }) => [value.plan, value.at] as const);
  const past = (await store.find("past-watches", "order.action", "test")).flatMap(({ value }) =>
    testIn(value, emKey),
  );
  const last = new Map<string, number>();
  for (const [plan, at] of [...kept, ...past]) last.set(plan, Math.max(at, last.get(plan) ?? 0));
  return last;
}

const testedKey = (emKey: string, plan: string) => `${emKey} ${plan}`;
const planIn = (key: string) => key.slice(key.lastIndexOf(" ") + 1);

function testIn(watch: AnyWatch, emKey: string): (readonly [string, number])[] {
  if (watch.of !== "failover" || watch.em !== emKey || watch.order?.action !== "test") return [];
  const { phase, subject } = watch;
  if (phase.is !== "ended" || subject.planId === undefined) return [];
  return endedWell(watch) ? [[subject.planId, phase.at]] : [];
}

/** What is to be saved of tests, before the records of their runs go. */
export async function rememberTests(store: Store, emKey: string): Promise<Conditional[]> {
  return [...(await lastTests(store, emKey))].map(([plan, at]) => {
    const value: Tested = { version: 1, plan, at };
    return { put: "tested", key: testedKey(emKey, plan), value, ttlMs: KEPT_MS };
  });
}
