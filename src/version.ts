/** Which version of the bot this is, as package.json says it. */
import manifest from "../package.json" with { type: "json" };

export const botVersion: string = manifest.version;

/** As people read it. */
export const botName = `${manifest.name} ${botVersion}`;
