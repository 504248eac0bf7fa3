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

  it("warns where only files cannot be attached, as all else is said", async () => {
    const { discord, options } = await discordAndOptions();
    discord.deny(discord.channel, "Attach Files");
    expect(told(await examineDiscord(options)).at(-1)).toMatch(
      /^warning: In #war-room the bot lacks Attach Files, so that reports of runs come in words alone → grant that/,
    );
  });

  it("says of a channel that it cannot see, and where none is named", async () => {
    const { options } = await discordAndOptions();
    const unknown = told(await examineDiscord({ ...options, channels: ["123456789012345678"] }));
    expect(unknown.at(-1)).toMatch(/^fault: .*no more.* → see that the id is right/);
    const none = told(await examineDiscord({ ...options, channels: [] }));
    expect(none.at(-1)).toMatch(/^warning: DISCORD_CHANNELS names none/);
  });

  it("says that Discord cannot be reached: the address, why, and what to do about it, once", async () => {
    const { discord, options } = await discordAndOptions();
    await discord.close();
    open.splice(open.indexOf(discord), 1);
    expect(told(await examineDiscord(options))).toEqual([
      `fault: Discord cannot be reached at ${new URL(options.apiUrl).origin}: the connection was refused → have the firewall let this machine connect to it, or set HTTPS_PROXY to the proxy that leads there`,
    ]);
  });

  it("looks at all else where Discord does not say where its gateway is", async () => {
    const { discord, options } = await discordAndOptions();
    discord.rest.breakNext({ kind: "failure", status: 500 }, "GET", /\/gateway\/bot$/);
    const checks = await examineDiscord(options);
    expect(checks.filter(({ verdict }) => verdict !== "well").map(({ about }) => about)).toEqual([
      "Discord connection",
    ]);
    expect(told(checks).at(-1)).toBe("well: The bot may do all it needs in #war-room");
  });

  it("warns of those on call who are not there, and of a role that the bot may not mention", async () => {
    const { discord, options } = await discordAndOptions();
    const { world, ann } = discord;
    const [openRole, closedRole, noRole] = [1, 2, 3].map(() => world.snowflake());
    world.roles
      .set(`${openRole}`, { mentionable: true })
      .set(`${closedRole}`, { mentionable: false });
    const before = (await examineDiscord(options)).length;
    const onCall = [
      ann.user.id,
      "100000000000000009",
      `role:${openRole}`,
      `role:${closedRole}`,
      `role:${noRole}`,
    ];
    const checks = await examineDiscord(options, undefined, onCall);
    expect(told(checks.slice(before))).toEqual([
      "warning: ON_CALL names somebody who is not in the bot's server → correct the id in ON_CALL",
      `warning: Nobody is called: the bot may not mention the role role ${closedRole} → switch "Allow anyone to @mention this role" on in its settings`,
      "warning: ON_CALL names a role that is not in the bot's server → correct the id in ON_CALL",
    ]);
  });

  it("warns of a global slash command beside the server's, and of a server that allows none", async () => {
    const { discord, options } = await discordAndOptions();
    const { world } = discord;
    const [id, other] = [world.snowflake(), world.snowflake()];
    world.globalCommands.push(
      { id: other, name: "ping", type: 1 },
      { id, name: "failover", type: 1 },
    );
    expect(told(await examineDiscord(options)).at(-1)).toMatch(
      new RegExp(
        `^warning: The application has a global /failover .*people see two.* → .*/applications/${world.application}/commands/${id} `,
      ),
    );
    world.globalCommands.pop();
    const refusal = {
      kind: "refusal",
      status: 403,
      code: 50001,
      message: "Missing Access",
    } as const;
    discord.rest.breakNext(refusal, "GET", /\/guilds\/\d+\/commands$/);
    expect(told(await examineDiscord(options)).at(-1)).toMatch(
      /^warning: The bot may have none in the server \d+; mentions work without → invite it again with https:/,
    );
  });

  it("names the channel where a thread is named, which the bot hears with its threads", async () => {
    const { discord, options } = await discordAndOptions();
    const { world, channel } = discord;
    const [post] = world.addForum(["a post"]);
    expect(told(await examineDiscord({ ...options, channels: [post?.id ?? ""] })).at(-1)).toBe(
      `fault: It is a thread, and the bot hears a channel with all its threads → name the channel that it is in, ${post?.parent}`,
    );
    expect(channel.id).not.toBe(post?.parent);
  });

  it("says that Discord refuses the token, without showing it", async () => {
    const { options } = await discordAndOptions();
    const checks = await examineDiscord({ ...options, token: "wrong.token.canary" });
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ about: "Discord", verdict: "fault" });
    expect(JSON.stringify(checks)).not.toContain("canary");
  });
});
