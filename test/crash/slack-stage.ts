import { createHash } from "node:crypto";
import { systemClock } from "../../src/clock.ts";
import { appScopes } from "../fakes/slack/app-scopes.ts";
import type { Delivery } from "../fakes/slack/deliveries.ts";
import { createFakeSlack, type FakeSlack } from "../fakes/slack/fake-slack.ts";
import type { Fault } from "../fakes/slack/faults.ts";
import { readable } from "../fakes/slack/reading.ts";
import type { Channel, Message } from "../fakes/slack/world.ts";
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

const TRIGGER_MS = 3000;

const markOf = (key: string) => createHash("sha256").update(key).digest("hex").slice(0, 32);
/** What is downloaded is called after the key. */
const markOfFile = (key: string) => `file ${markOf(key).slice(0, 12)}`;

function markIn({ metadata, file }: Message): string | undefined {
  const own = file && /-([0-9a-f]{12})(?:\.\w+)?$/.exec(file.name)?.[1];
  if (own !== undefined) return `file ${own}`;
  const key = metadata?.event_payload.key;
  return typeof key === "string" ? key : undefined;
}

/** The token of the button that confirms, where there is one. */
function confirmingIn({ blocks }: Message): string | undefined {
  const values = blocks.flatMap((block) =>
    block.type === "actions"
      ? block.elements.map((each) => ("value" in each && each.value) || "")
      : [],
  );
  const tokens = values.map((value) =>
    value.startsWith("{") ? String(JSON.parse(value).token) : value,
  );
  return tokens.find((token) => token.startsWith("confirm:"));
}

/** Slack with Alice in it: Web API and Socket Mode, with the rates that Slack keeps. */
export async function openSlack(ground: Ground): Promise<Stage> {
  const clock = { ...systemClock, now: ground.now };
  const slack = await createFakeSlack({
    clock,
    scopes: appScopes,
    triggerForMs: realMs(TRIGGER_MS, ground),
  });
  const { world, url, botToken, appToken } = slack;
  const person = createPerson(slack);
  return {
    platform: "slack",
    face: {
      is: "slack",
      slack: { apiUrl: url, botToken, channels: ["C0WAR"], mode: { appToken } },
    },
    said: () =>
      world.spoken.all.map(({ is, message }): Said => {
        const mark = markIn(message);
        const text = readable(world, message);
        return mark !== undefined
          ? { is, id: message.ts, mark, text }
          : { is: "answer", id: message.ts, text };
      }),
    saidMore: world.spoken.more,
    markOf,
    markOfFile,
    copiesOf: (key) => [key],
    holdNextPost: () => slack.faults.hold("chat.postMessage"),
    holdBackNextEdit: () => slack.faults.holdBack("chat.update"),
    troubles: troublesOf(slack),
    ...person,
    enter: () => undefined,
    hear: () => undefined,
    close: slack.close,
  };
}

function troublesOf({ faults, world }: FakeSlack): Troubles {
  const once = (fault: Fault, method: string) => () => {
    faults.next(fault, method);
    return nothingToLift;
  };
  return {
    "too fast": once({ retryAfterS: 2 }, "chat.postMessage"),
    "server error": once({ status: 503 }, "chat.postMessage"),
    "a page instead": once({ status: 403, page: "<h1>Blocked</h1>" }, "chat.postMessage"),
    "answer lost": once("lost", "chat.postMessage"),
    "message refused": once({ error: "invalid_blocks" }, "chat.postMessage"),
    "edit refused": once({ error: "invalid_blocks" }, "chat.update"),
    "token refused": () => {
      world.isTokenRevoked = true;
      return () => {
        world.isTokenRevoked = false;
      };
    },
    "room closed": () => archive(world.channels.get("C0WAR")),
    "file refused": once({ error: "invalid_blocks" }, "files.completeUploadExternal"),
    "file answer lost": once("lost", "files.completeUploadExternal"),
    "file not taken": once({ status: 503 }, "files.upload"),
  };
}

function archive(channel: Channel | undefined): () => void {
  if (!channel) throw new Error("There is no war-room");
  channel.isArchived = true;
  return () => {
    channel.isArchived = false;
  };
}

function createPerson(slack: FakeSlack): Pick<Stage, "sees" | "act" | "listening"> {
  const { world } = slack;
  const inThisLife: Delivery[] = [];
  let filledIn = 0;

  const lastQuestion = () => world.messages.findLast((message) => confirmingIn(message));
  const question = () => world.messages.map(confirmingIn).findLast((token) => token !== undefined);

  async function mention(text: string): Promise<void> {
    inThisLife.push(await slack.mention(text));
  }

  function sees(): Seen {
    if (filledIn < world.forms.length) return "form";
    return question() === undefined ? "nothing" : "question";
  }

  function fillIn(): Promise<unknown> | undefined {
    const form = world.forms.at(-1);
    filledIn = world.forms.length;
    return form && slack.submit(form, askedFor(form, PLAN));
  }

  function confirm(byButton: boolean): Promise<unknown> {
    const token = question();
    return byButton && token !== undefined
      ? slack.press(token)
      : mention(`confirm ${askedFor(lastQuestion(), PLAN)}`);
  }

  function act({ asksByCommand, confirmsByButton }: Manner): void {
    const seen = sees();
    if (seen === "form") void fillIn();
    else if (seen === "question") void confirm(confirmsByButton);
    else void (asksByCommand ? slack.command(`start "${PLAN}"`) : mention(`start "${PLAN}"`));
  }

  return {
    sees,
    act,
    /** Acknowledgements get lost as well. Commands and presses, Slack never sends again. */
    listening: () => {
      for (const delivery of inThisLife.splice(0)) void slack.again(delivery);
    },
  };
}
