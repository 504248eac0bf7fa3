/**
 * Something between the bot and EM that answers, when told to, with everything that it was told:
 * headers, tokens, body.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request as requestTo } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

type Kind = "orders" | "logons";

export interface TattlingProxy {
  readonly url: string;
  /** Tokens of logons that have passed. */
  readonly tokens: ReadonlySet<string>;
  /**
   * From now on requests, or those of one kind, are answered with this status and all that they
   * said.
   */
  tattle(status: number, only?: Kind): void;
  /** From now on all pass again. */
  behave(): void;
  close(): Promise<void>;
}

export async function tattlingProxy(target: string): Promise<TattlingProxy> {
  const tokens = new Set<string>();
  let tattling: { readonly status: number; readonly only: Kind | undefined } | undefined;
  const keep = ({ "x-restsvcsessionid": token }: IncomingHttpHeaders) => {
    if (token !== undefined) tokens.add(String(token));
  };
  const server = createServer(async (incoming, answer) => {
    const { method = "", url = "", headers } = incoming;
    const body = await buffer(incoming);
    keep(headers);
    const isLogon = method === "POST" && url.includes("sessionMngr");
    const isOrder = method === "POST" && url.includes("action=");
    const isMeant =
      tattling?.only === undefined || (tattling.only === "orders" ? isOrder : isLogon);
    if (tattling && isMeant) {
      const told = [
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        body,
      ].join("; ");
      const secrets = Buffer.from(
        String(headers.authorization ?? "").replace("Basic ", ""),
        "base64",
      );
      answer.writeHead(tattling.status, {
        "Content-Type": "application/xml",
        Location: `/api/?${told.replace(/[^\w=:;%. -]/g, "")}`,
      });
      answer.end(
        `<?xml version="1.0"?><Error Message="You said ${told} ${secrets}" StatusCode="${tattling.status}" />`,
      );
      return;
    }
    const onward = requestTo(target + url, { method, headers }, (answered) => {
      keep(answered.headers);
      answer.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    onward.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: TattlingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    tattle: (status, only) => {
      tattling = { status, only };
    },
    behave: () => {
      tattling = undefined;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
