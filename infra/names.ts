/** Takes the project's name and the environment and gives the names that a person sees in AWS. */

export interface ResourceNames {
  readonly ingestFunction: string;
  readonly searchFunction: string;
  readonly topic: string;
  readonly credentialsSecret: string;
  readonly encryptionKey: string;
  readonly artefactsBucket: string;
  readonly dependenciesLayer: string;
  /** Of the layer, or of the objects in its place. */
  readonly model: string;
  readonly s3Endpoint: string;
  readonly alarms: string;
  readonly dashboard: string;
  readonly budget: string;
}

/** A role's name has 64 characters: ours, `-embedding-processor`, and Pulumi's 8 to make it unique. */
export const MAX_NAME_PREFIX_CHARACTERS = 36;

/** Everything is named `<projectName>-<environment>-…`, so that stacks of one account stay apart. */
export function resourceNames(settings: {
  readonly projectName: string;
  readonly environment: string;
}): ResourceNames {
  const prefix = `${settings.projectName}-${settings.environment}`;
  return {
    ingestFunction: `${prefix}-embedding-processor`,
    searchFunction: `${prefix}-embedding-search`,
    topic: `${prefix}-s3-file-upload-notifications`,
    credentialsSecret: `${prefix}-supabase`,
    encryptionKey: `${prefix}-embedding-key`,
    artefactsBucket: `${prefix}-artefacts`,
    dependenciesLayer: `${prefix}-dependencies`,
    model: `${prefix}-model`,
    s3Endpoint: `${prefix}-s3`,
    alarms: `${prefix}-embedding-alarms`,
    dashboard: `${prefix}-embedding-processor`,
    budget: `${prefix}-embedding-processor`,
  };
}

/** The queues of what the function gave up on, of what never reached it, and, where there is one, before it. */
export function queueNames(functionName: string): {
  readonly failed: string;
  readonly undelivered: string;
  readonly uploads: string;
} {
  return {
    failed: `${functionName}-failed`,
    undelivered: `${functionName}-undelivered`,
    uploads: `${functionName}-uploads`,
  };
}
