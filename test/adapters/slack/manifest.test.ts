import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { scopesOfEvents, scopesOfMethods, slashCommand } from "../../../adapters/slack/methods.ts";
import { allCommands } from "../../../src/commands/all.ts";
import { manifest, manifestText } from "./rig.ts";

const folder = new URL("../../../adapters/slack/", import.meta.url);
const source = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && name !== "methods.ts")
  .map((name) => readFileSync(new URL(name, folder), "utf8"))
  .join("\n");

const found = (pattern: RegExp) =>
  [...new Set([...source.matchAll(pattern)].map(([, name]) => name))].toSorted();

describe("manifest.yml asks Slack for what the code uses, and for nothing else", () => {
  it("names the one slash command", () => {
    expect(found(/app\.command\(([^,]+)/g)).toEqual(["/^\\//"]);
    expect(
      manifest().features.slash_commands.map(({ command }: { command: string }) => command),
    ).toEqual([slashCommand]);
  });

  it("hints at every verb that can be typed, and at no other", () => {
    const [{ usage_hint: hint }] = manifest().features.slash_commands;
    const hinted = String(hint)
      .split("|")
      .map((usage) => usage.trim().split(" ")[0]);
    expect(hinted.toSorted()).toEqual(allCommands.map(({ name }) => name).toSorted());
  });

  it("names the events that the code listens to", () => {
    const heard = found(/(?:app\.event|v\.literal)\("(\w+)"/g);
    expect(heard).toEqual(["app_mention", "channel_id_changed", "message"]);
    expect(Object.keys(scopesOfEvents).map((event) => event.split(".")[0])).toEqual(heard);
    expect(manifest().settings.event_subscriptions.bot_events).toEqual(Object.keys(scopesOfEvents));
  });

  it("switches interactivity on, for presses, forms and the picker", () => {
    expect(found(/app\.(action|view|options|shortcut|function|assistant)\(/g)).toEqual([
      "action",
      "options",
      "view",
    ]);
    expect(manifest().settings.interactivity).toEqual({ is_enabled: true });
  });

  it("lets people write to the bot, as the code listens to direct messages", () => {
    expect(manifest().features.app_home).toMatchObject({
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
      home_tab_enabled: false,
    });
  });

  it("has the list of methods that the code calls", () => {
    const called = found(/\bcall\(\s*"([\w.]+)"/g);
    expect(called).toEqual(Object.keys(scopesOfMethods).toSorted());
    expect(found(/\.(apiCall|chat|conversations|views|users|files)\b[.(]\w/g)).toEqual(["apiCall"]);
  });

  it("has the scopes of those methods and events", () => {
    const all = [...Object.values(scopesOfMethods), ...Object.values(scopesOfEvents)].flat();
    const { bot, ...others } = manifest().oauth_config.scopes;
    expect(bot.toSorted()).toEqual([...new Set(["commands", ...all])].toSorted());
    expect(others).toEqual({});
  });

  it("says above each scope why it is needed", () => {
    const scopes = parseDocument(manifestText()).getIn(["oauth_config", "scopes"]);
    const list = isMap(scopes) ? scopes.get("bot") : undefined;
    const items = isSeq(list) ? list.items.filter(isScalar) : [];
    const reasons = items.map(
      (item, index) => item.commentBefore ?? (index === 0 && isSeq(list) ? list.commentBefore : ""),
    );
    expect(items).toHaveLength(manifest().oauth_config.scopes.bot.length);
    for (const reason of reasons) expect(reason).toMatch(/\w+ \w+/);
  });

  it("knows no other features than those above", () => {
    expect(Object.keys(manifest().features).toSorted()).toEqual([
      "app_home",
      "bot_user",
      "slash_commands",
    ]);
    expect(manifest().settings).toMatchObject({
      socket_mode_enabled: true,
      org_deploy_enabled: false,
    });
  });
});

const schemas = process.env.SCHEMAS_DIR;

describe("manifest.yml and Slack's published schemas", () => {
  const versions = ["1.0.0", "2.0.0"];
  const validates = (version: string, value: unknown) => {
    const file = join(schemas ?? "", `slack-manifest.schema.${version}.json`);
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(
      JSON.parse(readFileSync(file, "utf8")),
    );
    return validate(value) ? [] : validate.errors;
  };

  if (schemas) {
    it.each(versions)("it is valid by version %s", (version) => {
      expect(validates(version, manifest())).toEqual([]);
    });

    it("would not be valid with a word that the schema does not know", () => {
      expect(validates("2.0.0", { ...manifest(), settings: { sockets: true } })).not.toEqual([]);
    });
  } else {
    it("are not compared here, as SCHEMAS_DIR is not set", () => {
      console.warn(
        "SKIPPED: manifest.yml is not held against Slack's schemas, as SCHEMAS_DIR is not set",
      );
      expect(manifest().display_information.name).toBe("Failover");
    });
  }
});
