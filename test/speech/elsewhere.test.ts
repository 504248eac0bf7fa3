/** How it goes on where something is gone or may not be said. */
import { describe, expect, it } from "vitest";
import { type Card, ChatError, type ChatFailure, type Place } from "../../src/chat/port.ts";
import type { Moved, Posted, Topic } from "../../src/records/topic.ts";
import { goOn, isSameStand, leftUnknown, rootKey } from "../../src/speech/elsewhere.ts";

const ops: Place = { platform: "terminal", channel: "ops" };
const second: Place = { ...ops, channel: "second" };
const third: Place = { ...ops, channel: "third" };
const thread: Place = { ...ops, thread: "m1" };
const ref = { place: ops, id: "m1" };
const card: Card = { tone: "plain", title: "Begins", lines: [] };
const topicIn = (place: Place, own: Partial<Topic> = {}): Topic => ({
  version: 1,
  id: "run",
  place,
  title: "Plan",
  card,
  updatedAt: 0,
  closed: false,
  ...own,
});

const place: ChatFailure = { kind: "place" };
const placeGone: ChatFailure = { kind: "place", gone: true };
const gone: ChatFailure = { kind: "message", gone: true };

type Kind = "root" | "line" | "file" | "copy" | "edit" | "look";

/** What is saved after a job has failed so, in the place where the topic is spoken. */
function afterwards(
  is: Kind,
  failure: ChatFailure,
  posted: Partial<Posted>,
  { at = ops, fallback = [] as readonly Place[], own = {} as Partial<Topic> } = {},
): Posted {
  const before: Posted = { version: 1, ...posted };
  const error = new ChatError(failure, "Archived");
  return goOn(before, { is, topic: topicIn(at, own), posted: before }, error, fallback);
}
const shown = { ref, shown: "as it was", thread };

