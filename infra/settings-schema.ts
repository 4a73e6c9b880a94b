/** Takes the stack's raw configuration and gives typed settings, or every mistake in it with its path. */
import { closest } from "fastest-levenshtein";
import * as v from "valibot";
import { architectures } from "../layers/dependencies/contents.ts";
import { modelSources } from "../layers/model-source.ts";
import { defaultModelId } from "../layers/models.ts";
import { quantizations } from "../layers/quantization.ts";
import { MAX_NAME_PREFIX_CHARACTERS } from "./names.ts";
import { findOverlap, OBJECT_EVENTS } from "./notification-overlap.ts";

// Configuration reaches the program as text, whatever type Pulumi.yaml declares.
const number = (accepts: (value: number) => boolean, expected: string) =>
  v.pipe(v.string(), v.transform(Number), v.check(accepts, `expected ${expected}`));
const wholeNumber = (from: number, to: number) =>
  number(
    (value) => Number.isInteger(value) && value >= from && value <= to,
    `a whole number from ${from} to ${to}`,
  );
const oneOf = <const Values extends readonly string[]>(...values: Values) =>
  v.picklist(values, `expected one of ${values.join(", ")}`);
const matching = (pattern: RegExp, expected: string) =>
  v.pipe(v.string(`expected ${expected}`), v.regex(pattern, `expected ${expected}`));
const flag = v.pipe(
  oneOf("true", "false"),
  v.transform((text) => text === "true"),
);

/** An object with these keys only; of an unknown one the message says which known one is nearest. */
function keysOf<const Entries extends v.ObjectEntries>(entries: Entries) {
  const known = Object.keys(entries);
  return v.strictObject(entries, ({ expected, path }) => {
    if (expected === "Object") return `expected {${known.join(", ")}}`;
    if (expected !== "never") return "not set";
    const key = path?.at(-1)?.key;
    return `no such setting; the nearest one is ${closest(String(key), known)}`;
  });
}

