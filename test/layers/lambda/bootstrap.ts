/**
 * What Lambda's own runtime does in a function's environment: takes events from the Runtime API, calls the
 * handler, and hands back what it gives or throws. (AWS's client for it, aws-lambda-ric, needs a compiler.)
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { createRequire } from "node:module";
import { join } from "node:path";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT = "", _HANDLER = "" } = process.env;
const api = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const [moduleName = "", exportName = ""] = _HANDLER.split(".");

const post = (path: string, body: unknown) =>
  fetch(`${api}/${path}`, { method: "POST", body: JSON.stringify(body ?? null) });

const describeError = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split("\n") }
    : { errorType: typeof error, errorMessage: String(error) };

try {
  const modulePath = join(LAMBDA_TASK_ROOT, `${moduleName}.js`);
  const handlers: Record<string, unknown> = createRequire(modulePath)(modulePath);
  const handler = handlers[exportName];
  if (typeof handler !== "function")
    throw new TypeError(`${_HANDLER} is undefined or not exported`);
  for (;;) {
    const next = await fetch(`${api}/invocation/next`);
    const awsRequestId = next.headers.get("lambda-runtime-aws-request-id");
    const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
    const context = { awsRequestId, getRemainingTimeInMillis: () => deadline - Date.now() };
    const event = await next.json();
    try {
      await post(`invocation/${awsRequestId}/response`, await handler(event, context));
    } catch (error) {
      await post(`invocation/${awsRequestId}/error`, describeError(error));
    }
  }
} catch (error) {
  await post("init/error", describeError(error));
  process.exitCode = 1;
}
