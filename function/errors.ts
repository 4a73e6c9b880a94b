/** Every situation that stops an object, and the one place that says whether it is tried again. */

/** Which object an error is about, as a person would name it. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

export function objectUrl({ bucket, key }: ObjectName): string {
  return `s3://${bucket}/${key}`;
}

// The object itself is at fault: trying again cannot help until it is uploaded anew.

export class EmptyDocumentError extends Error {
  override readonly name = "EmptyDocumentError";
  constructor() {
    super("The object holds no text. Upload it again with content, or delete it.");
  }
}

export class ObjectTooLargeError extends Error {
  override readonly name = "ObjectTooLargeError";
  readonly objectBytes: number;
  readonly maxObjectBytes: number;
  constructor(objectBytes: number, maxObjectBytes: number) {
    super(
      `The object has ${objectBytes} bytes and maxObjectBytes allows ${maxObjectBytes}. ` +
        "Split it, or raise maxObjectBytes.",
    );
    this.objectBytes = objectBytes;
    this.maxObjectBytes = maxObjectBytes;
  }
}

export class UnsupportedTypeError extends Error {
  override readonly name = "UnsupportedTypeError";
  readonly contentType: string;
  constructor(contentType: string, supported: readonly string[]) {
    super(
      `The object is ${contentType}, and only ${supported.slice(0, -1).join(", ")} and ` +
        `${supported.at(-1)} can be embedded. ` +
        "Convert it to one of these, or upload it with the right content type.",
    );
    this.contentType = contentType;
  }
}

/** Its format is known, and this one cannot be read, for a reason that its own bytes have. */
export class UnreadableDocumentError extends Error {
  override readonly name = "UnreadableDocumentError";
  /** What is wrong and what to do, as the rest of a sentence. */
  readonly problem: string;
  constructor(problem: string, options?: ErrorOptions) {
    super(`The object cannot be read: ${problem}`, options);
    this.problem = problem;
  }
}

export class BinaryContentError extends Error {
  override readonly name = "BinaryContentError";
  readonly byteOffset: number;
  constructor(byteOffset: number) {
    super(
      `The object is not text: it has a NUL at byte ${byteOffset}. Upload the text that it stands for.`,
    );
    this.byteOffset = byteOffset;
  }
}

export class InvalidEncodingError extends Error {
  override readonly name = "InvalidEncodingError";
  readonly encoding: string;
  readonly byteOffset: number | undefined;
  constructor(encoding: string, byteOffset?: number) {
    const where = byteOffset === undefined ? "" : ` (first at byte ${byteOffset})`;
    super(
      `The object is not valid ${encoding}${where}. ` +
        "Save it as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8.",
    );
    this.encoding = encoding;
    this.byteOffset = byteOffset;
  }
}

export class IndivisibleTextError extends Error {
  override readonly name = "IndivisibleTextError";
  readonly tokens: number;
  readonly chunkTokens: number;
  constructor(start: number, tokens: number, chunkTokens: number) {
    super(
      `One character with its combining marks, at character ${start} of the text, takes ${tokens} tokens ` +
        `where a chunk holds ${chunkTokens}, and a character is never cut. Remove the marks.`,
    );
    this.tokens = tokens;
    this.chunkTokens = chunkTokens;
  }
}

export class ObjectArchivedError extends Error {
  override readonly name = "ObjectArchivedError";
  constructor(options: ErrorOptions) {
    super(
      "The object is archived and cannot be read. Restore it (aws s3api restore-object): " +
        "it is embedded when the restoration is complete.",
      options,
    );
  }
}

// Something around the object is at fault: the event is tried again.

export class MalformedEventError extends Error {
  override readonly name = "MalformedEventError";
  /** Where in the event the fault is, as `Records[0].Sns.Message`. */
  readonly path: string;
  constructor(path: string, expected: string, options?: ErrorOptions) {
    super(`The event is malformed at ${path}: expected ${expected}.`, options);
    this.path = path;
  }
}

