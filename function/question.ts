/** A search event → the question in it, be it the event itself or the body of a request to the function's URL. */
import * as v from "valibot";
import { InvalidQuestionError } from "./errors.ts";

export interface Question {
  readonly question: string;
  /** How many matches are wanted at the most. */
  readonly count: number;
}

/** What a function URL answers with. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export interface UrlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const questionExpected = "question: expected a text of 1 to 1000 characters";
const countExpected = "count: expected a whole number from 1 to 100";

const questionSchema = v.object(
  {
    question: v.pipe(
      v.string(questionExpected),
      v.trim(),
      v.nonEmpty(questionExpected),
      v.maxLength(1000, questionExpected),
    ),
    count: v.optional(
      v.pipe(
        v.number(countExpected),
        v.integer(countExpected),
        v.minValue(1, countExpected),
        v.maxValue(100, countExpected),
      ),
      10,
    ),
  },
  questionExpected,
);

const urlRequestSchema = v.object({
  requestContext: v.object({ http: v.object({}) }),
  body: v.optional(v.string(), ""),
  isBase64Encoded: v.optional(v.boolean(), false),
});

/** @throws {InvalidQuestionError} */
export function parseQuestion(event: unknown): Question {
  const parsed = v.safeParse(questionSchema, event);
  if (!parsed.success) throw new InvalidQuestionError(parsed.issues.map(({ message }) => message));
  return parsed.output;
}

/**
 * Answers a direct invocation with what `answer` gives, and a request to the URL with the same as JSON. A
 * malformed request to the URL is answered with 400; what else goes wrong is thrown: Lambda logs it and
 * answers with 502 and no word of it.
 */
export async function answerQuestion<Answer>(
  event: unknown,
  answer: (question: Question) => Promise<Answer>,
): Promise<Answer | UrlResponse> {
  const request = v.safeParse(urlRequestSchema, event);
  if (!request.success) return answer(parseQuestion(event));
  const { body, isBase64Encoded } = request.output;
  try {
    const text = Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString();
    return respond(200, await answer(parseQuestion(parseBody(text))));
  } catch (error) {
    if (!(error instanceof InvalidQuestionError)) throw error;
    return respond(400, { error: error.message });
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidQuestionError(["the body: expected JSON"]);
  }
}

function respond(statusCode: number, body: unknown): UrlResponse {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
