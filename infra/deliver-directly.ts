/** Takes the topic and the function and has SNS invoke the one with what the other is told. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What is invoked: the alias where there is one, else the function. */
export interface InvokedFunction {
  readonly functionName: pulumi.Input<string>;
  readonly qualifier?: pulumi.Input<string> | undefined;
  /** Of the alias, or the function. */
  readonly arn: pulumi.Input<string>;
  readonly rolePolicy: pulumi.Resource;
}

export interface DirectDeliveryArgs {
  readonly topicArn: pulumi.Input<string>;
  readonly invoked: InvokedFunction;
  readonly failedQueueArn: pulumi.Input<string>;
  readonly undelivered: { readonly arn: pulumi.Input<string>; readonly policy: pulumi.Resource };
  readonly maximumEventAgeSeconds: number;
  readonly maximumRetryAttempts: number;
}

/** Gives the subscription; Lambda tries an event again and puts what it gives up on into the failed queue. */
export function deliverDirectly(
  name: string,
  { topicArn, invoked, undelivered, ...args }: DirectDeliveryArgs,
  parent: pulumi.Resource,
): pulumi.Resource {
  const { functionName } = invoked;
  const qualified = { ...(invoked.qualifier && { qualifier: invoked.qualifier }) };
  new aws.lambda.FunctionEventInvokeConfig(
    name,
    {
      functionName,
      ...qualified,
      destinationConfig: { onFailure: { destination: args.failedQueueArn } },
      maximumEventAgeInSeconds: args.maximumEventAgeSeconds,
      maximumRetryAttempts: args.maximumRetryAttempts,
    },
    { parent, dependsOn: invoked.rolePolicy },
  );
  const permission = new aws.lambda.Permission(
    name,
    {
      function: functionName,
      ...qualified,
      action: "lambda:InvokeFunction",
      principal: "sns.amazonaws.com",
      sourceArn: topicArn,
    },
    { parent },
  );
  return new aws.sns.TopicSubscription(
    name,
    {
      topic: topicArn,
      protocol: "lambda",
      endpoint: invoked.arn,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }),
    },
    { parent, dependsOn: [permission, undelivered.policy] },
  );
}

/** Lambda sends what it has given up on with the function's own role. */
export function keepFailedStatement(queueArn: pulumi.Input<string>): aws.iam.PolicyStatement {
  return { Sid: "KeepFailed", Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn };
}
