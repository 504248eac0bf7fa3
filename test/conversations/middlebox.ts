/** Something between the bot and EM that answers in EM's place. */
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
export const isStart = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && path.includes("action=start");
export const page = (status: number) => ({
  status,
  headers: { "Content-Type": "text/html" },
  body: "<html><body><h1>Blocked</h1></body></html>",
});
export const errorOfEm = (status: number, message: string) => ({
  status,
  headers: { "Content-Type": "application/xml" },
  body: `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="${message}" StatusCode="${status}" />`,
});
export const lostTask = errorOfEm(
  500,
  "There is no backup task with id [task-1] in current rest session",
);

/** Whatever may be answered by what stands before EM. */
const answers = [
  ...[401, 403, 404, 405, 408, 409, 429, 500, 502, 503, 504].map(page),
  { ...page(200), body: "" },
  { ...page(404), body: "" },
  { ...errorOfEm(403, "Access denied"), body: '<Error Message="Access de' },
  lostTask,
];
export const named = answers.map((raw) => [raw.status, raw.body.slice(0, 30), raw] as const);

/** A start that was confirmed, and what befalls its POST. */
export async function confirmed(befall: (bot: TestBot) => void) {
  const bot = await startBot();
  await bot.say(`start "${PLAN}"`);
  befall(bot);
  await bot.say(`confirm ${PLAN}`);
  await bot.pass(20_000);
  const texts = () => bot.chat.messages.map(bot.chat.text).join("\n");
  return { bot, texts, posts: () => bot.sandbox.requests.filter(isStart).length };
}
