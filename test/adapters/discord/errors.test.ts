import { afterEach, describe, expect, it } from "vitest";
import { listedCodes } from "../../../adapters/discord/errors.ts";
import { ChatError, type ChatFailure } from "../../../src/chat/port.ts";
import { cardTitled, type Rig, startRig } from "./rig.ts";

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** At an edit, which has no way out of its own. */
async function failureAt(code: number): Promise<ChatError> {
  const rig = await startRig();
  rigs.push(rig);
  const { place, id } = { place: rig.channel, id: rig.discord.world.snowflake() };
  const refusal = { kind: "refusal", status: 403, code, message: "Refused" } as const;
  for (let tries = 0; tries < 2; tries++) rig.discord.rest.breakNext(refusal, "PATCH");
  const failed: unknown = await rig.port
    .edit({ place, id }, cardTitled("One", { tone: "good" }))
    .catch((reason: unknown) => reason);
  return failed instanceof ChatError ? failed : expect.fail(`not a ChatError: ${failed}`);
}

/** Whose trouble it is, as Discord's page on its codes words them. */
const known: readonly (readonly [number, ChatFailure])[] = [
  [50035, { kind: "message" }],
  [40005, { kind: "message" }],
  [200000, { kind: "message" }],
  [10008, { kind: "message", gone: true }],
  [10003, { kind: "place", gone: true }],
  [50001, { kind: "place" }],
  [50013, { kind: "place" }],
  [50008, { kind: "place" }],
  [40001, { kind: "bot" }],
  [20026, { kind: "bot" }],
  [40333, { kind: "moment", afterMs: 5000 }],
  [130000, { kind: "moment", afterMs: 5000 }],
  [999_999, { kind: "moment" }],
];

describe("whose trouble a code of Discord's is", () => {
  it.each(known)("%i", async (code, failure) => {
    expect((await failureAt(code)).failure).toEqual(failure);
  });

  it.each([...listedCodes].filter(([code]) => code !== 30046))(
    "%i, as it is listed",
    async (code, failure) => {
      const error = await failureAt(code);
      expect(error.failure).toEqual(failure);
      expect(error.message).toMatch(/^Cannot edit a message .*\w/);
    },
  );
});