describe("where a place may not be written", () => {
  it.each(["line", "file"] as const)("a %s goes into the channel, beside its thread", (is) => {
    expect(afterwards(is, place, shown, { fallback: [second] })).toEqual({
      version: 1,
      ...shown,
      thread: ops,
    });
  });

  it.each(["root", "edit", "copy", "look"] as const)("a %s goes to the next place", (is) => {
    expect(afterwards(is, place, { ref }, { fallback: [second] })).toEqual({
      version: 1,
      moved: { to: second, from: ops, why: "Archived", tried: 1 },
      left: [{ ref }],
    });
  });

  it("a card leaves its own thread behind with it", () => {
    expect(afterwards("edit", place, shown, { fallback: [second] }).left).toEqual([
      { ref, thread },
    ]);
  });

  it("a line that stands in the channel goes to the next place", () => {
    const inChannel = { ref, thread: ops };
    expect(afterwards("line", place, inChannel, { fallback: [second] }).moved?.to).toEqual(second);
  });

  it("a topic in a thread of others goes to the next place, line or not", () => {
    const at = thread;
    const posted = { ref, thread };
    expect(afterwards("line", place, posted, { at, fallback: [second] }).moved?.to).toEqual(second);
  });

  it("a topic in a thread of others stays there where there is no next place", () => {
    const posted = { ref, thread: ops };
    expect(afterwards("line", place, posted, { at: thread })).toEqual({ version: 1, ...posted });
  });

  it("there is no other place in the same channel", () => {
    const fallback = [{ ...ops, thread: "m9" }, ops];
    expect(afterwards("root", place, {}, { fallback })).toEqual({ version: 1 });
  });

  it("the place itself is passed over among the others, and counts as tried", () => {
    const fallback = [ops, second];
    expect(afterwards("root", place, {}, { fallback }).moved).toMatchObject({
      to: second,
      tried: 2,
    });
  });

  it("another platform's channel of the same name is another place", () => {
    const other: Place = { platform: "slack", channel: "ops" };
    expect(afterwards("root", place, {}, { fallback: [other] }).moved?.to).toEqual(other);
  });

  it("a line is tried in its thread again where there is no other place", () => {
    expect(afterwards("line", place, { ref, thread: ops })).toEqual({ version: 1, ref });
    expect(afterwards("file", place, { ref, thread: ops })).toEqual({ version: 1, ref });
    expect(afterwards("edit", place, { ref, thread: ops })).toEqual({
      version: 1,
      ref,
      thread: ops,
    });
  });

  it("the places are tried in turn, and after the last one the first again, with the first reason", () => {
    const fallback = [second, third];
    const move = (moved: Moved, at: Place) =>
      afterwards("root", place, { moved }, { at, fallback }).moved;
    const first = { to: second, from: ops, why: "First", tried: 1 };
    const next = { ...first, to: third, tried: 2 };
    const again = { ...first, to: ops, tried: 3 };
    expect(move(first, second)).toEqual(next);
    expect(move(next, third)).toEqual(again);
    expect(move(again, ops)).toEqual({ ...first, tried: 4 });
  });

  it("a card that stands there already goes on, in its thread, and the others are left", () => {
    const moved = { to: second, from: ops, why: "Archived", tried: 1 };
    const now = { ref: { place: second, id: "m5" }, thread: { ...second, thread: "m5" } };
    const left = [{ ref: { place: third, id: "m3" } }, { ref, thread }];
    expect(
      afterwards("edit", place, { moved, ...now, left }, { at: second, fallback: [second] }),
    ).toEqual({
      version: 1,
      moved: { ...moved, to: ops, tried: 2 },
      left: [{ ref: { place: third, id: "m3" } }, now],
      ...{ ref, thread },
    });
  });

  it("a card in another thread, channel or platform there is not the one that goes on", () => {
    const moved = { to: second, from: ops, why: "Archived", tried: 1 };
    for (const own of [thread, third, { ...ops, platform: "slack" } as const]) {
      const left = [{ ref: { place: own, id: "m9" } }];
      const next = afterwards("root", place, { moved, left }, { at: second, fallback: [second] });
      expect([next.ref, next.left]).toEqual([undefined, left]);
    }
  });

  it("who was told directly, and what is on its way, stays known", () => {
    const known = { direct: ["1"], attempting: ["run/2"] };
    expect(afterwards("root", place, known, { fallback: [second] })).toMatchObject(known);
    expect(Object.keys(afterwards("root", place, {}, { fallback: [second] }))).toEqual([
      "version",
      "moved",
      "left",
    ]);
  });

  it("and was left meanwhile, nothing changes", () => {
    const before: Posted = {
      version: 1,
      ref,
      moved: { to: second, from: ops, why: "Archived", tried: 1 },
    };
    const job = { is: "edit", topic: topicIn(ops), posted: { version: 1, ref } } as const;
    expect(goOn(before, job, new ChatError(place, "Archived"), [second, third])).toBe(before);
  });
});

