/** Vectors → their places in the plane in which they differ most: a principal component analysis. */
import { dot } from "./dot.ts";

export interface Projection {
  /** In the order of the vectors; their mean is 0, 0. */
  readonly points: readonly (readonly [number, number])[];
  /** The part of the vectors' variance that each axis shows, from 0 to 1. */
  readonly shares: readonly [number, number];
}

type Vector = readonly number[];

/** Close eigenvalues converge slowly, and then either direction shows the documents as well. */
const maxIterations = 200;
const tolerance = 1e-14;

/**
 * Finds the two directions by power iteration on the covariance, which is never formed: each step is two
 * passes over the vectors. The same vectors always give the same points.
 * https://en.wikipedia.org/wiki/Principal_component_analysis#Iterative_computation
 * @param vectors all of one length
 */
export function projectToPlane(vectors: readonly Vector[]): Projection {
  const centred = centre(vectors);
  const variance = centred.reduce((sum, vector) => sum + dot(vector, vector), 0);
  const first = findDirection(centred, []);
  const second = findDirection(centred, [first]);
  const along = (direction: Vector) => centred.map((vector) => dot(vector, direction));
  const [xs, ys] = [along(first), along(second)];
  const share = (coordinates: Vector) =>
    variance === 0 ? 0 : dot(coordinates, coordinates) / variance;
  return {
    points: xs.map((x, index) => [x, ys[index] ?? 0] as const),
    shares: [share(xs), share(ys)],
  };
}

/** The direction of the largest variance among those at right angles to the found ones; zeros if there is none. */
function findDirection(centred: readonly Vector[], found: readonly Vector[]): Vector {
  const dimensions = centred[0]?.length ?? 0;
  let direction = normalise(removeParts(startVector(dimensions), found));
  for (let iteration = 0; iteration < maxIterations; iteration += 1) {
    const coordinates = centred.map((vector) => dot(vector, direction));
    const next = normalise(removeParts(combine(centred, coordinates, dimensions), found));
    const hasConverged = 1 - Math.abs(dot(next, direction)) < tolerance;
    direction = next;
    if (hasConverged || dot(next, next) === 0) break;
  }
  // A direction and its opposite are as good: its largest part points up.
  const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}

/** Not regular in any way, so that it is at right angles to no direction that data would have. */
function startVector(dimensions: number): Vector {
  let state = 1;
  return Array.from({ length: dimensions }, () => {
    // https://en.wikipedia.org/wiki/Lehmer_random_number_generator
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  });
}

function centre(vectors: readonly Vector[]): Vector[] {
  const weight = 1 / vectors.length;
  const mean = combine(
    vectors,
    vectors.map(() => weight),
    vectors[0]?.length ?? 0,
  );
  return vectors.map((vector) => vector.map((value, index) => value - (mean[index] ?? 0)));
}

function combine(vectors: readonly Vector[], weights: Vector, dimensions: number): Vector {
  const sum = new Array<number>(dimensions).fill(0);
  vectors.forEach((vector, row) => {
    const weight = weights[row] ?? 0;
    for (let index = 0; index < dimensions; index += 1) {
      sum[index] = (sum[index] ?? 0) + weight * (vector[index] ?? 0);
    }
  });
  return sum;
}

function removeParts(vector: Vector, directions: readonly Vector[]): Vector {
  return directions.reduce((rest, direction) => {
    const part = dot(rest, direction);
    return rest.map((value, index) => value - part * (direction[index] ?? 0));
  }, vector);
}

/** Vectors of rounding errors alone become zeros. */
function normalise(vector: Vector): Vector {
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => (norm < 1e-12 ? 0 : value / norm));
}
