/** A document → others that are almost it: what an upload that broke off, a faulty program or an attacker gives. */
import fc from "fast-check";

export type Mutation = (document: string) => string;

/** From 0 up to 1: a place in a document, whatever its length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (document: string, share: number) => Math.floor(share * document.length);

/** One change: of a character, a stretch or a token. */
const mutations = (tokens: readonly string[]): fc.Arbitrary<Mutation> =>
  fc.oneof(
    fc.tuple(place, fc.nat(127)).map(
      ([where, flipped]): Mutation =>
        (document) => {
          const index = at(document, where);
          const code = (document.charCodeAt(index) || 0) ^ flipped;
          return document.slice(0, index) + String.fromCharCode(code) + document.slice(index + 1);
        },
    ),
    place.map(
      (where): Mutation =>
        (document) =>
          document.slice(0, at(document, where)),
    ),
    fc.tuple(place, place).map(
      ([from, length]): Mutation =>
        (document) => {
          const start = at(document, from);
          return document.slice(0, start) + document.slice(start + at(document, length / 4));
        },
    ),
    fc.tuple(place, place, place, fc.integer({ min: 1, max: 50 })).map(
      ([from, length, to, times]): Mutation =>
        (document) => {
          const start = at(document, from);
          const stretch = document.slice(start, start + at(document, length / 16));
          const index = at(document, to);
          return document.slice(0, index) + stretch.repeat(times) + document.slice(index);
        },
    ),
    fc.tuple(place, fc.constantFrom(...tokens), fc.constantFrom(1, 1, 1, 40, 4_000)).map(
      ([where, token, times]): Mutation =>
        (document) => {
          const index = at(document, where);
          return document.slice(0, index) + token.repeat(times) + document.slice(index);
        },
    ),
  );

/** Several changes, one after the other; what is put in is `tokens`. */
export const severalMutations = (tokens: readonly string[]): fc.Arbitrary<Mutation> =>
  fc.array(mutations(tokens), { minLength: 1, maxLength: 6 }).map(
    (several): Mutation =>
      (document) =>
        several.reduce((text, mutate) => mutate(text), document),
  );
