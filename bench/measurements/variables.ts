/** The environment variables of measured programs: nothing of this machine's own AWS set-up is in them. */
import { functionEnvironment } from "../../infra/function-environment.ts";

export const parameterName = "/bench/supabase";

/** What Lambda gives every function. */
export function lambdaVariables(ssmUrl: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    SSM_PARAMETER_NAME: parameterName,
    AWS_ENDPOINT_URL_SSM: ssmUrl,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
  };
}

/** Those, and what the deployed function has besides. */
export function functionVariables(ssmUrl: string): NodeJS.ProcessEnv {
  const deployed = functionEnvironment({
    credentials: { parameterName },
    chunkTokens: 512,
    chunkOverlapTokens: 64,
    maxObjectBytes: 10_485_760,
    logLevel: "INFO",
  });
  const texts = Object.entries(deployed).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { ...Object.fromEntries(texts), ...lambdaVariables(ssmUrl) };
}
