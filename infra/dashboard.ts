/** Takes a stack's names and limits and gives its CloudWatch dashboard. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type DashboardSubject, dashboardBody } from "./dashboard-body.ts";

export interface DashboardArgs extends DashboardSubject {
  readonly dashboardName: string;
}

/** One dashboard, which costs three dollars a month beyond the account's first three. */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:Dashboard", name, {}, options);
    const { dashboardName } = args;
    new aws.cloudwatch.Dashboard(
      name,
      { dashboardName, dashboardBody: JSON.stringify(dashboardBody(args)) },
      { parent: this },
    );
    this.registerOutputs();
  }
}
