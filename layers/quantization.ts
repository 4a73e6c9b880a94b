/** The number format that a user chooses for the weights → the variant of the graph that is built. */

/** `q4`: the published 4-bit weights; `int8`: weights of 8 bits made from the published fp32 ones. */
export const quantizations = ["q4", "int8"] as const;
export type Quantization = (typeof quantizations)[number];

/** Without a variant the build makes what it makes by default. */
export function variantOf(quantization: Quantization): { readonly variant?: "int8" } {
  return quantization === "int8" ? { variant: "int8" } : {};
}
