/** Where the function has its model from. */

/** `layer`: Lambda unpacks it; `s3`: the function fetches it from the stack's own bucket, where it fits no layer. */
export const modelSources = ["layer", "s3"] as const;
export type ModelSource = (typeof modelSources)[number];