// S3 wants other characters of a filter URL-encoded, and IAM reads * and ? as wildcards:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
const keyPart = matching(
  /^[A-Za-z0-9!_.'()/-]*$/,
  "letters, digits and ! - _ . ' ( ) / (S3's filters know no wildcards)",
);

const bucketSchema = keysOf({
  name: matching(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens",
  ),
  create: v.optional(v.boolean("expected true (make the bucket) or false (it exists)"), true),
  prefix: v.optional(keyPart, ""),
  suffix: v.optional(keyPart, ""),
});

/** At least one of the ids that EC2 gives, such as subnet-0a1b2c3d. */
const idsOf = (prefix: "subnet" | "sg" | "rtb") =>
  v.pipe(
    v.array(
      matching(new RegExp(`^${prefix}-[0-9a-f]+$`), `an id such as ${prefix}-0a1b2c3d`),
      `expected a list of ids such as ${prefix}-0a1b2c3d`,
    ),
    v.minLength(1, `expected at least one id such as ${prefix}-0a1b2c3d`),
  );

const vpcSchema = keysOf({
  subnetIds: idsOf("subnet"),
  securityGroupIds: idsOf("sg"),
  s3GatewayEndpoint: v.optional(keysOf({ routeTableIds: idsOf("rtb") })),
});

const BUCKET_LIST = "expected a list of {name, create, prefix, suffix}";

/** The days that CloudWatch knows: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

const nameWords = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const settingsSchema = keysOf({
  projectName: v.optional(
    matching(nameWords, "lower-case words joined by hyphens, such as proofmark"),
    "proofmark",
  ),
  environment: matching(
    nameWords,
    "lower-case words joined by hyphens, such as dev (unset, it is the name of the stack)",
  ),
  supabaseUrl: matching(
    /^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[^\s?#]*)?$/,
    "the https address of a Supabase project, such as https://<reference>.supabase.co",
  ),
  credentialsStore: v.optional(oneOf("parameter-store", "secrets-manager"), "parameter-store"),
  ssmParameterName: v.optional(
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
    matching(
      /^(?!\/(aws|ssm))(\/[A-Za-z0-9_.-]+)+$/i,
      "a path such as /proofmark/dev/supabase, with neither aws nor ssm at its beginning",
    ),
  ),
  kmsKey: v.optional(
    matching(
      /^(create|arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+)$/,
      "create, or the ARN of a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/…, not of an alias",
    ),
  ),
  // At least one: without a bucket nothing would ever be embedded.
  buckets: v.pipe(
    v.string(),
    v.parseJson(undefined, BUCKET_LIST),
    v.tupleWithRest([bucketSchema], bucketSchema, BUCKET_LIST),
  ),
  model: v.optional(v.string(), defaultModelId),
  quantization: v.optional(oneOf(...quantizations), "q4"),
  modelSource: v.optional(oneOf(...modelSources), "layer"),
  architecture: v.optional(oneOf(...architectures), "arm64"),
  memoryMegabytes: v.optional(wholeNumber(128, 10_240), "3008"),
  timeoutSeconds: v.optional(wholeNumber(1, 900), "300"),
  chunkTokens: v.optional(wholeNumber(32, 8192), "512"),
  chunkOverlapTokens: v.optional(wholeNumber(0, 8191), "64"),
  maxObjectBytes: v.optional(wholeNumber(1, 5 * 1024 ** 3), "10485760"),
  logLevel: v.optional(
    oneOf("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "SILENT"),
    "INFO",
  ),
  logRetentionDays: v.optional(
    number((days) => RETENTION_DAYS.includes(days), `one of ${RETENTION_DAYS.join(", ")}`),
    "30",
  ),
  tracing: v.optional(flag, "false"),
  dashboard: v.optional(flag, "false"),
  alarmEmail: v.optional(matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address")),
  budgetUsd: v.optional(wholeNumber(0, 1_000_000), "0"),
  // AWS's own word for no reservation; 0 stops the function.
  reservedConcurrency: v.optional(wholeNumber(-1, 10_000), "-1"),
  provisionedConcurrency: v.optional(wholeNumber(0, 10_000), "0"),
  ephemeralStorageMegabytes: v.optional(wholeNumber(512, 10_240), "512"),
  delivery: v.optional(oneOf("direct", "queue"), "direct"),
  // SQS's own bounds: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  maximumConcurrency: v.optional(wholeNumber(2, 1000), "10"),
  maximumEventAgeSeconds: v.optional(wholeNumber(60, 21_600), "21600"),
  maximumRetryAttempts: v.optional(wholeNumber(0, 2), "2"),
  vpc: v.optional(
    v.pipe(
      v.string(),
      v.parseJson(undefined, "expected {subnetIds, securityGroupIds, s3GatewayEndpoint}"),
      vpcSchema,
    ),
  ),
  search: v.optional(flag, "true"),
  searchUrl: v.optional(flag, "false"),
});

type ParsedSettings = v.InferOutput<typeof settingsSchema>;

/** Every setting but the service key, which never leaves its secret. */
export interface PlainSettings extends ParsedSettings {
  readonly ssmParameterName: string;
}
export type BucketSetting = PlainSettings["buckets"][number];
export type VpcSetting = v.InferOutput<typeof vpcSchema>;

/** The names of the settings that parseSettings knows, for the test that holds Pulumi.yaml to them. */
export const plainSettingNames: readonly string[] = Object.keys(settingsSchema.entries);

/**
 * Gives the settings with their defaults, or the mistakes, each as `path: what is expected`. Values
 * are not repeated in them: one may be a credential in the wrong place.
 * @param configuration all of the stack's, by keys such as `embedding-processor:model` and `aws:region`
 */
export function parseSettings(
  configuration: Readonly<Record<string, string>>,
  { project, stack }: { readonly project: string; readonly stack: string },
): { readonly settings: PlainSettings } | { readonly mistakes: readonly string[] } {
  const { supabaseServiceKey, ...raw } = readNamespace(configuration, `${project}:`);
  const parsed = v.safeParse(settingsSchema, { environment: stack, ...raw });
  const mistakes = parsed.success
    ? contradictions(parsed.output)
    : parsed.issues.map((issue) => `${pathOf(issue)}: ${issue.message}`);
  if (supabaseServiceKey === undefined) {
    mistakes.push("supabaseServiceKey: not set; it needs --secret");
  }
  if (!parsed.success || mistakes.length > 0) return { mistakes };
  const { projectName, environment, ssmParameterName } = parsed.output;
  return {
    settings: {
      ...parsed.output,
      ssmParameterName: ssmParameterName ?? `/${projectName}/${environment}/supabase`,
    },
  };
}

/** The namespace's set values by key. Pulumi.yaml has to give optional keys a default: "" and {} are unset. */
function readNamespace(
  configuration: Readonly<Record<string, string>>,
  namespace: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configuration)
      .filter(([key, value]) => key.startsWith(namespace) && value !== "" && value !== "{}")
      .map(([key, value]) => [key.slice(namespace.length), value]),
  );
}

