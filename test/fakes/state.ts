/** Where the states of tests' bots are: each in a file, unless a campaign keeps them elsewhere. */
import { type OpenedState, openState } from "../../src/store/sqlite.ts";

/** `path`: of its file, and its name wherever it is. What was there is there again. */
export type OpenTestState = (path: string, now: () => number) => Promise<OpenedState>;

const inFile: OpenTestState = async (path, now) => openState(path, now, () => undefined);

let open = inFile;

export const openTestState: OpenTestState = (path, now) => open(path, now);

/** From now on; in files where nothing is given. */
export function keepStates(elsewhere: OpenTestState = inFile): void {
  open = elsewhere;
}
