/** Pages larger than those that every EM gives: fewer questions, where EM takes them. */
import { EmError } from "./errors.ts";
import { isLarge, type Query, withUsualPages } from "./query.ts";

/** Reads by a query; once EM has refused large pages, with such as it makes by itself. */
export type InPages = <Things>(
  query: Query,
  reading: (query: Query) => Promise<Things>,
) => Promise<Things>;

export function largePages(): InPages {
  let areRefused = false;
  return async (query, reading) => {
    const asked = areRefused ? withUsualPages(query) : query;
    try {
      return await reading(asked);
    } catch (error) {
      const mayBeThat = error instanceof EmError && error.failure === "rejected" && isLarge(asked);
      if (!mayBeThat) throw error;
    }
    const things = await reading(withUsualPages(query));
    areRefused = true;
    return things;
  };
}
