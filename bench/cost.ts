/** The milliseconds of a document on one and on two processors → what 10,000 of them cost at a memory size. */
import { megabytesPerProcessor } from "../function/model/session.ts";
import { prices } from "../infra/list-prices.ts";
import type { Architecture } from "../layers/dependencies/contents.ts";

export interface Cost {
  readonly memoryMegabytes: number;
  readonly milliseconds: number;
  readonly dollars: Readonly<Record<Architecture, number>>;
}

export const memorySizesMegabytes = [884, 1769, 3008, 3538] as const;

const documents = 10_000;

/**
 * Lambda gives processor time in proportion to memory. Below one processor a document takes longer by that
 * share; between one and two the speed lies between those that were measured.
 * @param milliseconds of a document, with one processor and with two
 */
export function cost(
  memoryMegabytes: number,
  milliseconds: { readonly one: number; readonly two: number },
): Cost {
  const processors = memoryMegabytes / megabytesPerProcessor;
  const speed =
    processors <= 1
      ? processors / milliseconds.one
      : 1 / milliseconds.one +
        (1 / milliseconds.two - 1 / milliseconds.one) * (Math.min(processors, 2) - 1);
  const gigabyteSeconds = (documents * memoryMegabytes) / (1024 * 1000 * speed);
  const requests = (documents * prices.dollarsPerMillionRequests) / 1_000_000;
  const { arm64, x64 } = prices.dollarsPerGigabyteSecond;
  return {
    memoryMegabytes,
    milliseconds: 1 / speed,
    dollars: {
      arm64: gigabyteSeconds * arm64 + requests,
      x64: gigabyteSeconds * x64 + requests,
    },
  };
}
