/** An S3 API → the same at another address, over connections that break as a test says. */
import { createServer } from "node:http";

/** `cut`: half of the body and then the end; `stall`: half of it and then silence; `refuse`: HTTP 503. */
export type Fault = "cut" | "stall" | "refuse";

export interface BreakingProxy {
  readonly url: string;
  /** Path and range of each request. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** @param faultOf asked with path and range, as `requests` has them, and how many of the same there were before */
export async function startBreakingProxy(
  target: string,
  faultOf: (request: string, before: number) => Fault | undefined,
): Promise<BreakingProxy> {
  const requests: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const range = incoming.headers.range ?? "";
    const path = new URL(incoming.url ?? "", target).pathname;
    const request = `${path} ${range}`;
    const fault = faultOf(request, requests.filter((known) => known === request).length);
    requests.push(request);
    if (fault === "refuse") {
      outgoing.writeHead(503).end();
      return;
    }
    const answer = await fetch(`${target}${path}`, { headers: { range } });
    const body = Buffer.from(await answer.arrayBuffer());
    outgoing.writeHead(answer.status, { "content-length": body.length });
    if (fault === undefined) {
      outgoing.end(body);
      return;
    }
    outgoing.write(body.subarray(0, body.length / 2), () => {
      if (fault === "cut") outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
