/**
 * What Slack hands out for a short while: triggers, which open one form, and addresses, which take
 * five answers.
 */

import { type Args, Refused, respond } from "./methods.ts";
import type { World } from "./world.ts";

const responseForMs = 30 * 60_000;
const mostResponses = 5;
const threeSecondsMs = 3000;

interface Address {
  readonly channel: string;
  readonly user: string;
  readonly until: number;
  left: number;
}

interface Trigger {
  readonly user: string;
  readonly until: number;
  isSpent: boolean;
}

export interface Passes {
  newTrigger(user: string): string;
  /** Throws where the trigger is unknown, spent or over. */
  useTrigger(id: string): { readonly user: string };
  /** The id of an address that answers in a channel. */
  newAddress(channel: string, user: string): string;
  /** False where the address is unknown, spent or over. */
  respond(id: string, body: Args): boolean;
}

/** `triggerForMs`: how long a trigger opens a form, by the world's clock. */
export function createPasses(world: World, triggerForMs = threeSecondsMs): Passes {
  const { clock } = world;
  const addresses = new Map<string, Address>();
  const triggers = new Map<string, Trigger>();

  function newTrigger(user: string): string {
    const id = `${clock.now()}.${world.nextId("")}.trigger`;
    triggers.set(id, { user, until: clock.now() + triggerForMs, isSpent: false });
    return id;
  }

  function useTrigger(id: string): Trigger {
    const trigger = triggers.get(id);
    if (!trigger) throw new Refused("invalid_trigger_id");
    if (trigger.isSpent) throw new Refused("exchanged_trigger_id");
    if (clock.now() > trigger.until) throw new Refused("expired_trigger_id");
    trigger.isSpent = true;
    return trigger;
  }

  function newAddress(channel: string, user: string): string {
    const id = world.nextId("R");
    addresses.set(id, { channel, user, until: clock.now() + responseForMs, left: mostResponses });
    return id;
  }

  function answer(id: string, body: Args): boolean {
    const address = addresses.get(id);
    if (!address || address.left === 0 || clock.now() > address.until) return false;
    address.left--;
    respond(world, address.channel, address.user, body);
    return true;
  }

  return { newTrigger, useTrigger, newAddress, respond: answer };
}
