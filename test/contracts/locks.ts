import { describe, expect, it } from "vitest";
import type { Locks } from "../../src/store/locks.ts";

/** Until everything that can happen without anybody's doing has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What every table of locks promises. `make` gives a new one each time. */
export function locksContract(name: string, make: () => Promise<Locks>): void {
  describe(`the locks "${name}"`, () => {
    /** Runs until it is let go; notes when it begins and ends. */
    function holding(noted: string[], who: string) {
      const held = Promise.withResolvers<void>();
      const run = async () => {
        noted.push(`${who} begins`);
        await held.promise;
        noted.push(`${who} ends`);
      };
      return { run, letGo: held.resolve, fail: held.reject };
    }

    it("let one hold a name at a time, in the order of asking, and give its result", async () => {
      const locks = await make();
      const noted: string[] = [];
      const [first, second] = [holding(noted, "first"), holding(noted, "second")];
      const one = locks.exclusively("it", async () => first.run().then(() => 1));
      const two = locks.exclusively("it", async () => second.run().then(() => 2));
      await settled();
      expect(noted).toEqual(["first begins"]);
      second.letGo();
      first.letGo();
      expect(await Promise.all([one, two])).toEqual([1, 2]);
      expect(noted).toEqual(["first begins", "first ends", "second begins", "second ends"]);
    });

    it("let others hold other names meanwhile", async () => {
      const locks = await make();
      const noted: string[] = [];
      const first = holding(noted, "first");
      const one = locks.exclusively("it", first.run);
      await locks.exclusively("another", async () => void noted.push("other"));
      first.letGo();
      await one;
      expect(noted).toEqual(["first begins", "other", "first ends"]);
    });

    it("go on to the next where a holder fails, and tell the failure to whoever asked", async () => {
      const locks = await make();
      const fails = locks.exclusively("it", async () => Promise.reject(new Error("no")));
      const next = locks.exclusively("it", async () => "done");
      await expect(fails).rejects.toThrow("no");
      expect(await next).toBe("done");
    });

    it("let one lead under a name at a time, beside whoever holds that name", async () => {
      const locks = await make();
      const noted: string[] = [];
      const [first, second] = [holding(noted, "first"), holding(noted, "second")];
      const leads = [locks.lead("it", first.run), locks.lead("it", second.run)];
      await locks.exclusively("it", async () => void noted.push("held"));
      await settled();
      expect(noted.sort()).toEqual(["first begins", "held"]);
      first.letGo();
      second.letGo();
      await Promise.all(leads);
      expect(noted.slice(2)).toEqual(["first ends", "second begins", "second ends"]);
    });

    it("let the next one lead where a leader fails, and tell the failure to whoever asked", async () => {
      const locks = await make();
      const fails = locks.lead("it", async () => Promise.reject(new Error("no")));
      let led = false;
      const next = locks.lead("it", async () => {
        led = true;
      });
      await expect(fails).rejects.toThrow("no");
      await next;
      expect(led).toBe(true);
    });

    it("tell who leads when they are closed, wait for it, and let nobody lead any more", async () => {
      const locks = await make();
      const noted: string[] = [];
      const first = holding(noted, "first");
      const leads = locks.lead("it", async (signal) => {
        expect(signal.aborted).toBe(false);
        signal.addEventListener("abort", () => noted.push("told"));
        await first.run();
      });
      const waits = locks.lead("it", async () => void noted.push("second"));
      await settled();
      let closed = false;
      const closing = locks.close().then(() => (closed = true));
      await settled();
      expect(closed).toBe(false);
      first.letGo();
      await Promise.all([closing, leads, waits]);
      await locks.lead("it", async () => void noted.push("third"));
      expect(noted).toEqual(["first begins", "told", "first ends"]);
    });
  });
}
