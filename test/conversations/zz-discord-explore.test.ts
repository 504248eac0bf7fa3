import { it } from "vitest";
import { startDiscordBot } from "../fakes/discord-bot.ts";
it("x", async () => {
  const bot = await startDiscordBot({ scenario: "vm-fails" });
  const { discord, heard, bob } = bot;
  const { people, ann, channel } = discord;
  await heard(people.command(ann, channel.id, "help"));
  await heard(people.command(ann, channel.id, "status"));
  await heard(Promise.resolve(people.say(ann, channel.id, "@bot start")));
  await heard(Promise.resolve(people.say(ann, channel.id, '@bot start "Headquarters Failover" because fire')));
  const root = bot.newest("Start failover plan");
  await heard(bot.press(ann, root, "Confirm …", "wrong"));
  await heard(bot.press(bob, root, "Confirm …", "Headquarters Failover"));
  await bot.pass(30000);
  console.log(bot.read(root));
  await bot.untilQuiet();
  console.log(discord.world.transcript());
  console.log(discord.callsPerRoute(), bot.logged);
});
