/**
 * Interactions as Discord keeps them: three seconds for the first answer, exactly one, and fifteen
 * minutes for the rest.
 */

import { formFaults, messageFaults, refuseFaults } from "./limits.ts";
import { type Json, type Message, Refusal, type World } from "./world.ts";

/** What the bot answered first, as the person's client sees it. */
export type Answer =
  | { readonly kind: "thinking"; readonly hidden: boolean }
  | { readonly kind: "deferred" }
  | { readonly kind: "message" }
  | { readonly kind: "form"; readonly form: Json }
  | { readonly kind: "suggestions"; readonly choices: readonly string[] };

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly channel: string;
  readonly user: string;
  readonly startedAt: number;
  answer?: Answer;
  original?: Message;
  /** Told when the first answer is there, with how long it took by the machine's clock. */
  answered(answer: Answer, tookMs: number): void;
}

const threeSecondsMs = 3000;
const tokenLivesMs = 15 * 60_000;
const ephemeral = 64;

const isHidden = (data: Json | undefined): boolean => (Number(data?.flags ?? 0) & ephemeral) !== 0;

export function createInteractions(
  world: World,
  write: (channel: string, body: Json, more: Partial<Message>) => Message,
  /** For the first answer, by the world's clock. */
  answerWithinMs = threeSecondsMs,
) {
  const known = new Map<string, Interaction>();
  const began = new Map<string, number>();

  const open = (interaction: Interaction) => {
    known.set(interaction.token, interaction);
    began.set(interaction.id, performance.now());
  };

  function firstAnswer(interaction: Interaction, type: number, data: Json): Answer {
    const only = isHidden(data) ? { onlyFor: interaction.user } : {};
    if (type === 4) {
      refuseFaults(messageFaults(data));
      interaction.original = write(interaction.channel, data, only);
      return { kind: "message" };
    }
    if (type === 5) {
      interaction.original = write(interaction.channel, {}, { ...only, waiting: true });
      return { kind: "thinking", hidden: isHidden(data) };
    }
    if (type === 6) return { kind: "deferred" };
    if (type === 9) {
      refuseFaults(formFaults(data));
      return { kind: "form", form: data };
    }
    const choices = (data.choices ?? []) as Json[];
    if (choices.length > 25) throw new Refusal(400, 50035, "Invalid Form Body: over 25 choices");
    return { kind: "suggestions", choices: choices.map(({ value }) => String(value)) };
  }

  function callback(id: string, token: string, body: Json): void {
    const interaction = known.get(token);
    if (!interaction || interaction.id !== id) throw new Refusal(404, 10062, "Unknown interaction");
    if (interaction.answer)
      throw new Refusal(400, 40060, "Interaction has already been acknowledged.");
    if (world.clock.now() - interaction.startedAt > answerWithinMs) {
      throw new Refusal(404, 10062, "Unknown interaction");
    }
    interaction.answer = firstAnswer(interaction, Number(body.type), (body.data ?? {}) as Json);
    interaction.answered(interaction.answer, performance.now() - (began.get(id) ?? 0));
  }

  function alive(token: string): Interaction {
    const interaction = known.get(token);
    if (!interaction) throw new Refusal(404, 10015, "Unknown Webhook");
    if (world.clock.now() - interaction.startedAt >= tokenLivesMs) {
      throw new Refusal(401, 50027, "Invalid Webhook Token");
    }
    return interaction;
  }

  const originalOf = (token: string): Message => {
    const { original } = alive(token);
    if (!original || !world.messages.includes(original))
      throw new Refusal(404, 10008, "Unknown Message");
    return original;
  };

  function editOriginal(token: string, body: Json): Message {
    const original = originalOf(token);
    refuseFaults(messageFaults(body));
    original.waiting = false;
    original.content = String(body.content ?? "");
    original.embeds = (body.embeds ?? []) as Json[];
    original.components = (body.components ?? []) as Json[];
    return original;
  }

  /**
   * As Discord has it for old bots: right behind a deferred answer, a follow-up takes its place,
   * hidden or not.
   */
  function followUp(token: string, body: Json): Message {
    const interaction = alive(token);
    if (interaction.original?.waiting && world.messages.includes(interaction.original)) {
      return editOriginal(token, body);
    }
    refuseFaults(messageFaults(body));
    return write(interaction.channel, body, isHidden(body) ? { onlyFor: interaction.user } : {});
  }

  function removeOriginal(token: string): void {
    world.messages.splice(world.messages.indexOf(originalOf(token)), 1);
  }

  /** As some tokens do, before their time. */
  const forget = (token: string) => known.delete(token);

  return { open, callback, editOriginal, followUp, removeOriginal, forget };
}

export type FakeInteractions = ReturnType<typeof createInteractions>;
