/** Patterns as rules name plans: `*` is anything, also nothing, and `?` is one character. Pure. */

/** Upper and lower case are one, as are the forms in which Unicode writes one character. */
const characters = (text: string) => [...text.normalize("NFKC").toUpperCase().toLowerCase()];

/**
 * Whether the whole of the text fits. Takes time as the product of both lengths at most, whatever
 * the pattern.
 */
export function globs(pattern: string, text: string): boolean {
  const wanted = characters(pattern);
  const given = characters(text);
  let next = 0;
  let star = -1;
  let afterStar = 0;
  for (let at = 0; at < given.length; ) {
    if (wanted[next] === "*") {
      star = next++;
      afterStar = at;
    } else if (wanted[next] === "?" || wanted[next] === given[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++afterStar;
    } else return false;
  }
  return wanted.slice(next).every((left) => left === "*");
}
