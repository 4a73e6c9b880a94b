/** Files by path → a hub on 127.0.0.1 that gives them, in whatever way a test wants it to misbehave. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface Hub {
  readonly url: string;
  /** `GET /path` and the Range header of each request, in order. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  /** The next request is answered in this way, and each further one by the next in line. */
  misbehave(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

export async function startHub(files: ReadonlyMap<string, Buffer>): Promise<Hub> {
  const requests: Hub["requests"] = [];
  const behaviours: Behaviour[] = [];
  const serve = serveFrom(files);
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", range: request.headers.range });
    (behaviours.shift() ?? serve)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    misbehave: (...next) => behaviours.push(...next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Gives the files as the Hugging Face hub does, ranges included. */
export function serveFrom(files: ReadonlyMap<string, Buffer>): Behaviour {
  return (request, response) => {
    const content = files.get(request.url ?? "");
    if (content === undefined) return response.writeHead(404).end();
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    if (from === undefined) {
      return response.writeHead(200, { "content-length": content.length }).end(content);
    }
    if (Number(from) >= content.length) return response.writeHead(416).end();
    const rest = content.subarray(Number(from));
    const contentRange = `bytes ${from}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { "content-length": rest.length, "content-range": contentRange });
    return response.end(rest);
  };
}

/** Connections that break, each when so many bytes of what it was asked for have arrived. */
export function breakAfter(files: ReadonlyMap<string, Buffer>, bytes: number) {
  let open: { readonly response: ServerResponse; readonly end: number } | undefined;
  const behaviour: Behaviour = (request, response) => {
    const content = files.get(request.url ?? "") ?? Buffer.alloc(0);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from === 0 ? 200 : 206, {
      "content-length": content.length - from,
      "content-range": `bytes ${from}-${content.length - 1}/${content.length}`,
    });
    response.write(content.subarray(from, from + bytes));
    open = { response, end: from + bytes };
  };
  /** Only now: what a client has not read when its connection breaks, it may never see. */
  const arrived = (receivedBytes: number) => {
    if (receivedBytes === open?.end) open.response.destroy();
  };
  return { behaviour, arrived };
}
