/** Events in → what a function's environment answers to them, over the Lambda Runtime API on 127.0.0.1. */
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

/** What a handler gave, or what it threw. */
export type Answer =
  | { readonly response: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } };

export interface RuntimeApi {
  /** Host and port, as AWS_LAMBDA_RUNTIME_API has them. */
  readonly address: string;
  invoke(event: unknown, timeoutMilliseconds?: number): Promise<Answer>;
  close(): Promise<void>;
}

/** One environment at a time and one invocation at a time, as in Lambda. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  let idle =
    Promise.withResolvers<(event: unknown, timeoutMilliseconds: number) => Promise<Answer>>();
  let answer = Promise.withResolvers<Answer>();
  let invocations = 0;

  const server = createServer(async (request, response) => {
    const path = (request.url ?? "").split("/").slice(3).join("/");
    if (path === "invocation/next") {
      idle.resolve((event, timeoutMilliseconds) => {
        answer = Promise.withResolvers();
        invocations += 1;
        response.writeHead(200, {
          "lambda-runtime-aws-request-id": `${invocations}`,
          "lambda-runtime-deadline-ms": `${Date.now() + timeoutMilliseconds}`,
        });
        response.end(JSON.stringify(event));
        return answer.promise;
      });
      return;
    }
    const body = await json(request);
    if (path === "init/error") idle.resolve(async () => ({ error: parseError(body) }));
    else if (path === `invocation/${invocations}/response`) answer.resolve({ response: body });
    else if (path === `invocation/${invocations}/error`)
      answer.resolve({ error: parseError(body) });
    response.writeHead(202).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  return {
    address: `127.0.0.1:${port}`,
    async invoke(event, timeoutMilliseconds = 60_000) {
      const invokeIdle = await idle.promise;
      idle = Promise.withResolvers();
      return invokeIdle(event, timeoutMilliseconds);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parseError(body: unknown) {
  const { errorType, errorMessage } = Object(body);
  return { errorType: String(errorType), errorMessage: String(errorMessage) };
}
