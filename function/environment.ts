/** The environment variables → the clients that one Lambda environment keeps for its life. */
import { S3Client } from "@aws-sdk/client-s3";
import { createCredentials } from "./credentials.ts";
import type { CredentialsPlace } from "./errors.ts";
import { createGetObject } from "./get-object.ts";
import { openEmbedder } from "./model/embedder.ts";
import { type ModelManifest, readManifest } from "./model/manifest.ts";
import type { Session } from "./model/session.ts";
import { readParameter } from "./parameter.ts";
import type { PipelineClients } from "./pipeline.ts";
import { modelAddress, readSettings, type Settings } from "./settings.ts";
import { createStore } from "./store.ts";
import { connectSupabase } from "./supabase.ts";
import { createTelemetry, type Telemetry } from "./telemetry.ts";

/** All that the pipeline needs, but for the time, which each invocation has of its own. */
export interface Environment extends Omit<PipelineClients, "time"> {
  readonly settings: Settings;
  /** Publishes a message to a topic. */
  publish(topicArn: string, message: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes the clients. The SDKs find their endpoints, region and credentials in the variables themselves.
 * @param parts what a caller other than Lambda has of its own
 * @throws {SettingError} and {@link ModelFolderError} when something is not as declared
 */
export async function createEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  parts: {
    readonly manifest?: ModelManifest;
    readonly telemetry?: Telemetry;
    /** Gives the model's session, where it is being opened already. */
    readonly openSession?: () => Promise<Session>;
  } = {},
): Promise<Environment> {
  const settings = readSettings(variables);
  const { modelPath, credentialsPlace } = settings;
  const s3 = new S3Client();
  const credentials = createCredentials(readPlace, credentialsPlace);
  // Asked now, for they arrive while the model is loaded. A failure is whose who uses them: it is not kept.
  credentials().catch(() => {});
  // The thread of the session fetches the folder first.
  if (modelAddress(variables) !== undefined) await parts.openSession?.();
  const manifest = parts.manifest ?? (await readManifest(modelPath));
  const embedder = await openEmbedder(modelPath, manifest, parts.openSession);

  return {
    settings,
    getObject: createGetObject(s3),
    embedder,
    store: createStore(connectSupabase(credentials)),
    telemetry: parts.telemetry ?? createTelemetry(),
    async publish(topicArn, message) {
      // Loaded for the few documents that need it, and not at each start.
      const { PublishCommand, SNSClient } = await import("@aws-sdk/client-sns");
      const sns = new SNSClient();
      await sns.send(new PublishCommand({ TopicArn: topicArn, Message: message }));
      sns.destroy();
    },
    async close() {
      s3.destroy();
      await embedder.close();
    },
  };
}

async function readPlace({ store, id }: CredentialsPlace): Promise<string | undefined> {
  if (store === "parameter-store") return readParameter(id);
  // A file of its own in the zip, loaded only by a function whose credentials are there.
  const { readSecret } = await import("./secret.ts");
  return readSecret(id);
}
