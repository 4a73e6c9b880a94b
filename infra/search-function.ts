/** Takes the functions' common settings and gives the function that answers a question from what is stored. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EmbeddingFunction, type FunctionBase } from "./embedding-function.ts";

/** A question is one short text: a run this long has hung, and its caller has gone. */
const TIMEOUT_SECONDS = 60;

export interface SearchFunctionArgs extends FunctionBase {
  readonly functionName: string;
  /** Reading the credentials, and nothing of the documents. */
  readonly statements: readonly aws.iam.PolicyStatement[];
  /** An HTTPS address too, for requests that IAM has signed. */
  readonly withUrl: boolean;
}

/** A function of its own beside ingest: it reads no bucket, and neither waits for the other. */
export class SearchFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly url: pulumi.Output<string> | undefined;

  constructor(name: string, args: SearchFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:SearchFunction", name, {}, options);
    const { withUrl, ...base } = args;
    const search = new EmbeddingFunction(
      name,
      {
        ...base,
        handler: "index.search",
        description: "Finds stored documents by meaning",
        timeoutSeconds: TIMEOUT_SECONDS,
      },
      { parent: this },
    );
    this.functionName = search.functionName;
    this.url = withUrl
      ? new aws.lambda.FunctionUrl(
          name,
          { functionName: search.functionName, authorizationType: "AWS_IAM" },
          { parent: this },
        ).functionUrl
      : undefined;
    this.registerOutputs({ functionName: this.functionName, url: this.url });
  }
}
