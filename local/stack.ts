/** A state folder and a model → the whole product on this machine: S3, SSM, Supabase and the function. */
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import mime from "mime/lite";
import type { Credentials } from "../function/credentials.ts";
import { createEnvironment, type Environment } from "../function/environment.ts";
import { ingestEvent } from "../function/ingest.ts";
import type { ModelManifest } from "../function/model/manifest.ts";
import type { Telemetry } from "../function/telemetry.ts";
import { type LocalBucket, openBucket } from "./bucket.ts";
import { createDataApi } from "./data-api.ts";
import { openDatabase } from "./database.ts";
import { type FailedEvents, openFailedEvents } from "./failed-events.ts";
import { lockFolder } from "./folder-lock.ts";
import { createMessage, createNotification, type LocalChange } from "./notification.ts";
import { createParameterStore } from "./parameter-store.ts";
import { serve } from "./serve.ts";

export interface LocalStack {
  readonly bucket: LocalBucket;
  readonly database: PGlite;
  readonly environment: Environment;
  /** Of the Data API over the database. */
  readonly credentials: Credentials;
  readonly failedEvents: FailedEvents;
  /** Hands the function a message of the topic. What it fails on is kept, and thrown. */
  publish(message: string): Promise<void>;
  /** Uploads an object and lets the function see its event. */
  upload(key: string, bytes: Uint8Array, contentType?: string): Promise<void>;
  /** Removes an object and lets the function see its event. */
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

export interface LocalStackOptions {
  /** Where the state is kept; without one it lives in memory. */
  readonly folder?: string;
  readonly model: { readonly folder: string; readonly manifest: ModelManifest };
  readonly telemetry?: Telemetry;
}

const bucketName = "documents";
const serviceKey = "local-service-key";
const ssmParameterName = "/local/supabase";

/**
 * Starts the stack on the loopback interface. The function finds it as it finds AWS: through environment
 * variables, which are set for this whole process.
 * @throws {FolderInUseError} when another process works on the folder
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { folder, model, telemetry } = options;
  const inFolder = (name: string) => (folder === undefined ? undefined : join(folder, name));
  const unlock = folder === undefined ? undefined : await lockFolder(folder);

  const database = await openDatabase(model.manifest.dimensions, inFolder("database"));
  const dataApi = await serve(createDataApi(database, serviceKey));
  const parameter = JSON.stringify({ url: dataApi.url, service_key: serviceKey });
  const parameterStore = await serve(
    createParameterStore(new Map([[ssmParameterName, parameter]])),
  );
  const failedEvents = await openFailedEvents(inFolder("failed"));
  const bucket = await openBucket(bucketName, inFolder("objects"));

  pointSdkTo({ s3: bucket.url, ssm: parameterStore.url });
  const environment = await createEnvironment(
    { ...process.env, SSM_PARAMETER_NAME: ssmParameterName, MODEL_PATH: model.folder },
    { manifest: model.manifest, ...(telemetry === undefined ? {} : { telemetry }) },
  );

  async function publish(message: string): Promise<void> {
    const event = createNotification(message);
    try {
      await ingestEvent(environment, event);
    } catch (error) {
      await failedEvents.keep(event, error);
      throw error;
    }
  }

  async function deliver(eventName: LocalChange["eventName"], key: string): Promise<void> {
    await publish(createMessage({ eventName, bucket: bucketName, key, occurredAt: new Date() }));
  }

  return {
    bucket,
    database,
    environment,
    credentials: { url: dataApi.url, serviceKey },
    failedEvents,
    publish,
    async upload(key, bytes, contentType = mime.getType(key) ?? "binary/octet-stream") {
      await bucket.put(key, bytes, contentType);
      await deliver("ObjectCreated:Put", key);
    },
    async remove(key) {
      await bucket.remove(key);
      await deliver("ObjectRemoved:Delete", key);
    },
    async close() {
      await environment.close();
      await Promise.all([bucket.close(), dataApi.close(), parameterStore.close()]);
      await database.close();
      await unlock?.();
    },
  };
}

/** Nothing of the user's own AWS set-up is left in force: no request can leave this machine. */
export function pointSdkTo({ s3, ssm }: { s3: string; ssm: string }): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) delete process.env[name];
  }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SSM: ssm,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  });
}
