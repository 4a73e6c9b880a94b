/** Queries or keys and their positions → the same, turned by their positions. */
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import { computed } from "./constants.ts";

/** Turns what is [batch, tokens, heads · head size]. */
export type Rotation = (value: Value) => Value;

/** `rope_theta` of `sliding_attention` and `full_attention`: https://huggingface.co/google/embeddinggemma-300m/blob/main/config.json */
const bases = { local: 10_000, global: 1_000_000 } as const;

/**
 * The rotation of the layers of one kind.
 * @param positions [batch, tokens], less than `windowTokens`
 */
export function createRotation(
  builder: GraphBuilder,
  kind: keyof typeof bases,
  positions: Value,
  { windowTokens, headSize }: Readonly<Record<"windowTokens" | "headSize", number>>,
): Rotation {
  const shape = [windowTokens, headSize / 2] as const;
  const cache = (of: (angle: number) => number) =>
    computed(builder, shape, () => makeCache(shape, bases[kind], of));
  const caches = [cache(Math.cos), cache(Math.sin)];
  return (value) =>
    builder.add("com.microsoft.RotaryEmbedding", [value, positions, ...caches], {
      type: "float32",
      shape: value.shape,
    });
}

/** Formula: https://arxiv.org/abs/2104.09864, section 3.4.2 */
function makeCache(
  [positions, pairs]: readonly [number, number],
  base: number,
  of: (angle: number) => number,
): Float32Array {
  return Float32Array.from({ length: positions * pairs }, (_, index) => {
    const [position, pair] = [Math.floor(index / pairs), index % pairs];
    return of(position * base ** (-pair / pairs));
  });
}
