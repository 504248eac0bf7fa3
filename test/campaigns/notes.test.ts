/** kill -9 at every commit of a note, saved or not, after which the platform delivers it again. */
import { expect, it } from "vitest";
import { readRun } from "../../src/report/reading.ts";
import { type QuickBot, startQuickBot } from "../fakes/quick-bot.ts";

const TEXT = "the switch was replaced";

/** Dies at the commit after so many from when it is armed; `dead`: whether it has. */
function mortal(commit: number, saved: boolean) {
  const state = { armed: false, dead: false, left: commit };
  const wrap = (store: QuickBot["store"]): QuickBot["store"] => ({
    ...store,
    commit: async (changes) => {
      if (state.dead) throw new Error("dead");
      if (!state.armed || --state.left > 0) return store.commit(changes);
      state.dead = true;
      if (saved) await store.commit(changes);
      throw new Error("dead");
    },
  });
  return { state, wrap };
}

async function notedAfter(commit: number, saved: boolean) {
  const { state, wrap } = mortal(commit, saved);
  const bot = await startQuickBot({ wrap });
  await bot.say("start Plan A");
  await bot.confirm();
  await bot.look();
  const { id } = await bot.watch();
  state.armed = true;
  await bot.say(`note ${TEXT}`, { delivery: "note-1" }).catch(() => undefined);
  state.armed = false;
  bot.chat.frozen = true;
  const again = await bot.restart();
  await again.say(`note ${TEXT}`, { delivery: "note-1" });
  await again.look();
  const record = (await readRun(again.store, id)) ?? expect.fail();
  const notes = record.moments.filter(({ what }) => what.is === "note");
  return { wasKilled: state.dead, notes: notes.length, told: again.chat.transcript(), again };
}

it("is on the timeline once, or its writer is told that nothing came of it", async () => {
  let kills = 0;
  for (let commit = 1; ; commit++) {
    const runs = [await notedAfter(commit, true), await notedAfter(commit, false)];
    for (const { wasKilled, notes, told, again } of runs) {
      const isTold = told.includes("restart") || told.includes("Restart");
      const audited = (await again.audit()).filter(({ deed }) => deed === "noted");
      expect(audited).toHaveLength(notes);
      expect(notes === 1 || (wasKilled && isTold && notes === 0), `commit ${commit}`).toBe(true);
    }
    if (runs.every(({ wasKilled }) => !wasKilled)) break;
    kills += runs.filter(({ wasKilled }) => wasKilled).length;
  }
  expect(kills).toBeGreaterThan(4);
});
