import { describe, expect, it } from "vitest";
import type { Wakeups } from "../../src/store/wakeups.ts";

/** Until word has come around. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What all wake-ups promise. `make` gives new ones each time. */
export function wakeupsContract(name: string, make: () => Promise<Wakeups>): void {
  describe(`the wake-ups "${name}"`, () => {
    it("reach everybody who listens to that topic, and nobody else", async () => {
      const wakeups = await make();
      const heard: string[] = [];
      for (const who of ["one", "two"]) wakeups.on("speech", () => heard.push(who));
      wakeups.on("watch", () => heard.push("watcher"));
      wakeups.wake("speech");
      await settled();
      expect(heard.sort()).toEqual(["one", "two"]);
    });

    it("reach nobody who has ended listening, though others listen with the same function", async () => {
      const wakeups = await make();
      let heard = 0;
      const listener = () => {
        heard += 1;
      };
      const first = wakeups.on("watch", listener);
      wakeups.on("watch", listener);
      first.end();
      first.end();
      wakeups.wake("watch");
      await settled();
      expect(heard).toBe(1);
    });

    it("are said to nobody without harm", async () => {
      const wakeups = await make();
      expect(() => wakeups.wake("speech")).not.toThrow();
    });
  });
}
