/** What `pulumi up` needs: its CLI, a stack with all settings, an AWS account, and the layers. */
import { reason } from "../function/errors.ts";
import { verifyBuiltLayers } from "./built-layers.ts";
import { type Check, CheckFailedError } from "./checks.ts";
import type { Facts } from "./facts.ts";
import { awsTarget, project } from "./stack.ts";

const pulumiCli: Check<Facts> = {
  name: "Pulumi CLI",
  needs: [],
  async run({ clients }) {
    const version = (await clients.pulumi(["version"])).trim();
    if (!version.startsWith("v3.")) {
      throw new CheckFailedError(
        `It is ${version}, and version 3 is needed: https://www.pulumi.com/docs/install/`,
      );
    }
    return version;
  },
};

const stack: Check<Facts> = {
  name: "Stack",
  needs: [pulumiCli.name],
  async run({ stack, configuration }) {
    await configuration();
    return stack;
  },
};

const settings: Check<Facts> = {
  name: "Settings",
  needs: [stack.name],
  async run({ settings, configuration }) {
    const { model, architecture, buckets } = await settings();
    const { secrets } = await configuration();
    if (!secrets.has(`${project}:supabaseServiceKey`)) {
      throw new CheckFailedError(
        "supabaseServiceKey is in the stack file in the clear. Make a new key in Supabase, and: " +
          "pulumi config set --secret supabaseServiceKey",
      );
    }
    return `${buckets.map(({ name }) => name).join(", ")}; ${model} on ${architecture}`;
  },
};

const aws: Check<Facts> = {
  name: "AWS",
  needs: [stack.name],
  async run({ clients, configuration }) {
    const target = awsTarget(await configuration());
    const region = target.region ?? clients.environmentRegion;
    if (!region) {
      throw new CheckFailedError("No region is set: pulumi config set aws:region eu-west-1");
    }
    try {
      return `account ${await clients.identifyAccount({ ...target, region })}, ${region}`;
    } catch (error) {
      throw new CheckFailedError(
        `No credentials that AWS accepts in ${region}: ${reason(error)}. ` +
          "Log in (aws sso login, aws configure) or set AWS_PROFILE; aws sts get-caller-identity shows who you are.",
      );
    }
  },
};

const layers: Check<Facts> = {
  name: "Layers",
  needs: [settings.name],
  async run({ clients, settings }) {
    const share = await verifyBuiltLayers(clients.distFolder, await settings());
    return `built, ${(100 * share).toFixed(1)} % of what Lambda takes`;
  },
};

export const deploymentChecks: readonly Check<Facts>[] = [pulumiCli, stack, settings, aws, layers];
