import assert from "node:assert/strict";
import type { Deployment, DocumentBucket } from "../../recovery/deployment.ts";
import { announce, publishChanges } from "../../recovery/publishing.ts";
import { compareBucket, type Difference, mend } from "../../recovery/reconcile.ts";
import { readRecordedObjects } from "../../recovery/recorded-objects.ts";
import { createVirtualTime } from "../fixtures/virtual-time.ts";
import { type CloudStack, startCloudStack } from "./cloud-stack.ts";

const everything = { name: "documents", filters: [{ prefix: "", suffix: "" }] };

describe("reconcile", () => {
  let stack: CloudStack;
  let deployment: Deployment;
  before(async () => {
    stack = await startCloudStack();
    deployment = stack.open();
  });
  afterEach(async () => {
    for (const key of (await stack.local.bucket.list()).keys()) {
      await stack.local.bucket.remove(key);
    }
    await stack.local.database.exec("truncate content_embeddings, source_objects");
  });
  after(async () => {
    await deployment.close();
    await stack.close();
  });

  const put = (key: string, text: string) =>
    stack.local.bucket.put(key, Buffer.from(text), "text/plain");
  async function compare(bucket: DocumentBucket = everything): Promise<Difference[]> {
    const differences: Difference[] = [];
    for await (const difference of compareBucket(deployment, bucket)) differences.push(difference);
    return differences;
  }
  const kindsOf = (differences: readonly Difference[]) =>
    Object.fromEntries(differences.map(({ key, kind }) => [key, kind]));

  /** What every kind of lost event leaves behind. */
  async function plantDifferences(): Promise<void> {
    const { upload, remove, bucket } = stack.local;
    await upload("same.txt", Buffer.from("Bees dance for sugar"));
    await upload("stale.txt", Buffer.from("Clouds foretell some rain"));
    await upload("orphaned +ü.txt", Buffer.from("Green tea wants patience"));
    await upload("shared-orphan.txt", Buffer.from("Bees dance for sugar"));
    await upload("back-again.txt", Buffer.from("Old clocks lose minutes"));
    await remove("back-again.txt");
    await upload("gone.txt", Buffer.from("Old clocks lose minutes"));
    await remove("gone.txt");
    await upload("empty.txt", Buffer.from(""));
    await upload("mended.txt", Buffer.from(""));
    await upload("was-rejected.txt", Buffer.from(""));

    await put("missing.txt", "Wet snow needs wax");
    await put("stale.txt", "Quiet rivers run deep");
    await put("back-again.txt", "Old clocks lose minutes");
    await put("mended.txt", "Quiet rivers run deep");
    for (const key of ["orphaned +ü.txt", "shared-orphan.txt", "was-rejected.txt"]) {
      await bucket.remove(key);
    }
  }

  it("finds nothing where the table is what the bucket is", async () => {
    await stack.local.upload("a.txt", Buffer.from("Bees dance for sugar"));
    await stack.local.upload("b.txt", Buffer.from("Bees dance for sugar"));
    await stack.local.upload("gone.txt", Buffer.from("Clouds foretell some rain"));
    await stack.local.remove("gone.txt");

    assert.deepEqual(await compare(), []);
  });

  it("finds what is missing, stale, orphaned or rejected, and changes nothing", async () => {
    await plantDifferences();
    const found = {
      "back-again.txt": "missing",
      "empty.txt": "rejected",
      "mended.txt": "stale",
      "missing.txt": "missing",
      "stale.txt": "stale",
      "orphaned +ü.txt": "orphaned",
      "shared-orphan.txt": "orphaned",
      "was-rejected.txt": "orphaned",
    };

    const differences = await compare();

    assert.deepEqual(kindsOf(differences), found);
    const [rejected] = differences.filter(({ kind }) => kind === "rejected");
    assert.deepEqual(rejected, {
      bucket: "documents",
      key: "empty.txt",
      kind: "rejected",
      error: "The object holds no text. Upload it again with content, or delete it.",
    });
    assert.deepEqual(await stack.deliver(), []);
    assert.deepEqual(kindsOf(await compare()), found);
  });

  it("mends all of it through the function", async () => {
    await plantDifferences();
    const changes = (await compare()).map(mend).filter((change) => change !== undefined);

    await publishChanges(deployment, changes, { rate: 1_000, time: createVirtualTime() });

    assert.equal((await stack.deliver()).length, 7);
    assert.deepEqual(kindsOf(await compare()), { "empty.txt": "rejected" });
    const { rows } = await stack.local.database.query(
      `select o.key, o.status, c.content from source_objects o
       left join content_embeddings c on c.id = o.content_ids[1] order by o.key collate "C"`,
    );
    const row = (key: string, status: string, content: string | null = null) => ({
      key,
      status,
      content,
    });
    assert.deepEqual(rows, [
      row("back-again.txt", "embedded", "Old clocks lose minutes"),
      row("empty.txt", "rejected"),
      row("gone.txt", "removed"),
      row("mended.txt", "embedded", "Quiet rivers run deep"),
      row("missing.txt", "embedded", "Wet snow needs wax"),
      row("orphaned +ü.txt", "removed"),
      row("same.txt", "embedded", "Bees dance for sugar"),
      row("shared-orphan.txt", "removed"),
      row("stale.txt", "embedded", "Quiet rivers run deep"),
      row("was-rejected.txt", "removed"),
    ]);
    const kept = await stack.local.database.query("select from content_embeddings");
    assert.equal(kept.rows.length, 4);
  });

  it("takes the object that came back for what it is, though it was found orphaned", async () => {
    await stack.local.upload("a.txt", Buffer.from("Bees dance for sugar"));
    await stack.local.bucket.remove("a.txt");
    const changes = (await compare()).map(mend).filter((change) => change !== undefined);
    await put("a.txt", "Clouds foretell some rain");

    await publishChanges(deployment, changes, { rate: 1_000, time: createVirtualTime() });
    await stack.deliver();

    assert.deepEqual(await compare(), []);
  });

  it("calls an object stale that was stored again with the same content", async () => {
    await stack.local.upload("a.txt", Buffer.from("Bees dance for sugar"));
    await stack.local.database.exec(
      "update source_objects set object_modified_at = object_modified_at - interval '1 second'",
    );

    assert.deepEqual(kindsOf(await compare()), { "a.txt": "stale" });
  });

  it("looks neither at other buckets' rows nor at keys outside of the filters", async () => {
    await stack.local.upload("in/a.md", Buffer.from("Bees dance for sugar"));
    await stack.local.upload("in/b.txt", Buffer.from("Clouds foretell some rain"));
    await stack.local.database.exec("update source_objects set etag = 'another'");
    await stack.local.database.exec(
      `insert into source_objects (bucket, key, status, object_modified_at)
       values ('elsewhere', 'in/c.md', 'embedded', now())`,
    );

    const filters = [{ prefix: "in/", suffix: ".md" }];
    assert.deepEqual(kindsOf(await compare({ name: "documents", filters })), {
      "in/a.md": "stale",
    });
  });

  it("does not call an archived object stale, whose version nobody could see", async () => {
    await put("archived.txt", "Bees dance for sugar");
    await stack.local.database.exec(
      `insert into source_objects (bucket, key, status, error, object_modified_at)
       values ('documents', 'archived.txt', 'rejected', 'The object is archived', now())`,
    );

    assert.deepEqual(kindsOf(await compare()), { "archived.txt": "rejected" });
  });

  it("reads the table page by page, whatever the keys are", async () => {
    const keys = ["a b", "a,b", "a.b(c)", "eq.x", '"q"', "%25", "ü", "😀", "Z", "z", "_", "a&b=c"];
    for (const key of keys) {
      await publishChanges(
        { publish: async ([message = ""]) => stack.local.publish(message) },
        [announce("documents", key, "ObjectCreated:Put")],
        { rate: 1, time: createVirtualTime() },
      );
    }
    await stack.local.database.exec("update source_objects set status = 'embedded'");

    for (const pageRows of [1, 5, 12]) {
      const read: string[] = [];
      for await (const { key } of readRecordedObjects(
        stack.local.credentials,
        "documents",
        pageRows,
      )) {
        read.push(key);
      }
      assert.equal(read.length, keys.length);
      assert.deepEqual(new Set(read), new Set(keys));
    }
  });

  it("says that the key is refused", async () => {
    const { url } = stack.local.credentials;
    const rows = readRecordedObjects({ url, serviceKey: "another" }, "documents");

    await assert.rejects(rows.next(), { name: "StoreKeyError" });
  });
});
