/** The runtime of both functions and both layers, in Lambda's own words. */
import * as aws from "@pulumi/aws";
import type { Architecture } from "../layers/dependencies/contents.ts";

export const LAMBDA_RUNTIME = aws.lambda.Runtime.NodeJS24dX;

export const LAMBDA_ARCHITECTURES: Readonly<Record<Architecture, string>> = {
  arm64: "arm64",
  x64: "x86_64",
};
