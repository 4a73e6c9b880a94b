/** Takes a stack's alarms and an address and gives the topic that sends them there, and a budget where one is set. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmedStack, alarmDefinitions } from "./alarm-definitions.ts";
import type { DeploymentTarget } from "./deployment-target.ts";

export interface AlarmsArgs extends AlarmedStack {
  /** Of the topic, and the beginning of each alarm's. */
  readonly topicName: string;
  readonly email: string;
  readonly budgetName: string;
  /** Of the whole account in a month; with 0 there is no budget. */
  readonly budgetUsd: number;
  readonly target: DeploymentTarget;
  /** A customer-managed key whose policy lets CloudWatch and Budgets use it; without one the topic is not encrypted. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** The alarms and their way to a person. SNS sends nothing before the address has confirmed. */
export class Alarms extends pulumi.ComponentResource {
  constructor(name: string, args: AlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:Alarms", name, {}, options);
    const { topicName, budgetUsd, target } = args;
    // Not encrypted with alias/aws/sns, which CloudWatch and Budgets may not use: alarms would be lost without a
    // word. What they tell are names and numbers.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    const topic = new aws.sns.Topic(
      name,
      { name: topicName, ...(args.kmsKeyArn && { kmsMasterKeyId: args.kmsKeyArn }) },
      { parent: this },
    );
    const policy = new aws.sns.TopicPolicy(
      name,
      {
        arn: topic.arn,
        policy: pulumi.jsonStringify(alarmTopicPolicy(topic.arn, topicName, target)),
      },
      { parent: this },
    );
    new aws.sns.TopicSubscription(
      name,
      { topic: topic.arn, protocol: "email", endpoint: args.email },
      { parent: this },
    );
    for (const { title, alarm } of alarmDefinitions(args)) {
      const alarmName = alarmNameOf(topicName, title);
      new aws.cloudwatch.MetricAlarm(
        alarmName,
        { ...alarm, name: alarmName, alarmActions: [topic.arn] },
        { parent: this, dependsOn: policy },
      );
    }
    if (budgetUsd > 0) {
      new aws.budgets.Budget(
        name,
        {
          name: args.budgetName,
          budgetType: "COST",
          timeUnit: "MONTHLY",
          limitAmount: String(budgetUsd),
          limitUnit: "USD",
          // Of the account and not by a tag: until somebody activates the tag in Billing, what bears it
          // costs nothing as far as a budget can see, and no alert would ever come.
          notifications: [notify("ACTUAL", 80, topic.arn), notify("FORECASTED", 100, topic.arn)],
        },
        { parent: this, dependsOn: policy },
      );
    }
    this.registerOutputs();
  }
}

/** Such as proofmark-dev-embedding-alarms-no-credentials. */
export function alarmNameOf(topicName: string, title: string): string {
  return `${topicName}-${title.toLowerCase().replaceAll(" ", "-")}`;
}

/** The ARNs of a stack's alarms, before they are there. */
export function alarmArns(
  topicName: string,
  stack: AlarmedStack,
  { accountId, region, partition }: DeploymentTarget,
): string[] {
  return alarmDefinitions(stack).map(
    ({ title }) =>
      `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${alarmNameOf(topicName, title)}`,
  );
}

function notify(
  notificationType: "ACTUAL" | "FORECASTED",
  threshold: number,
  topicArn: pulumi.Input<string>,
): aws.types.input.budgets.BudgetNotification {
  return {
    notificationType,
    comparisonOperator: "GREATER_THAN",
    threshold,
    thresholdType: "PERCENTAGE",
    subscriberSnsTopicArns: [topicArn],
  };
}

export interface AlarmPublisher {
  readonly Sid: string;
  readonly service: string;
  readonly condition: NonNullable<aws.iam.PolicyStatement["Condition"]>;
}

/**
 * Who publishes to the topic: this stack's alarms and this account's budgets.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
 */
export function alarmPublishers(
  topicName: string,
  { accountId, region, partition }: DeploymentTarget,
): readonly AlarmPublisher[] {
  const publisher = (Sid: string, service: string, sourceArn: string): AlarmPublisher => ({
    Sid,
    service,
    condition: {
      ArnLike: { "aws:SourceArn": sourceArn },
      StringEquals: { "aws:SourceAccount": accountId },
    },
  });
  return [
    publisher(
      "AlarmsPublish",
      "cloudwatch.amazonaws.com",
      `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${topicName}-*`,
    ),
    publisher(
      "BudgetsPublish",
      "budgets.amazonaws.com",
      `arn:${partition}:budgets::${accountId}:*`,
    ),
  ];
}

/** Lets them publish, and nobody else. */
export function alarmTopicPolicy(
  topicArn: pulumi.Input<string>,
  topicName: string,
  target: DeploymentTarget,
): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...alarmPublishers(topicName, target).map(
        ({ Sid, service, condition }): aws.iam.PolicyStatement => ({
          Sid,
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sns:Publish",
          Resource: topicArn,
          Condition: condition,
        }),
      ),
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
