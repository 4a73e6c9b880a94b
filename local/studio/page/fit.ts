/** Points in any unit → pixels of a picture, with the same scale on both axes. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Kept free on each side, for the points' own size. */
const marginPixels = 24;

/** In the middle of the picture, as large as it allows; y goes up in the one, and down in the other. */
export function fitPoints(
  points: readonly Point[],
  { width, height }: { readonly width: number; readonly height: number },
): readonly Point[] {
  const horizontal = range(points.map(({ x }) => x));
  const vertical = range(points.map(({ y }) => y));
  const scale = Math.min(
    (width - 2 * marginPixels) / horizontal.span,
    (height - 2 * marginPixels) / vertical.span,
  );
  // Points that all lie in one place have no span.
  const finite = Number.isFinite(scale) ? scale : 0;
  return points.map(({ x, y }) => ({
    x: width / 2 + (x - horizontal.middle) * finite,
    y: height / 2 - (y - vertical.middle) * finite,
  }));
}

function range(values: readonly number[]): { readonly span: number; readonly middle: number } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return { span: most - least, middle: (least + most) / 2 };
}
