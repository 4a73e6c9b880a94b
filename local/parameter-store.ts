/** Parameters by name → the answers of SSM's GetParameter, for the AWS SDK. */
import type { Answer } from "./serve.ts";

/**
 * Answers as AWS Systems Manager does. A SecureString is only given in clear to who asks for it.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export function createParameterStore(parameters: ReadonlyMap<string, string>): Answer {
  return async (request) => {
    if (request.headers.get("x-amz-target") !== "AmazonSSM.GetParameter") {
      return awsError("UnknownOperationException");
    }
    const { Name, WithDecryption } = JSON.parse(await request.text());
    const value = parameters.get(Name);
    if (value === undefined) return awsError("ParameterNotFound");
    const Value = WithDecryption === true ? value : "(encrypted)";
    return awsJson({ Parameter: { Name, Type: "SecureString", Value, Version: 1 } }, 200);
  };
}

function awsError(type: string): Response {
  return awsJson({ __type: type }, 400);
}

function awsJson(body: object, status: number): Response {
  return Response.json(body, { status, headers: { "content-type": "application/x-amz-json-1.1" } });
}
