/** Which Node runs the bot. */
import type { DoctorCheck } from "../chat/check.ts";
import { testedNode } from "../version.ts";

export interface RunningNode {
  /** Like `24.21.0`. */
  readonly version: string;
  /** Where its program stands. */
  readonly path: string;
}

export const thisNode: RunningNode = { version: process.versions.node, path: process.execPath };

const about = "Node";
const well: DoctorCheck = { about, verdict: "well", says: `It is ${testedNode} or newer` };

/** `inService`: for a real EM or in a chat; for a try-out, any Node that starts the bot will do. */
export function nodeChecks(inService: boolean, { version, path }: RunningNode): DoctorCheck[] {
  if (!inService) return [{ ...well, says: `${version} will do to try the bot` }];
  const found = [...(isBundled(path) ? [bundled] : []), ...(isOld(version) ? [old(version)] : [])];
  return found.length > 0 ? found : [well];
}

const isBundled = (path: string) => /[\\/]node_modules[\\/]node-linux-/.test(path);

const bundled: DoctorCheck = {
  about,
  verdict: "warning",
  says: "The bot runs on the Node that npm ci brings: packed again by somebody else than nodejs.org, and meant to try the bot",
  cure: "install Node from nodejs.org, and the packages with npm ci --omit=dev --omit=optional",
};

const old = (version: string): DoctorCheck => ({
  about,
  verdict: "warning",
  says: `Node ${version} is older than ${testedNode}, with which this version of the bot is tested; mends of its faults may be missing`,
  cure: `install Node ${testedNode} or newer`,
});

function isOld(version: string): boolean {
  const [mine, tested] = [version, testedNode].map((one) => one.split(".").map(Number));
  const at = (tested ?? []).findIndex((part, i) => part !== (mine?.[i] ?? 0));
  return at >= 0 && (mine?.[at] ?? 0) < (tested?.[at] ?? 0);
}
