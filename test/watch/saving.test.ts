/** What is drawn, said and written down in the commit of a watch that has moved on. */
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import type { Event } from "../../src/records/event.ts";
import type { Watch } from "../../src/records/watch.ts";
import { putTopic } from "../../src/speech/topics.ts";
import type { Amendment } from "../../src/store/amend.ts";
import { audited } from "../../src/store/audit.ts";
import type { Store } from "../../src/store/store.ts";
import { watchTopic } from "../../src/watch/records.ts";
import { staleTopics, withItsWords } from "../../src/watch/saving.ts";
import { OPS, startQuickBot } from "../fakes/quick-bot.ts";
import { begun, phases, second, vmView, watchIn } from "./things.ts";

const LOUNGE: Place = { ...OPS, channel: "lounge" };
const following = (own: Partial<Watch> = {}) =>
  watchIn(phases.following, { topics: ["ops", "lounge"], quiet: ["lounge"], ...own });
const over = (own: Partial<Watch> = {}) => following({ phase: phases.ended, ...own });
const silent: Event = { is: "silent", since: begun, why: "EM does not answer" };
const answering: Event = { is: "answering", since: begun };
const failed: Event = {
  is: "vms",
  mark: "failed",
  vms: [{ name: "a" }],
  tally: { well: 0, of: 2 },
};
const ended: Event = { is: "ended", how: phases.ended.how };

/** A store in which the cards of `following` were drawn, as they were then. */
async function drawn(watch: Watch = following()): Promise<Store> {
  const { store } = await startQuickBot();
  await store.commit([
    putTopic(watchTopic(watch, "ops", OPS, begun)),
    putTopic(watchTopic(watch, "lounge", LOUNGE, begun)),
  ]);
  return store;
}

/** What is saved besides, in few words. */
const inWords = ({ also = [] }: Amendment<unknown>) =>
  also.flatMap((change) => {
    if ("put" in change && change.put === "topics")
      return `draws ${change.key}${change.value.closed ? " for the last time" : ""}`;
    if ("append" in change && change.append === "lines")
      return `says ${change.value.card.title} in ${change.value.topic}`;
    if ("chain" in change && "deed" in change.value)
      return `notes ${change.value.deed}: ${change.value.what}`;
    return [];
  });
const saved = async (store: Store, watch: Watch, say: readonly Event[], now: number) =>
  inWords(await withItsWords(store, watch, say, now));

describe("the cards of a run that is followed", () => {
  it("are drawn anew after a quarter of a minute where only time has gone by", async () => {
    const store = await drawn();
    expect(await saved(store, following(), [], begun + 15 * second - 1)).toEqual([]);
    expect(await saved(store, following(), [], begun + 15 * second)).toEqual(["draws ops"]);
  });

  it("are drawn anew at once where they show something new, or something is said", async () => {
    const store = await drawn();
    const vms = [vmView("a", { mark: "running", progress: 10 }), vmView("b")];
    expect(await saved(store, following({ vms }), [], begun + second)).toEqual(["draws ops"]);
    const [drawing] = await saved(store, following(), [silent], begun + second);
    expect(drawing).toBe("draws ops");
  });

  it("are not drawn where less of it is wanted, until it ends", async () => {
    const store = await drawn();
    const later = begun + 60 * second;
    expect(await saved(store, following(), [], later)).toEqual(["draws ops"]);
    expect(await saved(store, over(), [], later)).toEqual(
      expect.arrayContaining(["draws ops for the last time", "draws lounge for the last time"]),
    );
  });
});

describe("the cards of a run of which nothing has changed", () => {
  it("are drawn anew after a quarter of a minute, where less of it is not wanted", async () => {
    const store = await drawn();
    const at = async (now: number) =>
      (await staleTopics(store, following(), now, false)).map(({ place }) => place.channel);
    expect(await at(begun + 15 * second - 1)).toEqual([]);
    expect(await at(begun + 15 * second)).toEqual(["ops"]);
  });
});

describe("what is said of a run", () => {
  const said = async (watch: Watch, ...say: Event[]) =>
    (await saved(await drawn(), watch, say, begun + second)).filter((one) => /^says/.test(one));

  it("is said in all its places where it is urgent, else where nobody wanted less of it", async () => {
    expect(await said(following(), answering)).toHaveLength(1);
    expect(await said(following(), failed)).toHaveLength(2);
  });

  it("of its end stands above the head of the audit log, which is said once", async () => {
    const store = await drawn();
    await store.commit([audited({ at: begun, deed: "asked", what: "Plan" })]);
    const lines = (await saved(store, over({ quiet: [] }), [answering, ended], begun)).filter(
      (one) => /^says .* in ops/.test(one),
    );
    expect(lines).toHaveLength(6);
    expect(lines[0]).not.toContain("Audit log");
    expect(lines[1]).not.toContain("Audit log");
    expect(lines[2]).toMatch(/^says Audit log up to here: [0-9a-f]{64} in ops/);
    expect(lines.slice(3).filter((line) => line.includes("Audit log"))).toEqual([]);
  });

  it("has its report below its end, wherever somebody wants more than alarms", async () => {
    const all = await saved(await drawn(), over(), [ended], begun);
    const files = all.filter((one) => /^says .*\.(png|md|csv) in/.test(one));
    expect(files.map((one) => one.replace(/^.*\.(\w+) in (\w+).*$/, "$1 in $2"))).toEqual([
      "png in ops",
      "md in ops",
      "csv in ops",
    ]);
    expect(all.findLastIndex((one) => one.startsWith("says Audit log"))).toBeLessThan(
      all.indexOf(files[0] ?? ""),
    );
  });
});

describe("the audit log", () => {
  const notes = async (watch: Watch) =>
    (await saved(await drawn(), watch, [], begun)).filter((one) => /^notes/.test(one));

  it("has the end of each run in the commit that ends it, and nothing before", async () => {
    expect(await notes(following())).toEqual([]);
    const [note, ...more] = await notes(over());
    expect(note).toMatch(/^notes ended: /);
    expect(more).toEqual([]);
  });
});
