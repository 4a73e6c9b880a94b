/** The same work in the plain way: transformers.js with its own tokenizer and session, and the same clients. */
import { basename, dirname } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AutoModel, AutoTokenizer, env } from "@huggingface/transformers";
import { createClient } from "@supabase/supabase-js";
import { dtype, folder, prompt, reportColdStart, text } from "./cold-start.ts";
import { now } from "./report.ts";

const loadedAt = now();

reportColdStart(async () => {
  const ssm = new SSMClient();
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: process.env.SSM_PARAMETER_NAME, WithDecryption: true }),
  );
  const { url, service_key: serviceKey } = JSON.parse(Parameter?.Value ?? "{}");
  const clients = { s3: new S3Client(), supabase: createClient(url, serviceKey) };
  Object.assign(globalThis, { clients });

  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
  const model = await AutoModel.from_pretrained(basename(folder), {
    dtype: dtype === "q4" ? "q4" : dtype === "q8" ? "q8" : "fp32",
  });
  return { loadedAt, embed: async () => model(await tokenizer(prompt + text)) };
});
