/** What a question or its form asks to type, by all that it shows: a code, else the plan's name. */
export const askedFor = (shown: unknown, plan: string): string =>
  /(?:confirm |the code )([B-Z]{4})\b/.exec(JSON.stringify(shown) ?? "")?.[1] ?? plan;
