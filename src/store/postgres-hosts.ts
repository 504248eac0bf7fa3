/**
 * An address of Postgres as its own programs take it. Several hosts may stand in it, each with a port
 * of its own: `postgres://bot@a:5432,b:5432/failover`. Node's URL knows no such address.
 */

interface Parts {
  /** Up to the hosts, with the user. */
  readonly before: string;
  readonly hosts: string;
  readonly after: string;
}

function partsOf(address: string): Parts {
  const begin = address.indexOf("//") + 2;
  const length = address.slice(begin).search(/[/?#]/);
  const end = length < 0 ? address.length : begin + length;
  const hostsAt = Math.max(begin, address.lastIndexOf("@", end) + 1);
  return {
    before: address.slice(0, hostsAt),
    hosts: address.slice(hostsAt, end),
    after: address.slice(end),
  };
}

/** The address once for each host, in their order. */
export function eachHost(address: string): string[] {
  const { before, hosts, after } = partsOf(address);
  return hosts.split(",").map((host) => `${before}${host}${after}`);
}

/** One address of several that differ in their host alone. */
export function joinedHosts(urls: readonly URL[]): string {
  const { before, after } = partsOf(urls[0]?.href ?? "");
  return `${before}${hostNames(urls)}${after}`;
}

export const hostNames = (urls: readonly URL[]): string => urls.map(({ host }) => host).join(",");
