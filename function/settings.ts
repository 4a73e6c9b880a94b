/** Environment variables → the function's settings, checked. */
import { SettingError } from "./errors.ts";

export interface Settings {
  /** The SSM parameter that holds the Supabase URL and key. */
  readonly ssmParameterName: string;
  /** The folder of the model and its manifest. */
  readonly modelPath: string;
  readonly chunkTokens: number;
  readonly chunkOverlapTokens: number;
  readonly maxObjectBytes: number;
}

export const defaultChunkTokens = 512;
export const defaultChunkOverlapTokens = 64;
export const defaultMaxObjectBytes = 10 * 1024 * 1024;

/**
 * Reads the settings.
 * @throws {SettingError} naming the variable and what it must be
 */
export function readSettings(variables: Readonly<Record<string, string | undefined>>): Settings {
  const ssmParameterName = variables.SSM_PARAMETER_NAME ?? "";
  if (ssmParameterName === "") {
    throw new SettingError(
      "SSM_PARAMETER_NAME",
      "the name of the SSM parameter with the credentials",
    );
  }
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
    ssmParameterName,
    modelPath: modelPath(variables),
    chunkTokens,
    chunkOverlapTokens,
    maxObjectBytes: readInteger(variables, "MAX_OBJECT_BYTES", defaultMaxObjectBytes, 1),
  };
}

/** Where the model layer is unpacked, or the folder that is named instead. */
export function modelPath(variables: Readonly<Record<string, string | undefined>>): string {
  return variables.MODEL_PATH || "/opt/model";
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
