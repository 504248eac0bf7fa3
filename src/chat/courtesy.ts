/** What people say to a bot beside what they want of it. */

export type Courtesy = "greeting" | "thanks";

const GREETINGS =
  /^(?:h(?:i|ey|ello|allo|owdy)|yo|ok(?:ay)?|please|pls|bitte|good (?:morning|afternoon|evening|day))(?=$|[\s,.!:;])/i;
const THANKS =
  /^(?:thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|ty|cheers|danke)(?=$|[\s,.!:;])/i;
const PAUSE = /^[\s,.!:;]+/;

export interface AfterCourtesy {
  /** Absent where the text does not begin so. */
  readonly courtesy?: Courtesy;
  /** Without the punctuation that led to it; empty where the text is nothing else. */
  readonly rest: string;
}

/** `hey, please status` is a greeting and `status`. */
export function afterCourtesy(text: string): AfterCourtesy {
  let rest = text.replace(PAUSE, "");
  let courtesy: Courtesy | undefined;
  for (;;) {
    const thanks = THANKS.exec(rest);
    const found = thanks ?? GREETINGS.exec(rest);
    if (!found) break;
    courtesy = thanks ? "thanks" : (courtesy ?? "greeting");
    rest = rest.slice(found[0].length).replace(PAUSE, "");
  }
  return courtesy === undefined ? { rest } : { courtesy, rest };
}