export class MessageNotBegunError extends Error {
  override readonly name = "MessageNotBegunError";
  readonly messageId: string;
  constructor(messageId: string) {
    super(`The time of this run was up before message ${messageId} was begun. It comes again.`);
    this.messageId = messageId;
  }
}

/** The caller of the search is at fault, not an object. */
export class InvalidQuestionError extends Error {
  override readonly name = "InvalidQuestionError";
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(
      `The search is malformed at ${mistakes.join("; ")}. Send {"question": "…", "count": 10}; count may be left out.`,
    );
    this.mistakes = mistakes;
  }
}

export class ObjectAccessError extends Error {
  override readonly name = "ObjectAccessError";
  constructor(object: ObjectName, options: ErrorOptions) {
    super(
      `S3 refuses access to ${objectUrl(object)}. The function's role needs s3:GetObject on it, ` +
        "s3:ListBucket on the bucket (without it a missing object looks forbidden), " +
        "and kms:Decrypt where the bucket has a key of its own.",
      options,
    );
  }
}

export class ObjectReadError extends Error {
  override readonly name = "ObjectReadError";
  constructor(object: ObjectName, options: ErrorOptions) {
    super(`${objectUrl(object)} could not be read from S3: ${reason(options.cause)}`, options);
  }
}

export class SettingError extends Error {
  override readonly name = "SettingError";
  readonly variable: string;
  constructor(variable: string, expected: string) {
    super(`The environment variable ${variable} must be ${expected}.`);
    this.variable = variable;
  }
}

/** Where the Supabase credentials are kept. */
export interface CredentialsPlace {
  readonly store: "parameter-store" | "secrets-manager";
  /** The parameter's name, or the secret's ARN. */
  readonly id: string;
}

const placeNouns: Readonly<Record<CredentialsPlace["store"], string>> = {
  "parameter-store": "SSM parameter",
  "secrets-manager": "Secrets Manager secret",
};

export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
  readonly place: CredentialsPlace;
  /** `problem` must never quote what is kept there: this message ends up in logs. */
  constructor(place: CredentialsPlace, problem: string, options?: ErrorOptions) {
    super(
      `The Supabase credentials in the ${placeNouns[place.store]} ${place.id} ${problem}`,
      options,
    );
    this.place = place;
  }
}

export class ModelFolderError extends Error {
  override readonly name = "ModelFolderError";
  readonly folder: string;
  readonly problem: string;
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super(`The model folder ${folder} cannot be used: ${problem}`, options);
    this.folder = folder;
    this.problem = problem;
  }
}

export class InvalidEmbeddingError extends Error {
  override readonly name = "InvalidEmbeddingError";
  constructor(model: string, problem: string) {
    super(
      `The model ${model} gave an unusable embedding: ${problem}. Nothing of it was stored. ` +
        "fp16 and q4f16 graphs are known for this; use q4, q8 or fp32.",
    );
  }
}

export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
  readonly httpStatus: number;
  /** What the server asked to wait; 0 where it asked for nothing. */
  readonly retryAfterMilliseconds: number;
  constructor(
    operation: string,
    url: string,
    httpStatus: number,
    problem: string,
    retryAfterMilliseconds = 0,
  ) {
    super(
      `Supabase at ${url} did not answer ${operation}: ${problem}` +
        `${httpStatus === 0 ? "" : ` (HTTP ${httpStatus})`}. ` +
        "Check that the project is not paused and that the function can reach it.",
    );
    this.httpStatus = httpStatus;
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }
}

export class StoreKeyError extends Error {
  override readonly name = "StoreKeyError";
  /** 401: the key is not (or no longer) valid; 403: it is a valid one of a lesser role. */
  readonly httpStatus: number;
  constructor(operation: string, url: string, problem: string, httpStatus: number) {
    super(
      `Supabase at ${url} refused the key for ${operation}: ${problem}. ` +
        "The credentials must have this project's service-role (secret) key, not the anon one.",
    );
    this.httpStatus = httpStatus;
  }
}

