/** Points on the map and the sizes of their labels → where each label goes, so that none covers another. */

export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly labelWidth: number;
}

/** Of a label: its left end and its baseline. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** All in the map's pixels; the labels' text is of 12. */
const labelHeight = 14;
const baselineAboveBottom = 3;
const pointRadius = 7;

/**
 * Gives each label the first free place of those to the right, to the left, above and below its point; none
 * where each of them would cover a point or another label, or leave the map.
 */
export function placeLabels(
  points: readonly Labelled[],
  map: { readonly width: number; readonly height: number },
): readonly (LabelPlace | undefined)[] {
  const taken: Box[] = points.map(({ x, y }) =>
    boxAt(x - pointRadius, y - pointRadius, 2 * pointRadius, 2 * pointRadius),
  );
  return points.map((point) => {
    const free = candidates(point).find(
      (box) =>
        box.left >= 0 &&
        box.right <= map.width &&
        box.top >= 0 &&
        box.bottom <= map.height &&
        !taken.some((other) => overlap(box, other)),
    );
    if (free === undefined) return undefined;
    taken.push(free);
    return { x: free.left, y: free.bottom - baselineAboveBottom };
  });
}

function candidates({ x, y, labelWidth }: Labelled): readonly Box[] {
  const gap = pointRadius + 1;
  const middle = y - labelHeight / 2;
  const centred = x - labelWidth / 2;
  return [
    boxAt(x + gap, middle, labelWidth, labelHeight),
    boxAt(x - gap - labelWidth, middle, labelWidth, labelHeight),
    boxAt(centred, y - gap - labelHeight, labelWidth, labelHeight),
    boxAt(centred, y + gap, labelWidth, labelHeight),
  ];
}

function boxAt(left: number, top: number, width: number, height: number): Box {
  return { left, top, right: left + width, bottom: top + height };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
