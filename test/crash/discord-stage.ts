import { createHash } from "node:crypto";
import { systemClock } from "../../src/clock.ts";
import { type FakeDiscord, startDiscord } from "../fakes/discord/discord.ts";
import type { Fault } from "../fakes/discord/rest.ts";
import { asRead, type Json, type Message } from "../fakes/discord/world.ts";
import { askedFor } from "./asked-for.ts";
import {
  type Ground,
  type Manner,
  nothingToLift,
  PLAN,
  realMs,
  type Said,
  type Seen,
  type Stage,
  type Troubles,
} from "./stage.ts";

const FIRST_ANSWER_MS = 3000;
const posting = /^\/channels\/\d+\/messages(\/\d+\/threads)?$/;

const editing = /^\/channels\/\d+\/messages\/\d+$/;
const inChannels = /^\/channels\//;

const markOf = (key: string) => createHash("sha256").update(key).digest("base64url").slice(0, 24);

/** The id of the button that confirms, where there is one. */
function confirmingIn({ components }: Message): string | undefined {
  const controls = components.flatMap((row) => row.components as readonly Json[]);
  return controls
    .map(({ custom_id }) => String(custom_id))
    .find((id) => id.startsWith("ask:confirm:"));
}

/**
 * Discord with Ann in it: REST and gateway. What is done while nobody listens, Discord never
 * delivers.
 */
export async function openDiscord(ground: Ground): Promise<Stage> {
  const clock = { ...systemClock, now: ground.now };
  const discord = await startDiscord(clock, { answerWithinMs: realMs(FIRST_ANSWER_MS, ground) });
  const { world, apiUrl, token, channel } = discord;
  return {
    platform: "discord",
    face: { is: "discord", discord: { apiUrl, token, channels: [channel.id] } },
    said: () =>
      world.spoken.all.map(({ is, message }): Said => {
        const { id, nonce } = message;
        const text = asRead(world, message).join("\n");
        return nonce === undefined ? { is: "answer", id, text } : { is, id, mark: nonce, text };
      }),
    saidMore: world.spoken.more,
    markOf,
    markOfFile: markOf,
    copiesOf: (key) => [key, `${key} in the channel`],
    holdNextPost: () => discord.rest.holdNext("POST", posting),
    holdBackNextEdit: () => discord.rest.holdBackNext("PATCH", editing),
    troubles: troublesOf(discord),
    ...createPerson(discord),
    enter: () => undefined,
    listening: () => undefined,
    hear: () => undefined,
    close: discord.close,
  };
}

const refused = (status: number, code: number, message: string): Fault => ({
  kind: "refusal",
  status,
  code,
  message,
});

function troublesOf({ rest }: FakeDiscord): Troubles {
  const once =
    (fault: Fault, method = "POST", path = posting) =>
    () => {
      rest.breakNext(fault, method, path);
      return nothingToLift;
    };
  const onceForFile = (fault: Fault) => () => {
    rest.breakNextFile(fault);
    return nothingToLift;
  };
  return {
    "too fast": once({ kind: "rate limit", retryAfterS: 2 }),
    "server error": once({ kind: "failure", status: 500 }),
    "a page instead": once({ kind: "page", status: 403 }),
    "answer lost": once({ kind: "lost answer" }),
    "message refused": once(refused(400, 50035, "Invalid Form Body")),
    "edit refused": once(refused(400, 50035, "Invalid Form Body"), "PATCH", editing),
    "token refused": () => rest.breakFrom(refused(401, 0, "401: Unauthorized"), inChannels),
    "room closed": () => rest.breakFrom(refused(403, 50001, "Missing Access"), inChannels),
    "file refused": onceForFile(refused(400, 40005, "Request entity too large")),
    "file answer lost": onceForFile({ kind: "lost answer" }),
    "file not taken": onceForFile({ kind: "failure", status: 502 }),
  };
}

interface OpenForm {
  readonly under: Message;
  readonly form: Json;
}

function createPerson({ world, people, ann, channel }: FakeDiscord): Pick<Stage, "sees" | "act"> {
  let open: OpenForm | undefined;

  const question = () => world.messages.findLast((message) => confirmingIn(message) !== undefined);

  function sees(): Seen {
    if (open) return "form";
    return question() ? "question" : "nothing";
  }

  function fillIn({ under, form }: OpenForm): void {
    open = undefined;
    void people.submit(ann, under, form, askedFor(form, PLAN));
  }

  async function press(under: Message): Promise<void> {
    const { answer } = await people.press(ann, under, confirmingIn(under) ?? "");
    if (answer.kind === "form") open = { under, form: answer.form };
  }

  function act({ asksByCommand, confirmsByButton }: Manner): void {
    const asked = question();
    if (open) fillIn(open);
    else if (asked && confirmsByButton) void press(asked);
    else if (asked) people.say(ann, channel.id, `@bot confirm ${askedFor(asked, PLAN)}`);
    else if (asksByCommand) void people.command(ann, channel.id, "start", { plan: PLAN });
    else people.say(ann, channel.id, `@bot start "${PLAN}"`);
  }

  return { sees, act };
}
