/** Environment variables → the function's settings, checked. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CredentialsPlace, SettingError } from "./errors.ts";

export interface Settings {
  /** Of the Supabase URL and key. */
  readonly credentialsPlace: CredentialsPlace;
  /** The folder of the model and its manifest. */
  readonly modelPath: string;
  readonly chunkTokens: number;
  readonly chunkOverlapTokens: number;
  readonly maxObjectBytes: number;
  /** Where the event of a document that is not finished in one run is published again; locally there is none. */
  readonly topicArn: string | undefined;
}

/** A model's objects in S3. */
export interface ModelAddress {
  readonly bucket: string;
  /** Of the objects' keys, without the slash. */
  readonly prefix: string;
  /** Of manifest.json, which has the others' digests; in hex. */
  readonly sha256: string;
}

export const defaultChunkTokens = 512;
export const defaultChunkOverlapTokens = 64;
export const defaultMaxObjectBytes = 10 * 1024 * 1024;

/**
 * Reads the settings.
 * @throws {SettingError} naming the variable and what it must be
 */
export function readSettings(variables: Readonly<Record<string, string | undefined>>): Settings {
  const chunkTokens = readInteger(variables, "CHUNK_TOKENS", defaultChunkTokens, 32);
  const chunkOverlapTokens = readInteger(
    variables,
    "CHUNK_OVERLAP_TOKENS",
    Math.min(defaultChunkOverlapTokens, chunkTokens >> 2),
    0,
  );
  if (chunkOverlapTokens >= chunkTokens) {
    throw new SettingError("CHUNK_OVERLAP_TOKENS", `less than CHUNK_TOKENS (${chunkTokens})`);
  }
  return {
    credentialsPlace: readCredentialsPlace(variables),
    modelPath: modelPath(variables),
    chunkTokens,
    chunkOverlapTokens,
    maxObjectBytes: readInteger(variables, "MAX_OBJECT_BYTES", defaultMaxObjectBytes, 1),
    topicArn: variables.TOPIC_ARN || undefined,
  };
}

/**
 * Where the model layer is unpacked, or the folder that is named instead. A model in S3 has a folder for its own
 * content, in the one place that Lambda lets a function write to.
 * @throws {SettingError} as {@link modelAddress} does
 */
export function modelPath(variables: Readonly<Record<string, string | undefined>>): string {
  const address = modelAddress(variables);
  if (address !== undefined) return join(tmpdir(), address.sha256);
  return variables.MODEL_PATH || "/opt/model";
}

/**
 * Reads where the model's objects are, where they are in S3.
 * @throws {SettingError} naming the variable and what it must be
 */
export function modelAddress(
  variables: Readonly<Record<string, string | undefined>>,
): ModelAddress | undefined {
  const { MODEL_S3_URI: uri = "", MODEL_SHA256: sha256 = "" } = variables;
  if (uri === "" && sha256 === "") return;
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*[^/])$/.exec(uri) ?? [];
  if (bucket === undefined || prefix === undefined) {
    throw new SettingError("MODEL_S3_URI", "the beginning of the model's keys, s3://BUCKET/PREFIX");
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new SettingError("MODEL_SHA256", "the SHA-256 of the model's manifest.json, in hex");
  }
  return { bucket, prefix, sha256 };
}

function readCredentialsPlace(
  variables: Readonly<Record<string, string | undefined>>,
): CredentialsPlace {
  const { SSM_PARAMETER_NAME: parameterName, SECRETS_MANAGER_SECRET_ID: secretId } = variables;
  if (parameterName && secretId) {
    throw new SettingError(
      "SECRETS_MANAGER_SECRET_ID",
      "left out where SSM_PARAMETER_NAME is set: the credentials are in one place",
    );
  }
  if (secretId) return { store: "secrets-manager", id: secretId };
  if (parameterName) return { store: "parameter-store", id: parameterName };
  throw new SettingError(
    "SSM_PARAMETER_NAME",
    "the name of the SSM parameter with the credentials, or SECRETS_MANAGER_SECRET_ID the ARN of the secret with them",
  );
}

function readInteger(
  variables: Readonly<Record<string, string | undefined>>,
  name: string,
  byDefault: number,
  min: number,
): number {
  const text = variables[name] ?? "";
  if (text === "") return byDefault;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min) {
    throw new SettingError(name, `a whole number of at least ${min}, not ${JSON.stringify(text)}`);
  }
  return value;
}
