/** Takes the settings and gives the environment variables that the function's code reads; no credential among them. */
import type * as pulumi from "@pulumi/pulumi";

/** Where CloudWatch keeps the function's own metrics, by dimension `service`: the function's name. */
export const METRICS_NAMESPACE = "EmbeddingProcessor";

/** The parameter or secret itself, not the setting: a function that runs before it exists would fail. */
export type CredentialsLocation =
  | { readonly parameterName: pulumi.Input<string> }
  | { readonly secretArn: pulumi.Input<string> };

export interface FunctionEnvironmentArgs {
  readonly credentials: CredentialsLocation;
  readonly chunkTokens: number;
  readonly chunkOverlapTokens: number;
  readonly maxObjectBytes: number;
  readonly logLevel: string;
  /** Where the model is fetched from; without it Lambda has unpacked it. */
  readonly model?:
    | { readonly uri: pulumi.Input<string>; readonly sha256: pulumi.Input<string> }
    | undefined;
}

/** Gives all but POWERTOOLS_SERVICE_NAME, which is the name of the function itself. */
export function functionEnvironment(
  args: FunctionEnvironmentArgs,
): Record<string, pulumi.Input<string>> {
  return {
    ...("secretArn" in args.credentials
      ? { SECRETS_MANAGER_SECRET_ID: args.credentials.secretArn }
      : { SSM_PARAMETER_NAME: args.credentials.parameterName }),
    ...(args.model
      ? { MODEL_S3_URI: args.model.uri, MODEL_SHA256: args.model.sha256 }
      : // Where Lambda unpacks the model layer.
        { MODEL_PATH: "/opt/model" }),
    CHUNK_TOKENS: String(args.chunkTokens),
    CHUNK_OVERLAP_TOKENS: String(args.chunkOverlapTokens),
    MAX_OBJECT_BYTES: String(args.maxObjectBytes),
    LOG_LEVEL: args.logLevel,
    // ONNX Runtime would look up a host of its maker's at every start.
    ORT_DISABLE_TELEMETRY: "1",
    // glibc gives buffers from 4 MiB on back to the system when they are freed, and keeps 32 MiB of what is
    // smaller at hand: at 2,048 tokens a peak of 450 MB instead of 680, at 512 no slower.
    // https://man7.org/linux/man-pages/man3/mallopt.3.html
    MALLOC_MMAP_THRESHOLD_: String(4 << 20),
    MALLOC_TRIM_THRESHOLD_: String(32 << 20),
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
  };
}
