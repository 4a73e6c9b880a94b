/** A question → what the search function of a deployed stack answers. */
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { reason } from "../function/errors.ts";
import type { Question } from "../function/question.ts";
import { type Match, matchesSchema } from "../function/store.ts";
import type { Pulumi } from "./pulumi.ts";
import { readOutputs } from "./stack.ts";

export class NoSearchFunctionError extends Error {
  override readonly name = "NoSearchFunctionError";
  constructor(stack: string) {
    super(
      `Stack ${stack} has no search function. Deploy it with pulumi up --stack ${stack}; ` +
        "its setting search must not be false.",
    );
  }
}

/** The function ran and failed, or was not reached; the message is its own or the SDK's. */
export class DeployedSearchError extends Error {
  override readonly name = "DeployedSearchError";
  readonly functionName: string;
  constructor(functionName: string, problem: string, options?: ErrorOptions) {
    super(`${functionName}: ${problem}`, options);
    this.functionName = functionName;
  }
}

/** @throws {NoSearchFunctionError} and what {@link Pulumi} throws */
export async function findSearchFunction(pulumi: Pulumi, stack: string): Promise<string> {
  const { searchFunctionName } = await readOutputs(pulumi, stack);
  if (!searchFunctionName) throw new NoSearchFunctionError(stack);
  return searchFunctionName;
}

const failureSchema = v.object({ errorMessage: v.string() });

/** Gives the matches, best first. @throws {DeployedSearchError} */
export async function searchDeployed(
  lambda: LambdaClient,
  functionName: string,
  question: Question,
): Promise<readonly Match[]> {
  const { FunctionError, Payload } = await lambda
    .send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(question) }))
    .catch((cause: unknown) => {
      throw new DeployedSearchError(functionName, reason(cause), { cause });
    });
  const answer = parseJson(Buffer.from(Payload ?? []).toString());
  if (FunctionError !== undefined) {
    const failure = v.safeParse(failureSchema, answer);
    throw new DeployedSearchError(
      functionName,
      failure.success ? failure.output.errorMessage : FunctionError,
    );
  }
  const matches = v.safeParse(matchesSchema, answer);
  if (matches.success) return matches.output;
  throw new DeployedSearchError(functionName, "it answers otherwise than this version's function");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
