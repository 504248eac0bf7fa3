/** A proxy that knows CONNECT alone, on 127.0.0.1. */
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface ConnectProxy {
  readonly url: URL;
  /** Where it was asked to lead, like `127.0.0.1:443`, with the credentials that came along. */
  readonly asked: readonly { readonly to: string; readonly credentials: string | undefined }[];
}

/** `refusesWith`: the status of every answer, instead of a connection. */
export async function startConnectProxy(refusesWith?: number): Promise<ConnectProxy> {
  const asked: { to: string; credentials: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connection", (socket) => void sockets.add(socket));
  server.on("connect", ({ url = "", headers }, client, head) => {
    asked.push({ to: url, credentials: headers["proxy-authorization"] });
    if (refusesWith !== undefined) {
      client.end(`HTTP/1.1 ${refusesWith} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${url}`);
    const beyond = connect(Number(port || 80), hostname, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) beyond.write(head);
      beyond.pipe(client).pipe(beyond);
    });
    sockets.add(beyond);
    beyond.on("error", () => client.destroy());
    client.on("error", () => beyond.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}`), asked };
}
