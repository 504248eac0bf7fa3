/** The scopes of an app that was made from the manifest of this repository. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const manifest = parse(readFileSync(new URL("../../../manifest.yml", import.meta.url), "utf8"));

export const appScopes: readonly string[] = manifest.oauth_config.scopes.bot;
