// Solves a puzzle with an exported model: node solve.mjs sudoku.onnx 1.....3..2.....4   (npm install onnxruntime-node)
import { readFileSync } from 'node:fs';
// eslint-disable-next-line project/import-direction -- a program of its own, for other projects
import ort from 'onnxruntime-node';

const [file, puzzle] = process.argv.slice(2);
// The metadata of the file lists the symbol of each token; here they are those of a 4×4 Sudoku, after the padding token.
const symbols = ['', '.', '1', '2', '3', '4'];
const session = await ort.InferenceSession.create(readFileSync(file));
const inputs = new ort.Tensor(
  'int32',
  Int32Array.from(puzzle, (symbol) => symbols.indexOf(symbol)),
  [1, puzzle.length],
);
const { preds } = await session.run({ inputs });
console.log([...preds.data].map((token) => symbols[Number(token)]).join(''));
