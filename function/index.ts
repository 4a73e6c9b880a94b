/**
 * Lambda's two entries, `index.ingest` and `index.search`. The model's session is begun before the code of the
 * clients is loaded, so that the two take place at the same time.
 */
import type { Handlers, Invocation } from "./handler.ts";
import { startSessionThread } from "./model/session-thread.ts";
import { once } from "./once.ts";
import { modelAddress, modelPath } from "./settings.ts";

/** Far more than it takes. Lambda gives the start of a provisioned environment up to 15 minutes. */
const holdMilliseconds = 60_000;

const openSession = once(async () => {
  const { env } = process;
  // A model in S3 is fetched in the thread, so that loading this code takes no longer: Lambda gives that ten seconds
  // and begins it anew otherwise. What is not fetched by then is fetched while the first event waits.
  const thread = startSessionThread(modelPath(env), { address: modelAddress(env) });
  // A provisioned environment is frozen as soon as its code is loaded, to be thawed for its first event.
  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
  if (env.AWS_LAMBDA_INITIALIZATION_TYPE === "provisioned-concurrency") {
    thread.hold(holdMilliseconds);
  }
  return thread.session;
});
// A failure is told to the event that needs the session.
openSession().catch(() => {});
const handlers = import("./handler.ts").then(({ createHandlers }) => createHandlers(openSession));

export async function ingest(event: unknown, context: Invocation): ReturnType<Handlers["ingest"]> {
  return (await handlers).ingest(event, context);
}

export async function search(event: unknown, context: Invocation): ReturnType<Handlers["search"]> {
  return (await handlers).search(event, context);
}
