/** A function from Request to Response → an HTTP server on the loopback interface. */
import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export type Answer = (request: Request) => Promise<Response>;

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  constructor(port: number, options: ErrorOptions) {
    super(`Port ${port} is in use by another process. Choose another one with --port.`, options);
  }
}

/**
 * Serves on 127.0.0.1. What `answer` throws becomes a 500 with its message. Bodies are streams in both directions.
 * @param port 0 for a free one
 * @throws {PortInUseError}
 */
export async function serve(answer: Answer, port = 0): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const response = await readRequest(incoming)
      .then(answer)
      .catch((error) => new Response(`${error}`, { status: 500 }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    // Sent now, for the first bytes of a stream may be long in coming.
    outgoing.flushHeaders();
    // Whoever asked may have gone away: then the stream is cancelled, and nobody is left to be told.
    await pipeline(response.body ?? Readable.from([]), outgoing).catch(() => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const isInUse = "code" in cause && cause.code === "EADDRINUSE";
      reject(isInUse ? new PortInUseError(port, { cause }) : cause);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${listening}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`http://127.0.0.1${incoming.url}`, {
    method,
    headers,
    ...(hasBody && { body: incoming, duplex: "half" }),
  });
}
