import { readFileSync } from "node:fs";
import { PermissionFlagsBits } from "discord.js";
import { afterEach, describe, expect, it } from "vitest";
import { inviteLink } from "../../../adapters/discord/discord.ts";
import { hearsAll } from "../../fakes/hears-all.ts";
import { hints, makeRig, type Rig, type RigOptions, startRig, until } from "./rig.ts";

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

const registrations = (rig: Rig) =>
  rig.discord.callsPerRoute()["PUT /applications/:id/guilds/:id/commands"] ?? 0;
const lookedUp = (rig: Rig) =>
  rig.discord.callsPerRoute()["GET /applications/:id/guilds/:id/commands"] ?? 0;
const allLogged = (rig: Rig) => rig.logged.map(({ message }) => message).join("\n");

describe("the bot in a Discord server", () => {
  it("is invited with the permissions that it uses, and no others", () => {
    const link = new URL(inviteLink("1234567890"));
    expect(link.searchParams.get("scope")).toBe("bot applications.commands");
    const bits = BigInt(link.searchParams.get("permissions") ?? 0);
    const set = Array.from({ length: 64 }, (_, bit) => bit).filter(
      (bit) => (bits >> BigInt(bit)) & 1n,
    );
    expect(set).toEqual([10, 11, 14, 15, 16, 35, 38]);
  });

  const page = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

  it.each(["README.md", "adapters/discord/README.md"])(
    "is invited by the same link in %s",
    (path) => {
      expect(page(path)).toContain(inviteLink("ID"));
    },
  );

  it("is granted by it what the page says, each with its reason", () => {
    const rows = page("adapters/discord/README.md").matchAll(/^\| ([A-Z][\w ,]+) \| [^|]+ \|$/gm);
    const told = [...rows].flatMap(([, names = ""]) => names.split(", ")).slice(1);
    const flags = Object.entries(PermissionFlagsBits);
    const bits = new Map(flags.map(([name, bit]) => [name.toLowerCase(), bit]));
    const bitOf = (name: string) => bits.get(name.replaceAll(" ", "").toLowerCase()) ?? 0n;
    const asked = told.reduce((all, name) => all | bitOf(name), 0n);
    expect(new URL(inviteLink("ID")).searchParams.get("permissions")).toBe(String(asked));
  });

  it("says in its log how to invite it", async () => {
    const rig = await started();
    expect(allLogged(rig)).toContain(inviteLink(rig.discord.world.application));
  });

  it("registers one slash command, with a subcommand for each verb", async () => {
    const rig = await started();
    await until(() => rig.discord.commands.length > 0);
    expect(rig.discord.commands).toMatchObject([
      {
        name: "failover",
        options: [
          { name: "status", description: "What EM is doing now" },
          {
            name: "start",
            options: [
              { name: "plan", required: true, autocomplete: true },
              { name: "reason", description: "Why" },
            ],
          },
        ],
      },
    ]);
  });

  it("registers nothing again where Discord has it already", async () => {
    const rig = await started();
    await until(() => registrations(rig) === 1);
    const kept = structuredClone(rig.discord.commands);
    const later = await started({
      prepare: ({ commands }) => (commands as object[]).push(...kept),
    });
    await until(() => lookedUp(later) === 1);
    await later.port.stop();
    expect(registrations(later)).toBe(0);
  });

  it("registers again where a verb was added", async () => {
    const rig = await started();
    await until(() => registrations(rig) === 1);
    const kept = structuredClone(rig.discord.commands);
    const more = [...hints, { name: "plans", usage: "", summary: "All plans", options: [] }];
    const later = await started({
      commands: more,
      prepare: ({ commands }) => (commands as object[]).push(...kept),
    });
    await until(() => registrations(later) === 1);
  });

  it("works without the slash command where it may not register it, and says why", async () => {
    const rig = await started({
      prepare: ({ rest }) =>
        rest.breakNext(
          { kind: "refusal", status: 403, code: 50001, message: "Missing Access" },
          "GET",
          /commands$/,
        ),
    });
    await until(() => allLogged(rig).includes("Cannot read the slash commands"));
    expect(rig.port.health().ok).toBe(true);
  });

  it("names what it lacks in a channel, in its log and its health", async () => {
    const rig = await started({
      prepare: ({ channel }) => {
        channel.denied.add("Send Messages in Threads").add("Embed Links");
      },
    });
    const lacks = "the bot lacks Send Messages in Threads, Embed Links in #war-room";
    expect(allLogged(rig)).toContain(lacks);
    expect(rig.port.health()).toEqual({ ok: true, state: `Connected to Discord, but ${lacks}` });
  });

  it("notices when a permission is taken away later", async () => {
    const rig = await started();
    expect(rig.port.health().state).toBe("Connected to Discord");
    rig.discord.deny(rig.discord.channel, "Embed Links");
    await until(() => allLogged(rig).includes("lacks Embed Links in #war-room"));
  });

  it("says so where it cannot see a channel of its settings", async () => {
    const rig = await started({ channels: () => ["999999999999"] });
    expect(rig.port.health().state).toMatch(/cannot see channel 999999999999/);
  });

  it("does not hold the token in its log", async () => {
    const rig = await makeRig({ token: "wrong.token.at-all" });
    rigs.push(rig);
    await rig.port
      .start({
        commands: hints,
        arriving: async () => undefined,
        moved: async () => undefined,
        ...hearsAll,
        complete: () => [],
        incoming: async () => undefined,
      })
      .catch(() => {});
    expect(JSON.stringify(rig.logged)).not.toContain("wrong.token");
  });
});