export class SchemaMissingError extends Error {
  override readonly name = "SchemaMissingError";
  constructor(operation: string, url: string, problem: string) {
    super(
      `Supabase at ${url} lacks what ${operation} needs: ${problem}. ` +
        "Apply supabase/migrations/ to it with npm run migrate, or with supabase db push.",
    );
  }
}

export class DimensionMismatchError extends Error {
  override readonly name = "DimensionMismatchError";
  constructor(tableDimensions: number, modelDimensions: number) {
    super(
      `content_embeddings holds vectors of ${tableDimensions} dimensions and the model gives ` +
        `${modelDimensions}. Use the model that the table was made for, or make the table for this ` +
        "model: npm run schema -- --model MODEL prints its migration.",
    );
  }
}

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: string;
  constructor(operation: string, url: string, code: string, problem: string) {
    super(`Supabase at ${url} failed in ${operation}: ${problem} (${code}).`);
    this.code = code;
  }
}

/** Content that other objects shared was removed each time between being known and being kept. */
export class ContentContendedError extends Error {
  override readonly name = "ContentContendedError";
  constructor(object: ObjectName, attempts: number) {
    super(
      `The content of ${objectUrl(object)} was removed ${attempts} times while it was being stored. ` +
        "It is tried again.",
    );
  }
}

/** The object's row was written by others each time between its being looked at and its being written. */
export class ObjectContendedError extends Error {
  override readonly name = "ObjectContendedError";
  constructor(object: ObjectName, attempts: number) {
    super(
      `${objectUrl(object)} was stored ${attempts} times by others while it was being read. ` +
        "It is tried again.",
    );
  }
}

/** The run would have been ended in the middle of an embedding; what it made is stored. */
export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";
  readonly embedded: number;
  readonly toEmbed: number;
  constructor(object: ObjectName, embedded: number, toEmbed: number) {
    super(
      `The time of this run was up after ${embedded} of ${toEmbed} embeddings of ${objectUrl(object)}. ` +
        "They are stored, and the next try goes on behind them. Where this repeats, raise timeoutSeconds.",
    );
    this.embedded = embedded;
    this.toEmbed = toEmbed;
  }
}

/** The rest of a document could not be left to another run: the retry of this one goes on with it. */
export class ContinuationError extends Error {
  override readonly name = "ContinuationError";
  constructor(object: ObjectName, topicArn: string, options: ErrorOptions) {
    super(
      `The event of ${objectUrl(object)}, which is not finished, could not be published to ${topicArn} again: ` +
        `${reason(options.cause)}. The function's role needs sns:Publish on it.`,
      options,
    );
  }
}

/** Some objects of one event failed; the others are done and will be skipped quickly. */
export class ObjectsFailedError extends AggregateError {
  override readonly name = "ObjectsFailedError";
  constructor(failures: readonly { readonly object: ObjectName; readonly error: unknown }[]) {
    super(
      failures.map(({ error }) => error),
      `${failures.length} object(s) failed and will be tried again: ` +
        failures.map(({ object, error }) => `${objectUrl(object)} (${reason(error)})`).join("; "),
    );
  }
}

const permanent = [
  EmptyDocumentError,
  ObjectTooLargeError,
  UnsupportedTypeError,
  UnreadableDocumentError,
  BinaryContentError,
  InvalidEncodingError,
  IndivisibleTextError,
  ObjectArchivedError,
] as const;

/** True for what is recorded with its reason and not tried again; everything else is thrown. */
export function isPermanent(error: unknown): error is InstanceType<(typeof permanent)[number]> {
  return permanent.some((situation) => error instanceof situation);
}

/** An unknown thrown value as one line for a message or a log. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