describe("where something is gone", () => {
  it("a deleted card is posted anew, without a trace", () => {
    expect(afterwards("edit", gone, { ...shown, direct: ["1"] })).toEqual({
      version: 1,
      direct: ["1"],
      renewed: 1,
      left: [],
    });
  });

  it.each(["line", "file", "copy", "look"] as const)(
    "a thread that is gone with a %s leaves its card behind, which leads to the new one",
    (is) => {
      const left = [{ ref: { place: ops, id: "m0" } }];
      expect(afterwards(is, gone, { ...shown, left })).toEqual({
        version: 1,
        renewed: 1,
        left: [...left, { ref }],
      });
    },
  );

  it("a card that was left in an earlier place stays so where the new one is deleted", () => {
    const left = [{ ref: { place: ops, id: "m0" } }];
    expect(afterwards("edit", gone, { ref, left }).left).toEqual(left);
  });

  it("a card that is deleted again and again stays gone", () => {
    expect(afterwards("edit", gone, { ref, renewed: 2 })).toMatchObject({ renewed: 3 });
    expect(afterwards("edit", gone, { ref, renewed: 3 })).toEqual({
      version: 1,
      ref,
      renewed: 3,
      frozen: true,
    });
  });

  it.each(["line", "file"] as const)(
    "a %s whose thread is gone again and again stands in the channel, and the card stays as it is",
    (is) => {
      expect(afterwards(is, gone, { ...shown, renewed: 3 })).toEqual({
        version: 1,
        ...shown,
        renewed: 3,
        thread: ops,
        frozen: true,
      });
    },
  );

  it("a line of the channel, or of a thread of others, goes to another place then", () => {
    const fallback = [second];
    const inChannel = afterwards("line", gone, { ref, renewed: 3, thread: ops }, { fallback });
    expect(inChannel.moved?.to).toEqual(second);
    const ofOthers = { at: thread, fallback };
    expect(afterwards("line", gone, { ref, renewed: 3, thread }, ofOthers).moved?.to).toEqual(
      second,
    );
  });

  it("a card that cannot even be posted goes to another place", () => {
    expect(afterwards("root", gone, {}, { fallback: [second] }).moved?.to).toEqual(second);
    expect(afterwards("root", gone, {})).toEqual({ version: 1 });
  });

  it("a place that is gone is like one that may not be written", () => {
    expect(afterwards("line", placeGone, shown).thread).toEqual(ops);
    expect(afterwards("edit", placeGone, { ref }, { fallback: [second] }).moved?.to).toEqual(
      second,
    );
  });

  it("what refuses a message alone moves it, and posts nothing anew", () => {
    const refused: ChatFailure = { kind: "message" };
    expect(afterwards("edit", refused, { ref }, { fallback: [second] }).moved?.to).toEqual(second);
    expect(afterwards("edit", refused, { ref })).toEqual({ version: 1, ref });
  });
});

describe("what is said in one place alone", () => {
  const own = { stays: true } as const;

  it("is over where it is deleted", () => {
    expect(afterwards("edit", gone, { ref }, { own, fallback: [second] })).toEqual({
      version: 1,
      ref,
      frozen: true,
    });
  });

  it.each([place, placeGone, { kind: "message" }] as const)(
    "waits there, whatever else there is: %o",
    (failure) => {
      const waiting = afterwards("edit", failure, { ref }, { own, fallback: [second] });
      expect(waiting).toEqual({ version: 1, ref });
    },
  );
});

describe("a card of which nobody knows whether it has arrived", () => {
  const sent = { version: 1, sent: card, attempting: ["run"] } as const;
  const moved = { to: second, from: ops, why: "Archived", tried: 1 };
  const job = (posted: Posted) => ({ is: "root", topic: topicIn(ops), posted }) as const;

  it("is looked for where its topic goes on elsewhere or anew", () => {
    const sought = { of: "run", key: "run", card };
    expect(leftUnknown(job(sent), { version: 1, moved })).toEqual(sought);
    expect(leftUnknown(job(sent), { version: 1, renewed: 1 })).toEqual(sought);
  });

  it("is not where it is tried again in its place", () => {
    expect(leftUnknown(job(sent), sent)).toBeUndefined();
  });

  it.each<[string, Posted]>([
    ["it has arrived after all", { ...sent, ref }],
    ["it was never sent", { version: 1, attempting: ["run"] }],
    ["what is on its way is another message", { ...sent, attempting: ["run/1"] }],
    ["nothing is on its way", { version: 1, sent: card }],
  ])("is not where %s", (_, posted) => {
    expect(leftUnknown(job(posted), { version: 1, moved })).toBeUndefined();
  });

  it("is known by a key of its own in each place and each time it is posted anew", () => {
    const posted = [{}, { moved }, { renewed: 2 }, { moved, renewed: 1 }];
    const keys = posted.map((own) => rootKey(topicIn(ops), { version: 1, ...own }));
    expect(keys).toEqual(["run", "run@1", "run#2", "run@1#1"]);
  });

  it("stands where it stood as long as nothing has moved it", () => {
    expect(isSameStand({ version: 1, moved }, { version: 1, moved, ref })).toBe(true);
    expect(isSameStand({ version: 1, moved }, { version: 1 })).toBe(false);
    expect(isSameStand({ version: 1, renewed: 1 }, { version: 1 })).toBe(false);
    expect(isSameStand({ version: 1 }, { version: 1 })).toBe(true);
  });
});
