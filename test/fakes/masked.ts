/** Without what differs from run to run: ids of runs, watches and EM's sessions, hashes, codes. */
export const masked = (text: string) =>
  text
    .replace(/`confirm ((?:test |undo |stop )?)[B-Z]{4}`/g, "`confirm $1CODE`")
    .replace(/\b(run|watch)-[0-9a-z]{6}\b/g, "$1-……")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<id>")
    .replace(/\b[0-9a-f]{64}\b/g, "<hash>");
