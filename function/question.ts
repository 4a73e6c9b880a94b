/** A search event → the question in it, be it the event itself or the body of a request to the function's URL. */
import * as v from "valibot";
import { InvalidQuestionError } from "./errors.ts";
import type { SearchOptions } from "./store.ts";

export interface Question extends SearchOptions {
  readonly question: string;
}

/** What a function URL answers with. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export interface UrlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const questionExpected = "question: expected a text of 1 to 1000 characters";
const whole = (name: string, min: number, max: number) => {
  const expected = `${name}: expected a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
};

const time = (name: string) => {
  const expected = `${name}: expected a time as 2026-11-28 or 2026-11-28T09:30:00Z`;
  return v.pipe(
    v.string(expected),
    v.check((text) => isoTime.test(text) && !Number.isNaN(Date.parse(text)), expected),
  );
};
const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

const weight = (name: string) => {
  const expected = `${name}: expected a number from 0 to 100`;
  return v.pipe(v.number(expected), v.minValue(0, expected), v.maxValue(100, expected));
};

const filterExpected = 'filter: expected an object as {"user": {"team": "sales"}}';
const keyPrefixExpected = "keyPrefix: expected a text of 1 to 1024 characters";

const fieldsSchema = v.strictObject(
  {
    question: v.pipe(
      v.string(questionExpected),
      // Neither can be in a text of Postgres.
      v.transform((text) => text.toWellFormed().replaceAll("\0", " ")),
      v.trim(),
      v.nonEmpty(questionExpected),
      v.maxLength(1000, questionExpected),
    ),
    count: v.optional(whole("count", 1, 100), 10),
    filter: v.optional(
      v.pipe(
        v.unknown(),
        v.check((filter) => !Array.isArray(filter), filterExpected),
        v.record(v.string(filterExpected), v.unknown(), filterExpected),
      ),
    ),
    keyPrefix: v.optional(
      v.pipe(
        v.string(keyPrefixExpected),
        v.nonEmpty(keyPrefixExpected),
        v.maxLength(1024, keyPrefixExpected),
      ),
    ),
    modifiedFrom: v.optional(time("modifiedFrom")),
    modifiedBefore: v.optional(time("modifiedBefore")),
    vectorWeight: v.optional(weight("vectorWeight")),
    textWeight: v.optional(weight("textWeight")),
    neighbours: v.optional(whole("neighbours", 0, 10)),
  },
  // An option that is not known may be a filter, without which too much would be found.
  ({ expected, input }) =>
    expected === "never" ? `${input}: not an option of a search` : questionExpected,
);

const questionSchema = v.pipe(
  v.unknown(),
  v.check((event) => !Array.isArray(event), questionExpected),
  fieldsSchema,
  v.check(
    ({ vectorWeight = 1, textWeight = 1 }) => vectorWeight !== 0 || textWeight !== 0,
    "vectorWeight, textWeight: expected one of them above 0",
  ),
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
