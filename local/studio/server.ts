/** The local stack and the page's files → the studio: a function from Request to Response. */
import { InvalidQuestionError, reason } from "../../function/errors.ts";
import { parseQuestion } from "../../function/question.ts";
import { searchContent } from "../../function/search.ts";
import { maxLocalObjectBytes, ObjectTooLargeForLocalS3Error } from "../bucket.ts";
import type { Answer } from "../serve.ts";
import type { LocalStack } from "../stack.ts";
import { refuseForeign, secure } from "./access.ts";
import type { ErrorAnswer, MapAnswer, ObjectsAnswer, SearchAnswer } from "./answers.ts";
import { readMap } from "./map.ts";
import { readObjects } from "./objects.ts";
import type { PageFiles } from "./page-files.ts";
import type { ProgressStream } from "./progress-stream.ts";

export interface StudioParts {
  /** Its telemetry is that of `progress`. */
  readonly stack: LocalStack;
  readonly model: { readonly id: string; readonly dimensions: number };
  readonly progress: ProgressStream;
  readonly files: PageFiles;
}

class InvalidUploadError extends Error {
  override readonly name = "InvalidUploadError";
  constructor(expected: string) {
    super(`The upload is malformed: expected ${expected}, as in PUT /objects?key=notes/tea.md.`);
  }
}

/** Answers only the studio's own page, and with everything that keeps other pages out of it. */
export function createStudio(parts: StudioParts): Answer {
  const routes: Readonly<Record<string, Answer>> = {
    "GET /objects": () => answerObjects(parts),
    "PUT /objects": (request) => takeObject(parts, request),
    "GET /events": async () =>
      new Response(parts.progress.open(), { headers: { "content-type": "text/event-stream" } }),
    "POST /search": (request) => answerSearch(parts, request),
    "GET /map": async () =>
      Response.json(
        (await readMap(
          parts.stack.database,
          parts.stack.environment.embedder.model,
        )) satisfies MapAnswer,
      ),
  };

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const file = request.method === "GET" ? parts.files.get(pathname) : undefined;
    if (file !== undefined) {
      return new Response(file.text, { headers: { "content-type": file.contentType } });
    }
    const route = routes[`${request.method} ${pathname}`];
    if (route === undefined) return refuse(404, `There is no ${request.method} ${pathname} here.`);
    return route(request).catch((error: unknown) => refuse(statusOf(error), reason(error)));
  }

  return async (request) => secure(refuseForeign(request) ?? (await answer(request)));
}

async function answerObjects({ stack, model }: StudioParts): Promise<Response> {
  const { id, dimensions } = model;
  const objects = await readObjects(stack.database);
  return Response.json({
    model: { id, dimensions },
    objects,
  } satisfies ObjectsAnswer);
}

/** Answers when the pipeline is through with the object; how it ended is among the events. */
async function takeObject({ stack }: StudioParts, request: Request): Promise<Response> {
  const key = new URL(request.url).searchParams.get("key") ?? "";
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes < 1 || keyBytes > 1024 || key.endsWith("/")) {
    throw new InvalidUploadError("a key of 1 to 1024 bytes that ends in no slash");
  }
  const { headers } = request;
  const objectBytes = Number(headers.get("content-length") ?? Number.NaN);
  if (Number.isNaN(objectBytes)) throw new InvalidUploadError("a Content-Length");
  // Before the body is read: it is kept in memory.
  if (objectBytes > maxLocalObjectBytes) throw new ObjectTooLargeForLocalS3Error(key, objectBytes);
  const contentType = headers.get("content-type") ?? undefined;
  await stack.upload(key, new Uint8Array(await request.arrayBuffer()), contentType);
  return new Response(null, { status: 204 });
}

/** Takes what the deployed search takes. */
async function answerSearch({ stack }: StudioParts, request: Request): Promise<Response> {
  const { question, ...options } = parseQuestion(await request.json());
  const matches = await searchContent(stack.environment, question, options);
  return Response.json({ matches } satisfies SearchAnswer);
}

function statusOf(error: unknown): number {
  const isMalformed = [InvalidQuestionError, InvalidUploadError, SyntaxError];
  if (isMalformed.some((kind) => error instanceof kind)) return 400;
  return error instanceof ObjectTooLargeForLocalS3Error ? 413 : 500;
}

function refuse(status: number, error: string): Response {
  return Response.json({ error } satisfies ErrorAnswer, { status });
}
