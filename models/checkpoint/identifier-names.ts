/** The names of the puzzles that have embeddings, in a JSON file beside the weights of their model. */
import { z } from 'zod';
import { stringifyWithChecksum } from '../../datasets/formats/json-checksum';

/** In the folder of a model; the name of an exported one ends with it. A model without puzzle embeddings has no such file. */
export const identifiersFile = 'identifiers.json';

/** Names of all ARC tasks with a thousand copies, and more. */
export const MAX_IDENTIFIER_BYTES = 2 ** 27;

const names = z.array(z.string().max(1000)).min(1);

/** By row of the puzzle embeddings, `<blank>` first. */
export const identifiersSchema = z.object({ names });

/** As `identifiersSchema`, or the array that the reference's datasets have. */
export const anyIdentifiersSchema = z.union([identifiersSchema, names.transform((list) => ({ names: list }))]);

export const encodeIdentifiers = (identifiers: readonly string[]): string =>
  stringifyWithChecksum({ names: identifiers });
