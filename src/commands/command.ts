/**
 * A command reads what was typed, looks, and says what should happen; it does nothing itself.
 * `bot.ts` does.
 */

import type { DoctorCheck } from "../chat/check.ts";
import type { Audience, Card, CommandHint, Person, Place } from "../chat/port.ts";
import type { SteadyClock } from "../clock.ts";
import type { BackupServer, Task } from "../em/types.ts";
import { misreadCard } from "../messages/answers.ts";
import type { Section } from "../messages/help.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Actor, Allowed, Deed } from "../records/asker.ts";
import type { Order } from "../records/order.ts";
import type { RefusalKind } from "../records/refusals.ts";
import type { Services } from "../services.ts";

/** What a verb needs somebody to be allowed. */
export type Permission = Deed["group"];

export type Outcome =
  | {
      readonly is: "reply";
      readonly card: Card;
      readonly audience?: Audience;
      /** Plan ids in the order shown, so that their numbers can be typed. */
      readonly listed?: readonly string[];
      /**
       * What was asked for was not done, be it that nothing fits what was typed (true), or that it
       * is not allowed or not possible now: a text for the audit log.
       */
      readonly refused?: true | string | Refused;
    }
  | { readonly is: "confirm"; readonly order: Order }
  | { readonly is: "decide"; readonly order: Order; readonly decision: Decision }
  | { readonly is: "watch"; readonly target: WatchTarget }
  | { readonly is: "unwatch"; readonly watch: AnyWatch }
  | { readonly is: "note"; readonly run: string; readonly text: string }
  | { readonly is: "report"; readonly run: string }
  | { readonly is: "collect"; readonly servers: readonly BackupServer[] }
  | { readonly is: "back-up"; readonly file: string }
  | { readonly is: "clear-tasks"; readonly tasks: readonly Task[]; readonly logon: string };

/** What was asked for was not done, or failed. */
export interface Refused {
  readonly kind: RefusalKind;
  /** For the audit log: what was wanted, and why not. */
  readonly what: string;
  /** The run or order that it is about. */
  readonly run?: string;
  /** What became of something that EM was asked; such an entry is always written by itself. */
  readonly deed?: "answer-lost" | "not-sent";
}

export type Decision = "confirm" | "cancel";

export type WatchTarget =
  | { readonly is: "watched"; readonly watch: AnyWatch }
  /** Nobody watches it yet. */
  | { readonly is: "new"; readonly watch: AnyWatch };

export type Parsed<Args> =
  | { readonly ok: true; readonly args: Args }
  /**
   * `why` is a sentence for the person. `beside`: what was typed where a plan is all that lacks.
   */
  | { readonly ok: false; readonly why: string; readonly beside?: string };

export interface Command<Args> extends CommandHint {
  readonly section: Section;
  readonly permission: Permission;
  /** What follows the verb is all of the message; it is saved before it is acknowledged. */
  readonly whole?: true;
  /** A line or two more, for `help <verb>`. */
  readonly details: readonly string[];
  parse(rest: string, reading: Reading): Parsed<Args>;
  run(args: Args, context: Context): Promise<Outcome>;
}

/** What reading a line may depend on. */
export interface Reading {
  readonly now: number;
  /** Between the times of the bot and those that people read and type. */
  readonly clock: Pick<SteadyClock, "now" | "deadline" | "turn" | "shown" | "meant">;
  readonly timeZone: string;
}

export interface Context
  extends Reading,
    Pick<Services, "em" | "emKey" | "sandbox" | "plans" | "store"> {
  readonly person: Person;
  readonly place: Place;
  /** When it was typed, as the platform dated it; absent where it does not. */
  readonly typedAt?: number;
  /** Id of the message that it answers. */
  readonly answers?: string;
  readonly confirmMs: number;
  readonly commands: readonly AnyCommand[];
  /** Ids of the plans in the list last shown to this person in this place. */
  readonly listed: readonly string[];
  /** Looks at all that the bot stands on. */
  diagnose(): Promise<readonly DoctorCheck[]>;
  readonly actor: Actor;
  /** The name under `people` in the policy, or `slack:U0123` where there is none. */
  readonly identity: string;
  /** Whether the person may do this here; with a plan, whether with that plan. */
  allows(deed: Deed): Allowed;
  /** Who may do it here, as the policy names them. */
  whoMay(deed: Deed): readonly string[];
  /** What the policy promises for a plan. */
  readonly targetsFor: Services["permissions"]["targetsFor"];
}

/** A command whose arguments are its own business. */
export interface AnyCommand extends CommandHint {
  readonly section: Section;
  readonly permission: Permission;
  readonly whole?: true;
  readonly details: readonly string[];
  /** Parses and runs; a line that cannot be parsed becomes a refusal. */
  handle(rest: string, context: Context): Promise<Outcome>;
}

export function command<Args>({ parse, run, ...hint }: Command<Args>): AnyCommand {
  return {
    ...hint,
    handle: async (rest, context) => {
      const parsed = parse(rest, context);
      if (parsed.ok) return run(parsed.args, context);
      const card = misreadCard(parsed.why, hint, rest === "" ? rest : parsed.beside);
      const what = `${hint.name}: ${parsed.why}`;
      return { is: "reply", card, refused: { kind: "nothing-fits", what } };
    },
  };
}

/** For verbs that take nothing. */
export const nothing = (rest: string): Parsed<undefined> =>
  rest === ""
    ? { ok: true, args: undefined }
    : { ok: false, why: `Nothing can follow this verb, but "${rest}" did.` };
