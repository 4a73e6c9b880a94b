/** A function from Request to Response → an HTTP server on the loopback interface. */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export type Answer = (request: Request) => Promise<Response>;

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves on a free port of 127.0.0.1. What `answer` throws becomes a 500 with its message. */
export async function serve(answer: Answer): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    );
    const body =
      incoming.method === "GET" || incoming.method === "HEAD" ? null : await text(incoming);
    const request = new Request(`http://127.0.0.1${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers,
      body,
    });
    const response = await answer(request).catch(
      (error) => new Response(`${error}`, { status: 500 }),
    );
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
