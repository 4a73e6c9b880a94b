/**
 * `node every-outcome.ts`: lets the function meet each outcome and each kind of failure once, with planted texts in
 * documents, credentials and answers. Prints what the function prints, and its errors as Lambda would.
 */
import { S3Client } from "@aws-sdk/client-s3";
import { createCredentials } from "../../function/credentials.ts";
import type { Environment } from "../../function/environment.ts";
import { InvalidEmbeddingError } from "../../function/errors.ts";
import { createGetObject } from "../../function/get-object.ts";
import { ingestEvent } from "../../function/ingest.ts";
import { readManifest } from "../../function/model/manifest.ts";
import { createStore } from "../../function/store.ts";
import { connectSupabase } from "../../function/supabase.ts";
import { createMessage, createNotification } from "../../local/notification.ts";
import { serve } from "../../local/serve.ts";
import { startLocalStack } from "../../local/stack.ts";
import { createVirtualTime } from "../fixtures/virtual-time.ts";
import { testModelFolder } from "../models/folders.ts";
import { PLANTED } from "./planted.ts";

process.env.MAX_OBJECT_BYTES = "20000";
const folder = testModelFolder("tiny-embeddinggemma");
const stack = await startLocalStack({ model: { folder, manifest: await readManifest(folder) } });
const { environment, bucket } = stack;

/** Lambda's runtime writes an error's name, message, stack and enumerable fields to the log. */
function printAsLambda(error: unknown): void {
  if (!(error instanceof Error)) throw error;
  const { name, message, stack } = error;
  const fields = { errorType: name, errorMessage: message, ...error, stack: stack?.split("\n") };
  process.stderr.write(`${JSON.stringify(fields)}\n`);
}
const put = (key: string, content: string | Uint8Array, contentType = "text/plain") =>
  stack.upload(key, Buffer.from(content), contentType);
/** An event of an object, seen by a function with other parts than the stack's. */
async function fail(key: string, parts: Partial<Environment>): Promise<void> {
  await bucket.put(key, Buffer.from(`${PLANTED.first} ${key}`), "text/plain");
  const change = { eventName: "ObjectCreated:Put", bucket: bucket.name, key } as const;
  const event = createNotification(createMessage({ ...change, occurredAt: new Date() }));
  await ingestEvent({ ...environment, ...parts }, event, createVirtualTime()).catch(printAsLambda);
}
/** Fails with what SSM holds, or with what Supabase answers. */
const failStore = (key: string, parameter: string | Error, answer?: () => Promise<Response>) =>
  fail(key, {
    store: createStore(
      connectSupabase(
        createCredentials(
          async () => {
            if (parameter instanceof Error) throw parameter;
            return parameter;
          },
          { store: "parameter-store", id: "/proofmark/dev/supabase" },
        ),
        answer,
      ),
    ),
  });
const parameter = (url: string, service_key: string) => JSON.stringify({ url, service_key });
const project = "https://abcdefgh.supabase.co";

// Every outcome that is one.
const minutes = `# ${PLANTED.title}\n\n${PLANTED.first}\n\n${PLANTED.middle}\n\n${PLANTED.last}\n`;
await put("minutes.md", minutes, "text/markdown");
await put("minutes.md", minutes, "text/markdown");
const lateChange = {
  eventName: "ObjectCreated:Put",
  bucket: bucket.name,
  key: "late.txt",
} as const;
const late = createNotification(createMessage({ ...lateChange, occurredAt: new Date() }));
await put("late.txt", PLANTED.last);
await ingestEvent(environment, late);
await stack.remove("minutes.md");

// Every reason to reject an object.
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
await put("empty.txt", " \n");
await put("image.png", Buffer.concat([png, Buffer.from(PLANTED.image)]), "image/png");
await put("binary.txt", `\0${PLANTED.binary}`);
await put(
  "misencoded.txt",
  Buffer.from(`\ufeff${PLANTED.misencoded}${"\ud83d".repeat(99)}`, "utf16le"),
);
await put("large.txt", PLANTED.large.repeat(1000));
await put("marked.txt", `${PLANTED.marked}${"\u0301".repeat(3000)}`);
const archived = Object.assign(new Error("archived"), { name: "InvalidObjectState" });
await fail("archived.txt", { getObject: () => Promise.reject(archived) });

// What is to be tried again: S3, the model, the credentials, Supabase, the event itself.
const refusing = await serve(
  async () =>
    new Response(
      `<Error><Code>SignatureDoesNotMatch</Code><Message>The signature does not match.</Message>
       <SignatureProvided>${PLANTED.awsSignature}</SignatureProvided>
       <CanonicalRequest>x-amz-security-token:${PLANTED.awsSessionToken}</CanonicalRequest></Error>`,
      { status: 403, headers: { "content-type": "application/xml" } },
    ),
);
const s3 = new S3Client({
  endpoint: refusing.url,
  forcePathStyle: true,
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: PLANTED.awsSecretKey,
    sessionToken: PLANTED.awsSessionToken,
  },
});
await fail("signature.txt", {
  getObject: createGetObject(s3),
});
await fail("arithmetic.txt", {
  getObject: async () => ({
    Body: { transformToByteArray: async () => Buffer.from(PLANTED.unembedded) },
  }),
  embedder: {
    ...environment.embedder,
    embedDocument: () => Promise.reject(new InvalidEmbeddingError("model", "norm NaN")),
  },
});
const denied = Object.assign(new Error("denied"), { name: "AccessDeniedException" });
await failStore("no-credentials.txt", denied);
await failStore("not-json.txt", `postgresql://postgres:${PLANTED.databasePassword}@db/postgres`);
await failStore("broken-key.txt", parameter(project, `${PLANTED.brokenKey}\nsecond line`));
await failStore(
  "url-password.txt",
  parameter(`https://user:${PLANTED.urlPassword}@abcdefgh.supabase.co`, PLANTED.serviceKey),
);
await failStore("wrong-key.txt", parameter(project, PLANTED.unusableKey), async () =>
  Response.json({ message: "Invalid API key" }, { status: 401 }),
);
await failStore("role.txt", parameter(project, PLANTED.foreignKey), async () =>
  Response.json({ code: "42501", message: "permission denied" }, { status: 403 }),
);
await failStore("row.txt", parameter(project, PLANTED.serviceKey), async () =>
  Response.json(
    { code: "23514", message: "violates a check", details: `Failing row: ${PLANTED.refused}` },
    { status: 400 },
  ),
);
await failStore("unreachable.txt", parameter(project, PLANTED.serviceKey), () =>
  Promise.reject(new TypeError("fetch failed")),
);
await ingestEvent(environment, { Records: [{ Sns: { Message: PLANTED.first } }] }).catch(
  printAsLambda,
);
await ingestEvent(environment, { Event: "s3:TestEvent" });

s3.destroy();
await refusing.close();
await stack.close();