/** The path as `pulumi config set --path` takes it: buckets[0].name. */
function pathOf(issue: v.InferIssue<typeof settingsSchema>): string {
  return (v.getDotPath(issue) ?? "").replace(/\.(\d+)/g, "[$1]");
}

/** What is wrong between settings that are each right by themselves. */
function contradictions(settings: ParsedSettings): string[] {
  const mistakes: string[] = [];
  const prefix = `${settings.projectName}-${settings.environment}`;
  if (prefix.length > MAX_NAME_PREFIX_CHARACTERS) {
    mistakes.push(
      `environment: expected at most ${MAX_NAME_PREFIX_CHARACTERS} characters in ${prefix}, since AWS names end at 64`,
    );
  }
  if (settings.chunkOverlapTokens >= settings.chunkTokens) {
    mistakes.push(`chunkOverlapTokens: expected less than chunkTokens (${settings.chunkTokens})`);
  }
  if (settings.credentialsStore === "secrets-manager" && settings.ssmParameterName !== undefined) {
    mistakes.push(
      "ssmParameterName: expected unset, since credentialsStore is secrets-manager and there is no parameter",
    );
  }
  if (settings.searchUrl && !settings.search) {
    mistakes.push("searchUrl: expected false, since search is false");
  }
  const { reservedConcurrency, provisionedConcurrency } = settings;
  if (reservedConcurrency >= 0 && provisionedConcurrency > reservedConcurrency) {
    mistakes.push(
      `provisionedConcurrency: expected at most reservedConcurrency (${reservedConcurrency})`,
    );
  }
  if (
    settings.delivery === "queue" &&
    reservedConcurrency >= 0 &&
    reservedConcurrency < settings.maximumConcurrency
  ) {
    mistakes.push(
      `reservedConcurrency: expected -1, or at least maximumConcurrency (${settings.maximumConcurrency}): a message ` +
        "that finds no free run counts as one that failed",
    );
  }
  if (settings.budgetUsd > 0 && settings.alarmEmail === undefined) {
    mistakes.push("budgetUsd: expected alarmEmail too, since a budget has to tell somebody");
  }
  for (const [index, bucket] of settings.buckets.entries()) {
    const earlier = settings.buckets.slice(0, index).filter(({ name }) => name === bucket.name);
    if (earlier.some(({ create }) => create !== bucket.create)) {
      mistakes.push(
        `buckets[${index}].create: expected the same for every entry of ${bucket.name}`,
      );
    }
    if (findOverlap({ ...bucket, events: OBJECT_EVENTS }, earlier.map(selectAll)) !== undefined) {
      mistakes.push(
        `buckets[${index}]: expected a prefix and suffix of ${bucket.name} that no earlier entry covers`,
      );
    }
  }
  return mistakes;
}

function selectAll(bucket: BucketSetting) {
  return { ...bucket, events: OBJECT_EVENTS };
}
