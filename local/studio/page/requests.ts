/** What the page wants to know or to have done → requests to its server. */
import type {
  ErrorAnswer,
  MapAnswer,
  ObjectsAnswer,
  SearchAnswer,
  SearchRequest,
} from "../answers.ts";

export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

export async function fetchObjects(): Promise<ObjectsAnswer> {
  return (await send("objects")).json();
}

export async function fetchMap(): Promise<MapAnswer> {
  return (await send("map")).json();
}

/** @param question as the deployed search takes it */
export async function fetchMatches(question: SearchRequest): Promise<SearchAnswer> {
  const body = JSON.stringify(question);
  return (await send("search", { method: "POST", body })).json();
}

/** Resolves when the pipeline is through with it. */
export async function putObject(key: string, file: File): Promise<void> {
  await send(`objects?${new URLSearchParams({ key })}`, { method: "PUT", body: file });
}

/** @throws {RefusedError} with the server's reason */
async function send(path: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, options).catch((cause: unknown) => {
    const message = "The studio does not answer. Is npm run studio still running?";
    throw new RefusedError(message, { cause });
  });
  if (response.ok) return response;
  const { error }: ErrorAnswer = await response.json();
  throw new RefusedError(error);
}
