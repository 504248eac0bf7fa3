import { EmError } from "./errors.ts";

const LIKE_THIS = "it must be like https://em.example.com:9398";

/**
 * EM's address with `/api`, of what a person has set. Throws an `EmError` that says what is wrong,
 * quoting nothing.
 */
export function apiBase(url: string): URL {
  const base = URL.parse(url.trim());
  if (!base || !/^https?:$/.test(base.protocol))
    throw wrong(`EM_URL is no http or https address: ${LIKE_THIS}`);
  if (base.username || base.password)
    throw wrong(`EM_URL must not hold a user name or password: ${LIKE_THIS}`);
  if (base.port === "9419") {
    throw wrong(
      "EM_URL leads to port 9419, the REST API of Veeam Backup & Replication, which is another one: that of " +
        "Enterprise Manager is on port 9398 (https) or, in old versions, 9399 (http)",
    );
  }
  const path = base.pathname.replace(/(?<!\/)\/+$/, "");
  base.pathname = /\/api$/i.test(path) ? path : `${path}/api`;
  base.search = "";
  base.hash = "";
  return base;
}

const wrong = (sentence: string) => new EmError("unreachable", sentence);

/**
 * The path below `/api` of an address that EM gave. Its host is dropped: EM names itself as it sees
 * itself, and our logon goes to the configured origin alone.
 */
export function pathBelowApi(href: string, base: URL): string {
  const address = URL.parse(href, base.href);
  if (!address) return "/";
  const { pathname, search } = address;
  const api = pathname.toLowerCase().indexOf("/api/");
  return `${api < 0 ? pathname : pathname.slice(api + "/api".length)}${search}`;
}
