/** What the doctor finds in Discord. */
import { afterEach, describe, expect, it } from "vitest";
import { examineDiscord } from "../../../adapters/discord/examine.ts";
import type { DoctorCheck } from "../../../src/chat/check.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { type FakeDiscord, startDiscord } from "../../fakes/discord/discord.ts";

const open: FakeDiscord[] = [];
afterEach(async () => {
  for (const discord of open.splice(0)) await discord.close();
});

async function discordAndOptions() {
  const clock = fakeClock();
  const discord = await startDiscord(clock);
  open.push(discord);
  const nothing = () => undefined;
  const log = { info: nothing, warn: nothing, error: nothing };
  const { token, apiUrl, channel } = discord;
  return { discord, options: { token, apiUrl, channels: [channel.id], clock, log } };
}

const told = (checks: readonly DoctorCheck[]) =>
  checks.map(({ verdict, says, cure }) => `${verdict}: ${says}${cure ? ` → ${cure}` : ""}`);

describe("the doctor in Discord", () => {
  it("finds all well where the bot may do all that it needs, and opens no connection to find that out", async () => {
    const { discord, options } = await discordAndOptions();
    expect(told(await examineDiscord(options))).toEqual([
      "well: Discord takes the bot token",
      "well: The bot needs none that has to be switched on",
      "well: It agrees with this machine's to some seconds",
      "well: The bot may do all it needs in #war-room",
    ]);
    expect(discord.gateway.counts.identified).toBe(0);
  });

  it("finds ids of the policy that Discord does not know in the bot's servers", async () => {
    const { discord, options } = await discordAndOptions();
    const { world, ann, channel } = discord;
    const named = {
      people: [ann.user.id, "100000000000000009"],
      groups: [world.botRole, "100000000000000008"],
      channels: [channel.id, "100000000000000007"],
    };
    const checks = await examineDiscord(options, named);
    expect(checks.filter(({ verdict }) => verdict === "fault").map(({ about }) => about)).toEqual([
      "Discord person 100000000000000009",
      "Discord role 100000000000000008",
      "Discord channel 100000000000000007",
    ]);
  });

  it("notices that this machine's clock is wrong", async () => {
    const { options } = await discordAndOptions();
    const clock = { ...options.clock, now: () => options.clock.now() - 30_000 };
    expect(told(await examineDiscord({ ...options, clock }))).toContain(
      "warning: This machine's is 30 s behind it → have this machine set its clock by a time server",
    );
  });

  it("names the permissions that it lacks in a channel, with the link that grants them", async () => {
    const { discord, options } = await discordAndOptions();
    discord.deny(discord.channel, "Embed Links");
    discord.deny(discord.channel, "Send Messages in Threads");
    expect(told(await examineDiscord(options)).at(-1)).toMatch(
      /^fault: In #war-room the bot lacks Send Messages in Threads, Embed Links → .*https:\/\/discord\.com\/oauth2\/authorize\?client_id=/,
    );
  });

  it("says of a channel that it cannot see, and where none is named", async () => {
    const { options } = await discordAndOptions();
    const unknown = told(await examineDiscord({ ...options, channels: ["123456789012345678"] }));
    expect(unknown.at(-1)).toMatch(/^fault: .*no more.* → see that the id is right/);
    const none = told(await examineDiscord({ ...options, channels: [] }));
    expect(none.at(-1)).toMatch(/^warning: DISCORD_CHANNELS names none/);
  });

  it("says that Discord refuses the token, without showing it", async () => {
    const { options } = await discordAndOptions();
    const checks = await examineDiscord({ ...options, token: "wrong.token.canary" });
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ about: "Discord", verdict: "fault" });
    expect(JSON.stringify(checks)).not.toContain("canary");
  });
});
