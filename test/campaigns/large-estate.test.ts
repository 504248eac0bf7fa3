/** What one `status` asks of EM in the largest estate that is thought of. */
import { expect, it } from "vitest";
import { readOf } from "../../src/em/optional.ts";
import { estateFacts } from "../../src/estate/facts.ts";
import { largeEm } from "../estate/large-em.ts";

it("a thousand plans take less than twenty questions, and all are known", async () => {
  const em = await largeEm(1_000);
  const facts = await estateFacts(em.from);
  expect(em.asked().length).toBeLessThan(20);
  expect(readOf(facts.ages)).toHaveLength(1_000);
});
