/** Which proxy leads to an address, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say it. */
import { BlockList, isIP } from "node:net";

export interface Proxies {
  /** For `https:` and `wss:`. */
  readonly https?: URL;
  /** For `http:` and `ws:`. */
  readonly http?: URL;
  /** Where none is used. Default: nowhere. */
  readonly except?: readonly string[];
}

/** Nothing where the address is reached directly. */
export function proxyTo(to: URL, { https, http, except = [] }: Proxies): URL | undefined {
  const isSecure = to.protocol === "https:" || to.protocol === "wss:";
  const proxy = isSecure ? https : http;
  return proxy && !except.some((one) => isMeant(one, to)) ? proxy : undefined;
}

const portOf = ({ port, protocol }: URL) =>
  port || (protocol === "https:" || protocol === "wss:" ? "443" : "80");

/**
 * `*` is everything; `example.com`, `.example.com` and `*.example.com` are that domain and all
 * below it; a port may follow; an IP address may be a network like `10.0.0.0/8`.
 */
function isMeant(one: string, to: URL): boolean {
  if (one === "*") return true;
  const [, name = one, port] = /^(.*?)(?::(\d+))?$/.exec(unlessIpv6(one)) ?? [];
  if (port !== undefined && port !== portOf(to)) return false;
  const host = bare(to.hostname).toLowerCase();
  const meant = bare(name)
    .toLowerCase()
    .replace(/^\*?\./, "");
  if (isIP(host)) return host === meant || isWithin(host, meant);
  return host === meant || host.endsWith(`.${meant}`);
}

/** Without a port, the colons of an address would be taken for that of one. */
const unlessIpv6 = (one: string) => (isIP(one.split("/", 1)[0] ?? "") === 6 ? `[${one}]` : one);

const bare = (host: string) => host.replace(/^\[(.*)\]$/, "$1");

function isWithin(host: string, network: string): boolean {
  const [address = "", bits] = network.split("/");
  const family = isIP(address);
  if (bits === undefined || family === 0 || family !== isIP(host)) return false;
  const list = new BlockList();
  const named = family === 6 ? "ipv6" : "ipv4";
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > (family === 6 ? 128 : 32)) return false;
  list.addSubnet(address, Number(bits), named);
  return list.check(host, named);
}
