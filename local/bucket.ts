/** A folder → an S3 bucket behind a real S3 API in this process; its objects survive the process. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { buildApp } from "fauxqs";

export interface LocalBucket {
  readonly name: string;
  /** Of the S3 API, for `AWS_ENDPOINT_URL_S3`. */
  readonly url: string;
  /** Puts an object and gives its ETag. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<string>;
  remove(key: string): Promise<void>;
  /** Keys and ETags of all objects. */
  list(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

export class ObjectTooLargeForLocalS3Error extends Error {
  override readonly name = "ObjectTooLargeForLocalS3Error";
  constructor(key: string, bytes: number) {
    super(`${key} has ${bytes} bytes, and the local S3 takes ${maxLocalObjectBytes} at the most.`);
  }
}

/** What fauxqs takes in one request, less its own overhead. */
export const maxLocalObjectBytes = 11_000_000;

/** Opens the bucket, with the objects that the folder holds; without a folder it is empty. */
export async function openBucket(name: string, folder?: string): Promise<LocalBucket> {
  const app = buildApp({ logger: false });
  // buildApp and not startFauxqs, which would listen on every interface.
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const s3 = new S3Client({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await s3.send(new CreateBucketCommand({ Bucket: name }));

  async function send(key: string, bytes: Uint8Array, contentType: string): Promise<string> {
    if (bytes.length > maxLocalObjectBytes)
      throw new ObjectTooLargeForLocalS3Error(key, bytes.length);
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket: name, Key: key, Body: bytes, ContentType: contentType }),
    );
    return ETag ?? "";
  }

  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    for (const { key, bytes, contentType } of await readObjects(folder)) {
      await send(key, bytes, contentType);
    }
  }

  return {
    name,
    url,
    async put(key, bytes, contentType) {
      const etag = await send(key, bytes, contentType);
      if (folder !== undefined) await writeObject(folder, { key, bytes, contentType });
      return etag;
    },
    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
      if (folder !== undefined) await rm(objectPath(folder, key), { force: true });
    },
    async list() {
      const etags = new Map<string, string>();
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: name, MaxKeys: 1e6 }),
      );
      for (const { Key = "", ETag = "" } of Contents) etags.set(Key, ETag);
      return etags;
    },
    async close() {
      s3.destroy();
      await app.close();
    },
  };
}

interface StoredObject {
  readonly key: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A key may be longer than a file's name and hold any character: the file goes by its digest. */
function objectPath(folder: string, key: string): string {
  return join(folder, createHash("sha256").update(key).digest("hex"));
}

/** One file an object, a line of JSON and then the bytes, renamed into place: whole or not there. */
async function writeObject(
  folder: string,
  { key, contentType, bytes }: StoredObject,
): Promise<void> {
  const path = objectPath(folder, key);
  const head = `${JSON.stringify({ key, contentType })}\n`;
  await writeFile(`${path}.part`, Buffer.concat([Buffer.from(head), bytes]));
  await rename(`${path}.part`, path);
}

async function readObjects(folder: string): Promise<StoredObject[]> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".part"));
  return Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(folder, name));
      const endOfHead = content.indexOf("\n");
      const head = JSON.parse(content.toString("utf8", 0, endOfHead));
      return { ...head, bytes: content.subarray(endOfHead + 1) };
    }),
  );
}
