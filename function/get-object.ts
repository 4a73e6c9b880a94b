/** A client of S3 → objects as they are now, with their tags. */
import { GetObjectCommand, GetObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import type { GetObject } from "./object.ts";

/** Asks for tags only where S3 says that there are some, which it says to who may read them. */
export function createGetObject(s3: S3Client): GetObject {
  return async ({ bucket, key }) => {
    const object = { Bucket: bucket, Key: key };
    const answer = await s3.send(new GetObjectCommand(object));
    if (!answer.TagCount) return answer;
    try {
      const { TagSet } = await s3.send(new GetObjectTaggingCommand(object));
      return { ...answer, TagSet };
    } catch (error) {
      // A body that is not read keeps its connection.
      if (answer.Body !== undefined && "destroy" in answer.Body) answer.Body.destroy();
      throw error;
    }
  };
}
